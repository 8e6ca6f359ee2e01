// libonnx's schemas, asked about one node whose input shapes are all known.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <onnx/onnx_pb.h>

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace lockstep {

using Opsets = std::unordered_map<std::string, int>; // version by domain

/// What a node sees: types of its inputs and of all that its subgraphs may use, and values that are known.
struct NodeSurroundings {
  std::unordered_map<std::string, onnx::TypeProto> types;
  std::unordered_map<std::string, onnx::TensorProto> values;
};

/// Types of the outputs, as far as ONNX can tell. Errors (Model): types or shapes that do not fit the
/// operator.
Result<std::vector<onnx::TypeProto>> inferNode(const onnx::NodeProto &node,
                                               const NodeSurroundings &surroundings, const Opsets &opsets);

/// The operator's definition by others, if it has one: nodes that compute the call.
std::optional<onnx::FunctionProto> functionBody(const onnx::NodeProto &node,
                                                const NodeSurroundings &surroundings, const Opsets &opsets);

} // namespace lockstep
