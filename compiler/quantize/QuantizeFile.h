// Quantization from file to file. Without ONNX, so that everybody may include it.
#pragma once

#include "compiler/quantize/QuantizationReport.h"
#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <string>

namespace lockstep {

/// Reads the ONNX model `in`, quantizes it (quantizeModel: what `batch` is, and errors) and writes it to
/// `out`.
Result<QuantizationReport> quantizeFile(const std::string &in, const NamedTensors &batch,
                                        const QuantizeOptions &options, const std::string &out);

} // namespace lockstep
