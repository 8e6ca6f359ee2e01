// Index expressions of linalg's operations.
#pragma once

#include "compiler/map/IndexExpression.h"

#include <mlir/IR/Operation.h>

#include <optional>

namespace lockstep {

/// Of a linalg operation on static tensors whose body multiplies two inputs and adds the product to the
/// output (with casts and zero points in between as upstream writes them). Nothing if it is of another form.
/// Iterators are named d0, d1, ...
std::optional<IndexExpression> linalgExpression(mlir::Operation *operation);

} // namespace lockstep
