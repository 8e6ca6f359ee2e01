// Elementwise expressions of one quantized tensor, and their value for one element, in float32 as on the
// host.
#pragma once

#include "compiler/passes/Quantized.h"

#include <optional>

namespace lockstep {

/// Operations over `input` and constants of one value; all tensors have the input's shape.
struct ElementwiseExpression {
  mlir::Value root;
  Dequantized input;
};

/// Nothing if another tensor takes part, an operation is unknown or not elementwise, or there are more than a
/// hundred.
std::optional<ElementwiseExpression> findExpression(mlir::Value root);
/// The root's element where the input's is `input`.
std::optional<float> evaluateExpression(const ElementwiseExpression &expression, float input);

} // namespace lockstep
