// What an elementwise operation computes of one element: float32, booleans as 0 or 1.
#pragma once

#include <mlir/IR/Operation.h>

#include <functional>
#include <optional>
#include <vector>

namespace lockstep {

using ScalarOperation = std::function<std::optional<float>(const std::vector<float> &operands)>;

/// Of tosa, arith and math; empty for all others.
ScalarOperation scalarOperation(mlir::Operation *op);

} // namespace lockstep
