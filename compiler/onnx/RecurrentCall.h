// A direction of a recurrent node as a function of its own, so that it stays recognizable: what its weights
// mean can then still be asked for.
#pragma once

#include "compiler/onnx/RecurrentBuilder.h"

#include <mlir/IR/BuiltinOps.h>

namespace lockstep {

/// The private function's dictionary attribute: `cell`, `place` (of the direction in W, R, B, P), `reverse`,
/// `linear_before_reset`, `input_forget`, `clip` (f32, 0: none), `activations` (strings), `alphas`, `betas`
/// (arrays of f32), `state_int8` (true if the integer form's state has 8 bits), `cell_fraction_bits` (i64, of
/// an LSTM's cell in integer form; absent: 12), and `inputs`: which of ONNX's inputs the function's arguments
/// are, by index: x [steps, batch, input], sequence_lens, initial states [batch, hidden] of this direction;
/// W, R, B, P of all directions. Results: Y [steps, batch, hidden], Y_h and (LSTM) Y_c [batch, hidden]. The
/// body computes in float32.
constexpr const char *kRecurrentLayerAttribute = "lockstep.recurrent_layer";

/// True where W and R come from dequantized integers and the node stands in @main itself.
bool isQuantizedRecurrent(NodeContext &context);

/// Sets `state_int8` of all layers of a module.
void narrowStates(mlir::ModuleOp module);

/// Sets `cell_fraction_bits` of the LSTMs that the node of this label has become.
void setCellBits(mlir::ModuleOp module, const std::string &label, int64_t bits);

/// runDirection() by a call.
llvm::SmallVector<mlir::Value> callDirection(NodeContext &context, const RecurrentKind &kind,
                                             const RecurrentShape &shape, const DirectionInputs &inputs);

} // namespace lockstep
