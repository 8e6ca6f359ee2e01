// Nodes whose values are known while compiling: the arithmetic on shapes that feeds Reshape, Expand, Slice,
// ...
#pragma once

#include "compiler/tensor/Tensor.h"

#include <onnx/onnx_pb.h>

#include <optional>
#include <vector>

namespace lockstep {

/// An input as far as it is known: its value, or at least its type and shape (bytes empty).
struct KnownInput {
  Tensor tensor;
  bool has_value = false;
};

/// The outputs of a node, if it is one of the integer, bool or small float operators that shapes are computed
/// with, what it needs is known, and no tensor has over 2^16 elements. Exact; none where anything is out of
/// the ordinary.
std::optional<std::vector<Tensor>> evaluateNode(const onnx::NodeProto &node,
                                                const std::vector<std::optional<KnownInput>> &inputs);

} // namespace lockstep
