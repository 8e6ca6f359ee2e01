// From a call of a recurrent layer (compiler/README.md, "Recurrent layers") to layers for the schedulers.
#pragma once

#include "compiler/accelerator/PieceGraph.h"
#include "hw/graph/ArchitectureGraph.h"
#include "hw/support/Result.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>

namespace lockstep {

/// Two layers, and the values that their tensors stand for; null where the layer has none.
struct RecurrentReading {
  PieceLayer projection; // int8 x times the weights to int16 [steps, batch, G hidden]
  PieceLayer layer;
  std::vector<int8_t> projection_weights; // [G hidden, input]
  mlir::Value x, initial_h, initial_c, lengths, y, y_h, y_c;
};

/// The function of a call with `lockstep.recurrent`; null if the operation is no such call.
mlir::func::FuncOp recurrentFunctionOf(mlir::Operation *operation);

/// Expects recurrentFunctionOf(). Errors (Usage): a phrase that says what the machine of the graph cannot do,
/// or what does not fit together.
Result<RecurrentReading> readRecurrent(mlir::Operation *call, const ArchitectureGraph &machine);

/// int8 [steps, batch, lanes]: 1 in all lanes of (t, b) if t < lengths[b], else 0.
std::vector<uint8_t> maskOfLengths(const std::vector<int64_t> &lengths, int64_t steps, int64_t lanes);

} // namespace lockstep
