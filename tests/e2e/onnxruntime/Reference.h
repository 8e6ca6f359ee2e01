// The integer reference, for comparisons with ONNX Runtime.
#pragma once

#include "ExactGraph.h"
#include "hw/support/Result.h"

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace lockstep {

/// The model's outputs and the named tensors over all samples of the inputs, joined along axis 0.
Result<TensorMap> integerReference(const onnx::ModelProto &model, const NamedTensors &inputs,
                                   const std::vector<std::string> &names);

/// The first samples of each tensor, without labels.
NamedTensors firstSamples(const NamedTensors &all, uint64_t count);

TensorMap mapOf(const NamedTensors &tensors);

/// Elements whose bytes differ; all, if the tensors' bytes are not equally many.
size_t differentElements(const Tensor &one, const Tensor &other);

} // namespace lockstep
