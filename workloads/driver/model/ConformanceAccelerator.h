// ONNX's operator tests on the accelerator: not against ONNX's outputs (the models are quantized), but bit
// for bit against the integer reference on the CPU.
#pragma once

#include "workloads/conformance/Conformance.h"

namespace lockstep {

/// True if the case has an operator that the accelerator is for: a product, convolution or recurrent layer,
/// float, integer or quantized.
bool isAcceleratorCase(const ConformanceCase &given);

/// Quantizes a float model with the case's own inputs as calibration, compiles it, and compares golden and
/// SystemC on `base` and golden, SystemC and RTL on `tiny` (up to 2^18 elements of products; cycles too) with
/// the integer reference. Unsupported: the operator stays on the host, for the partitioner's reason.
CaseOutcome runAcceleratorCase(const ConformanceCase &given, bool rtl);

} // namespace lockstep
