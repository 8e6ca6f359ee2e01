// How reductions are emitted: one linalg.generic whose accumulators run over some axes; and loops over
// scalars for what has an order.
#pragma once

#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"

namespace lockstep {

/// New accumulators from one element of each input and the accumulators.
using ReductionBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
    ScalarBuilder &, mlir::ValueRange elements, mlir::ValueRange accumulators)>;

/// Reduces inputs of one shape along `axes` (sorted), which disappear. One result for each initial value (a
/// constant scalar, whose type is the result's). Elements as in mapElements: never floats of 16 bits.
llvm::SmallVector<mlir::Value> reduceElements(NodeContext &context, mlir::ValueRange inputs,
                                              llvm::ArrayRef<int64_t> axes,
                                              llvm::ArrayRef<mlir::TypedAttr> initial, ReductionBody body);

/// The usual ones, axes kept with extent 1. Floats of 16 bits are reduced, and returned, as float32.
mlir::Value reducedSum(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> axes);
mlir::Value reducedMaximum(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> axes,
                           bool isUnsigned);
mlir::Value reducedMinimum(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> axes,
                           bool isUnsigned);
mlir::Value reducedProduct(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> axes);

/// float32 for floats of 16 bits, else the type itself.
mlir::Type computeType(mlir::Type element);
/// The type's least or greatest value (floats: infinities).
mlir::TypedAttr lowestAttr(mlir::Builder &builder, mlir::Type type, bool isUnsigned);
mlir::TypedAttr highestAttr(mlir::Builder &builder, mlir::Type type, bool isUnsigned);
mlir::TypedAttr numberAttr(mlir::Builder &builder, mlir::Type type, double value);

/// The shape with the axes' extents 1.
Extents keptShape(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> axes);
/// How many elements go into one.
int64_t reducedCount(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> axes);

/// Tensors after one step of a loop, from those before it.
using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(ScalarBuilder &, mlir::ValueRange indices,
                                                                   mlir::ValueRange tensors)>;
/// Runs `body` for all indices of `extents`, one after the other in row-major order: an scf.for for each
/// axis.
llvm::SmallVector<mlir::Value> sequentialLoops(NodeContext &context, llvm::ArrayRef<int64_t> extents,
                                               mlir::ValueRange tensors, LoopBody body);

} // namespace lockstep
