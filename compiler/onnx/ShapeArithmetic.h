// Nodes whose values are known while compiling: the arithmetic on shapes that feeds Reshape, Expand, Slice,
// Resize, ... (Data movement on constants is the business of its importers.)
#pragma once

#include "compiler/tensor/Tensor.h"

#include <onnx/onnx_pb.h>

#include <optional>
#include <vector>

namespace lockstep {

/// The output of an arithmetic, comparing, logical, casting or reducing node on int32, int64, bool and
/// float32, from the values of its inputs (absent ones: none). The bits are those that the operator computes
/// at run time. None where the operator or a type is another, or something is out of the ordinary (a division
/// by zero, a number that no cast holds).
std::optional<Tensor> evaluateNode(const onnx::NodeProto &node,
                                   const std::vector<std::optional<Tensor>> &inputs);

} // namespace lockstep
