// Data movement on values: TOSA's operations where they know the element type, tensor's otherwise.
#pragma once

#include "compiler/onnx/NodeImporter.h"

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/ADT/SmallVector.h>
#include <mlir/IR/ImplicitLocOpBuilder.h>

namespace lockstep {

/// The shape of a ranked tensor.
llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);
mlir::Type elementOf(mlir::Value value);
int64_t countOf(llvm::ArrayRef<int64_t> shape);

/// The same elements in row-major order; as many as `shape` has: the caller's promise.
mlir::Value reshaped(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> shape);
/// Axis i of the result is axis permutation[i] of the value.
mlir::Value transposed(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> permutation);
/// From start, `size` elements, each `stride` (at least 1) after the other.
mlir::Value sliced(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> start,
                   llvm::ArrayRef<int64_t> size, llvm::ArrayRef<int64_t> stride);
mlir::Value concatenated(NodeContext &context, llvm::ArrayRef<mlir::Value> values, int64_t axis);
/// Repeats extents of 1 (and adds leading axes) up to `shape`.
mlir::Value expanded(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> shape);
/// Surrounded by `fill` (rank 0); counts are not negative.
mlir::Value padded(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> before,
                   llvm::ArrayRef<int64_t> after, mlir::Value fill);
mlir::Value reversed(NodeContext &context, mlir::Value value, int64_t axis);

/// From the indices of an element of the result to those of the element that it copies; inside of the
/// source's extents.
using IndexBody =
    llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ImplicitLocOpBuilder &, mlir::ValueRange)>;
/// Zero where the source has no elements.
mlir::Value remapped(NodeContext &context, mlir::Value source, llvm::ArrayRef<int64_t> shape, IndexBody body);

} // namespace lockstep
