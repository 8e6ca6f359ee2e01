// ONNX Runtime in a process of its own.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace lockstep {

/// Runs the model with default optimizations; `outputs`: names, any tensors of the graph (they become
/// outputs). `optimized`, if not empty: the file for the model that ONNX Runtime made of it. Errors (System):
/// what node said.
Result<NamedTensors> runOnnxRuntime(onnx::ModelProto model, const NamedTensors &inputs,
                                    const std::vector<std::string> &outputs,
                                    const std::string &optimized = "");

} // namespace lockstep
