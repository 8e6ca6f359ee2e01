// The activation functions of recurrent cells.
#pragma once

#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/NodeImporter.h"

#include <string>
#include <vector>

namespace lockstep {

struct CellActivation {
  std::string name; // "tanh", ...: lower case
  float alpha = 0, beta = 0;

  /// The function of a float32 or float64 scalar.
  mlir::Value apply(ScalarBuilder &b, mlir::Value x) const;
};

/// `perDirection` functions for each direction: from the attributes activations, activation_alpha and
/// activation_beta, or `defaults`. Errors: an unknown function, another number of them.
Result<std::vector<CellActivation>> cellActivations(const NodeContext &context, size_t directions,
                                                    const std::vector<std::string> &defaults);

} // namespace lockstep
