// QuantizeLinear and DequantizeLinear pairs around the layers of a placement.
#pragma once

#include "compiler/quantize/Calibration.h"
#include "compiler/quantize/Placement.h"

#include <vector>

namespace lockstep {

/// Each tensor t of the placement gets a pair t -> t_quantized -> dequantized; what an integer layer makes
/// keeps its name behind the pair (and is t_float before it), so graph outputs stay what they were. Weights
/// become int8, biases int32 constants, each with its DequantizeLinear. Scales and zero points are constants
/// t_scale, t_zero_point. Returns what is to be said of weights, in the graph's order.
std::vector<TensorReport> insertQdq(GraphEditor &editor, const Placement &placement,
                                    const Calibration &calibration, const QuantizeOptions &options);

} // namespace lockstep
