// Reductions over windows that TOSA's pools do not know: any rank, dilations, integer types, places of the
// maxima.
#pragma once

#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/Window.h"

namespace lockstep {

/// The next accumulator, from it and an element of the window.
using FoldBody = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &, mlir::Value accumulator,
                                                mlir::Value element)>;

/// [n, c, spatial...] -> [n, c, outputs...]: each window's elements folded into `initial` (rank 0), in
/// row-major order. What lies outside counts as `outside` (rank 0).
mlir::Value foldWindows(NodeContext &context, mlir::Value input, const Window &window, mlir::Value outside,
                        mlir::Value initial, FoldBody body);

/// The largest element of each window and its place in the whole input (row-major; column_major: the spatial
/// axes in reverse), both [n, c, outputs...]; the first of several.
struct PlacedMaximum {
  mlir::Value values, places;
};
PlacedMaximum placedMaximum(NodeContext &context, const ImportedValue &input, const Window &window,
                            mlir::Value lowest, bool columnMajor);

/// Elements of each window that lie inside of the input, the pads `counted_begin` and `counted_end` included:
/// float32 [1, 1, outputs...]. None: a window that lies outside.
std::optional<Tensor> windowCounts(llvm::ArrayRef<int64_t> spatial, const Window &window,
                                   llvm::ArrayRef<int64_t> countedBegin, llvm::ArrayRef<int64_t> countedEnd);

void addUnpoolImporter(NodeImporters &importers);

} // namespace lockstep
