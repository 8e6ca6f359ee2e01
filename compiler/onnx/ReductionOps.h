// What the operators along axes share.
#pragma once

#include "compiler/onnx/ReductionBuilder.h"

namespace lockstep {

/// float32 rounded to the element type, if that has 16 bits.
mlir::Value roundedTo(NodeContext &context, mlir::Value value, mlir::Type element);

/// The place of the greatest (or least) element along an axis, which is kept: int64. NaN counts as the most
/// extreme.
mlir::Value extremePlace(NodeContext &context, const ImportedValue &x, int64_t axis, bool greatest,
                         bool last);

void addArgumentImporters(NodeImporters &importers); // ArgMax, ArgMin, Hardmax
void addSoftmaxImporters(NodeImporters &importers);  // Softmax, LogSoftmax
void addScanImporters(NodeImporters &importers);     // CumSum, TopK

} // namespace lockstep
