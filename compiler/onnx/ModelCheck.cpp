#include "compiler/onnx/ModelCheck.h"

#include "compiler/onnx/OnnxModel.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_set>

namespace lockstep {

namespace {

constexpr int kMaximumDepth = 32;
constexpr uint64_t kMaximumBytes = uint64_t(1) << 36;

Error modelError(const std::string &what) { return {ErrorKind::Model, what}; }

/// Bytes of a tensor of this shape; none: over the limit. Extents without a value count as 1.
std::optional<uint64_t> boundedBytes(const std::vector<uint64_t> &extents, uint64_t elementSize) {
  uint64_t bytes = elementSize;
  for (uint64_t extent : extents) {
    if (extent == 0)
      return 0;
    if (bytes > kMaximumBytes / extent)
      return std::nullopt;
    bytes *= extent;
  }
  return bytes;
}

Status checkExtents(const std::vector<int64_t> &extents, int onnxType, const std::string &name) {
  std::vector<uint64_t> positive;
  for (int64_t extent : extents) {
    if (extent < 0)
      return modelError(fmt::format("tensor '{}': extent {} is negative", name, extent));
    positive.push_back(static_cast<uint64_t>(extent));
  }
  const uint64_t bytes = elementBytes(elementTypeName(onnxType));
  if (!boundedBytes(positive, std::max<uint64_t>(bytes, 1)))
    return modelError(
        fmt::format("tensor '{}': {} is over the limit of 2^36 bytes", name, shapeText(positive)));
  return {};
}

/// Bytes that a TensorProto holds, of an element type that Tensor has.
uint64_t heldBytes(const onnx::TensorProto &tensor, uint64_t elementSize) {
  if (tensor.has_raw_data())
    return tensor.raw_data().size();
  switch (tensor.data_type()) {
  case onnx::TensorProto::FLOAT:
    return tensor.float_data_size() * elementSize;
  case onnx::TensorProto::DOUBLE:
    return tensor.double_data_size() * elementSize;
  case onnx::TensorProto::INT64:
    return tensor.int64_data_size() * elementSize;
  case onnx::TensorProto::UINT32:
  case onnx::TensorProto::UINT64:
    return tensor.uint64_data_size() * elementSize;
  default:
    return tensor.int32_data_size() * elementSize;
  }
}

Status checkTensor(const onnx::TensorProto &tensor) {
  const std::vector<int64_t> extents(tensor.dims().begin(), tensor.dims().end());
  if (Status status = checkExtents(extents, tensor.data_type(), tensor.name()); !status)
    return status;
  if (tensor.has_segment())
    return modelError(fmt::format("tensor '{}' comes in segments, which are not supported", tensor.name()));
  const uint64_t elementSize = elementBytes(elementTypeName(tensor.data_type()));
  if (elementSize == 0 || tensor.data_location() == onnx::TensorProto::EXTERNAL)
    return {};
  const std::vector<uint64_t> shape(extents.begin(), extents.end());
  const uint64_t expected = *boundedBytes(shape, elementSize), held = heldBytes(tensor, elementSize);
  if (expected != held)
    return modelError(fmt::format("tensor '{}': {} bytes of data, but shape {} of {} has {}", tensor.name(),
                                  held, shapeText(shape), elementTypeName(tensor.data_type()), expected));
  return {};
}

Status checkType(const onnx::TypeProto &type, const std::string &name, int depth) {
  if (depth > kMaximumDepth)
    return modelError(fmt::format("type of '{}' nests more than {} deep", name, kMaximumDepth));
  if (type.has_sequence_type())
    return checkType(type.sequence_type().elem_type(), name, depth + 1);
  if (type.has_optional_type())
    return checkType(type.optional_type().elem_type(), name, depth + 1);
  if (type.has_map_type())
    return checkType(type.map_type().value_type(), name, depth + 1);
  std::vector<int64_t> extents;
  for (const auto &dim : type.tensor_type().shape().dim())
    extents.push_back(dim.has_dim_value() ? dim.dim_value() : 1);
  return checkExtents(extents, type.tensor_type().elem_type(), name);
}

/// What the integers of some attributes may be: libonnx divides by them and counts with them unseen.
struct AttributeLimits {
  const char *name;
  int64_t least, most;
};
constexpr int64_t kLargest = int64_t(1) << 31;
constexpr int64_t kMaximumRank = 64;
constexpr AttributeLimits kAttributeLimits[] = {{"strides", 1, kLargest},
                                                {"dilations", 1, kLargest},
                                                {"kernel_shape", 1, kLargest},
                                                {"pads", -kLargest, kLargest},
                                                {"output_padding", 0, kLargest},
                                                {"output_shape", 0, kLargest},
                                                {"blocksize", 1, kLargest},
                                                {"group", 1, kLargest},
                                                {"hidden_size", 1, kLargest},
                                                {"num_scan_inputs", 0, kLargest},
                                                {"batch_dims", 0, kMaximumRank},
                                                {"axis", -kMaximumRank, kMaximumRank},
                                                {"axes", -kMaximumRank, kMaximumRank},
                                                {"perm", 0, kMaximumRank},
                                                {"batch_axis", -kMaximumRank, kMaximumRank},
                                                {"time_axis", -kMaximumRank, kMaximumRank},
                                                {"scan_input_axes", -kMaximumRank, kMaximumRank},
                                                {"scan_output_axes", -kMaximumRank, kMaximumRank}};

Status checkLimits(const onnx::AttributeProto &attribute, const std::string &label) {
  for (const AttributeLimits &limits : kAttributeLimits) {
    if (attribute.name() != limits.name)
      continue;
    std::vector<int64_t> values(attribute.ints().begin(), attribute.ints().end());
    if (attribute.has_i())
      values.push_back(attribute.i());
    for (int64_t value : values)
      if (value < limits.least || value > limits.most)
        return modelError(fmt::format("node {}: attribute {} has {}, allowed: {} to {}", label, limits.name,
                                      value, limits.least, limits.most));
  }
  return {};
}

/// Names that are defined, in a graph and those round it.
struct Scope {
  const Scope *outer = nullptr;
  std::unordered_set<std::string> names;
  bool has(const std::string &name) const { return names.count(name) || (outer && outer->has(name)); }
};

class Checker {
public:
  Status graph(const onnx::GraphProto &graph, const Scope *outer, int depth) {
    if (depth > kMaximumDepth)
      return modelError(
          fmt::format("graph '{}': subgraphs nest more than {} deep", graph.name(), kMaximumDepth));
    Scope scope;
    scope.outer = outer;
    if (Status status = definitions(graph, scope); !status)
      return status;
    if (Status status = nodes(graph.node(), scope, depth); !status)
      return status;
    for (const onnx::ValueInfoProto &output : graph.output()) {
      if (!scope.has(output.name()))
        return modelError(fmt::format("graph '{}': output '{}' is not defined", graph.name(), output.name()));
      if (Status status = checkType(output.type(), output.name(), 0); !status)
        return status;
    }
    for (const onnx::ValueInfoProto &value : graph.value_info())
      if (Status status = checkType(value.type(), value.name(), 0); !status)
        return status;
    return {};
  }

