// Which layers cost most: each quantized alone.
#pragma once

#include "compiler/quantize/Calibration.h"
#include "compiler/quantize/Comparison.h"

#include <vector>

namespace lockstep {

/// SQNR of the outputs, over the batch, of `model` with only one of the placement's layers quantized;
/// costliest first. Layers that keep scales are left out. `floatRuns`: of the float model.
Result<std::vector<LayerReport>> layerSensitivity(const onnx::ModelProto &model, const Placement &placement,
                                                  const Calibration &calibration,
                                                  const QuantizeOptions &options, const BatchRuns &batch,
                                                  ReferenceRuns &floatRuns);

/// Of all of the model's float32 outputs over the batch: wanted from `floatRuns`, got from `quantizedRuns`.
Result<Comparison> compareOutputs(const onnx::GraphProto &graph, ReferenceRuns &floatRuns,
                                  ReferenceRuns &quantizedRuns);

} // namespace lockstep
