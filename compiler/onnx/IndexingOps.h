// What gathers, scatters and resizes share.
#pragma once

#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"

namespace lockstep {

/// An index from data as one of the axis: negative ones count from the end, what is still outside is moved to
/// the edge, so that no access leaves the tensor. The extent is not 0.
mlir::Value safeIndex(ScalarBuilder &b, mlir::Value index, int64_t extent);

void addScatterImporters(NodeImporters &importers);    // ScatterElements, Scatter, ScatterND
void addResizeImporters(NodeImporters &importers);     // Resize, Upsample
void addGridSampleImporters(NodeImporters &importers); // GridSample

} // namespace lockstep