  Status nodes(const google::protobuf::RepeatedPtrField<onnx::NodeProto> &list, Scope &scope, int depth) {
    std::unordered_set<std::string> later; // for the message: a name that a later node defines
    for (const onnx::NodeProto &node : list)
      later.insert(node.output().begin(), node.output().end());
    size_t position = 0;
    for (const onnx::NodeProto &node : list)
      if (Status status = this->node(node, nodeLabel(node, position++), scope, later, depth); !status)
        return status;
    return {};
  }

private:
  Status definitions(const onnx::GraphProto &graph, Scope &scope) {
    for (const onnx::ValueInfoProto &input : graph.input()) {
      if (!scope.names.insert(input.name()).second)
        return modelError(fmt::format("graph '{}': input '{}' is there twice", graph.name(), input.name()));
      if (Status status = checkType(input.type(), input.name(), 0); !status)
        return status;
    }
    std::unordered_set<std::string> initializers;
    for (const onnx::TensorProto &tensor : graph.initializer()) {
      if (!initializers.insert(tensor.name()).second)
        return modelError(
            fmt::format("graph '{}': initializer '{}' is there twice", graph.name(), tensor.name()));
      scope.names.insert(tensor.name());
      if (Status status = checkTensor(tensor); !status)
        return status;
    }
    for (const onnx::SparseTensorProto &tensor : graph.sparse_initializer())
      scope.names.insert(tensor.values().name());
    return {};
  }

  Status node(const onnx::NodeProto &node, const std::string &label, Scope &scope,
              const std::unordered_set<std::string> &later, int depth) {
    for (const std::string &input : node.input())
      if (!input.empty() && !scope.has(input))
        return modelError(
            later.count(input)
                ? fmt::format("node {} uses '{}' before it is defined: a cycle, or nodes out of order", label,
                              input)
                : fmt::format("node {}: input '{}' is not defined", label, input));
    if (node.op_type() == "STFT" &&
        (node.input_size() < 4 || node.input(3).empty())) // libonnx reads it unasked
      return modelError(
          fmt::format("operator STFT (node {}) is not supported without a frame length", label));
    const bool isStandard = node.domain().empty() || node.domain() == "ai.onnx";
    for (const onnx::AttributeProto &attribute : node.attribute()) {
      if (Status status = isStandard ? checkLimits(attribute, label) : Status(); !status)
        return status;
      if (Status status = this->attribute(attribute, scope, depth); !status)
        return status;
    }
    for (const std::string &output : node.output())
      if (!output.empty() && !scope.names.insert(output).second)
        return modelError(fmt::format("node {}: '{}' is defined a second time", label, output));
    return {};
  }

  Status attribute(const onnx::AttributeProto &attribute, const Scope &scope, int depth) {
    if (attribute.has_t())
      if (Status status = checkTensor(attribute.t()); !status)
        return status;
    for (const onnx::TensorProto &tensor : attribute.tensors())
      if (Status status = checkTensor(tensor); !status)
        return status;
    if (attribute.has_tp())
      if (Status status = checkType(attribute.tp(), attribute.name(), 0); !status)
        return status;
    if (attribute.has_g())
      if (Status status = graph(attribute.g(), &scope, depth + 1); !status)
        return status;
    for (const onnx::GraphProto &inner : attribute.graphs())
      if (Status status = graph(inner, &scope, depth + 1); !status)
        return status;
    return {};
  }
};

} // namespace

Status checkStructure(const onnx::ModelProto &model) {
  if (!model.has_graph())
    return modelError("the model has no graph");
  Checker checker;
  if (Status status = checker.graph(model.graph(), nullptr, 0); !status)
    return status;
  for (const onnx::FunctionProto &function : model.functions()) {
    Scope scope;
    scope.names.insert(function.input().begin(), function.input().end());
    if (Status status = checker.nodes(function.node(), scope, 0); !status)
      return status;
  }
  return {};
}

} // namespace lockstep
