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

/// Functions for each direction of a node, as many as defaults: from the attributes activations,
/// activation_alpha and activation_beta, or `defaults`. Errors: a phrase, for an unknown function or another
/// number of them.
Result<std::vector<CellActivation>> activationsOf(const onnx::NodeProto &node, size_t directions,
                                                  const std::vector<std::string> &defaults);

/// The same of the node that is imported. Errors: that it is not supported, and why.
Result<std::vector<CellActivation>> cellActivations(const NodeContext &context, size_t directions,
                                                    const std::vector<std::string> &defaults);

} // namespace lockstep
