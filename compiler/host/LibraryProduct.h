// Named linalg operations that the library computes.
#pragma once

#include <mlir/Dialect/Linalg/IR/Linalg.h>

#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// A call of a function of OneDnn.h.
struct LibraryProduct {
  std::string function;
  std::vector<int64_t> numbers; // behind the pointers of the first two inputs and the output
};

/// None: not one of the library's operations, element types or zero points.
std::optional<LibraryProduct> libraryProduct(mlir::linalg::LinalgOp op);

/// The library's, with at least so many multiply-accumulates.
bool isHeavyProduct(mlir::linalg::LinalgOp op, uint64_t threshold);

} // namespace lockstep
