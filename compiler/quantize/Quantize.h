// From a float ONNX model and a batch of inputs to a quantized one (QuantizeLinear, DequantizeLinear), with a
// report.
#pragma once

#include "compiler/quantize/QuantizationReport.h"
#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <onnx/onnx_pb.h>

namespace lockstep {

struct QuantizedModel {
  onnx::ModelProto model; // batch norms folded, QDQ pairs in place
  QuantizationReport report;
};

/// `batch`: each model input by name, with one or more samples along axis 0 (the model's own batch extent may
/// be 1: samples are then run one by one). Errors: Model (nothing to quantize, unsupported operators), Usage
/// (inputs missing, wrong shapes, a bit width that is not 8).
Result<QuantizedModel> quantizeModel(const onnx::ModelProto &model, const NamedTensors &batch,
                                     const QuantizeOptions &options);

} // namespace lockstep
