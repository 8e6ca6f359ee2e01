// What RNN, GRU and LSTM have in common: directions, the loop over time, sequence lengths, layouts.
#pragma once

#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/MatrixBuilder.h"
#include "compiler/onnx/RecurrentActivations.h"

#include <functional>

namespace lockstep {

/// One direction's weights: gates beside each other in ONNX's order.
struct CellWeights {
  mlir::Value recurrent;      // [1, h, gates h]
  mlir::Value recurrent_bias; // [1, gates h]
  mlir::Value peepholes;      // [1, 3 h] or null
  std::vector<CellActivation> activations;
};

/// The states after a step (hidden first, each [b, h]) from the input's share of all gates ([b, gates h],
/// bias in) and the states before it.
using CellStep = std::function<llvm::SmallVector<mlir::Value>(NodeContext &context, const CellWeights &,
                                                              mlir::Value input, mlir::ValueRange states)>;

struct RecurrentKind {
  std::string name; // "gru", "lstm", "rnn"
  size_t gates = 1, states = 1;
  std::vector<std::string> default_activations;
  CellStep step;
};

/// What the directions of a node have in common.
struct RecurrentShape {
  int64_t steps = 0, batch = 0, features = 0, hidden = 0;
  size_t directions = 1;
};

/// What one direction of a node works on, besides the weights and biases that it takes from the node's
/// inputs.
struct DirectionInputs {
  mlir::Value x;                           // [steps, b, features]
  mlir::Value lengths;                     // [b], or null: all steps
  llvm::SmallVector<mlir::Value> initial;  // [b, h] for each state, or null: zero
  std::vector<CellActivation> activations; // of this direction
  size_t place = 0;                        // of the direction
  bool is_reverse = false;
};

/// Outputs [steps, b, h] and the last states, each [b, h].
llvm::SmallVector<mlir::Value> runDirection(NodeContext &context, const RecurrentKind &kind,
                                            const RecurrentShape &shape, const DirectionInputs &inputs);

/// Inputs X, W, R, B, sequence_lens, initial_h, initial_c, P; outputs Y, Y_h, Y_c. Errors: shapes or
/// attributes that do not fit.
Status importRecurrent(NodeContext &context, const RecurrentKind &kind);

/// Gate `index` of [b, gates h].
mlir::Value gateOf(NodeContext &context, mlir::Value gates, size_t index, int64_t hidden);
/// [b, h] x [1, h, n] -> [b, n].
mlir::Value timesMatrix(NodeContext &context, mlir::Value rows, mlir::Value matrix);
/// activation(clip(x)).
mlir::Value activated(NodeContext &context, ScalarBuilder &b, const CellActivation &activation,
                      mlir::Value x);

} // namespace lockstep
