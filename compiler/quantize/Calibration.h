// Calibration of all tensors of a placement: the model runs in float, layer by layer its tensors are looked
// at.
#pragma once

#include "compiler/quantize/Calibrators.h"
#include "compiler/quantize/Placement.h"
#include "compiler/quantize/ReferenceRuns.h"

#include <map>
#include <string>
#include <vector>

namespace lockstep {

struct CalibratedTensor {
  ValueRange range;
  Quantizer quantizer;
  std::vector<double> channel_means; // along channel_axis, if one was asked for
};
using Calibration = std::map<std::string, CalibratedTensor>; // by tensor

/// Quantizers of all tensors that give scales (Placement::scale_of); `channelAxes`: tensors whose means per
/// channel are wanted, with the axis (negative: from the end). Errors (Model): a tensor takes an infinite
/// value or NaN.
Result<Calibration> calibrate(ReferenceRuns &reference, const Placement &placement,
                              const std::map<std::string, int> &channelAxes, const QuantizeOptions &options);

/// How well each quantized tensor's quantizer represents what the tensor takes in the batch.
Result<std::vector<TensorReport>> reportTensors(ReferenceRuns &reference, const Placement &placement,
                                                const Calibration &calibration);

} // namespace lockstep
