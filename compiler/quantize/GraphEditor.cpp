#include "compiler/quantize/GraphEditor.h"

#include "compiler/onnx/OnnxModel.h"

#include <algorithm>
#include <cstring>

namespace lockstep {

Tensor tensorOf(const FloatTensor &tensor) {
  Tensor bytes = zeroTensor("float32", tensor.shape);
  std::memcpy(bytes.bytes.data(), tensor.values.data(), bytes.bytes.size());
  return bytes;
}

GraphEditor::GraphEditor(onnx::GraphProto &graph) : proto(graph) { index(); }

void GraphEditor::index() {
  producers.clear();
  uses.clear();
  constants.clear();
  outputs.clear();
  captured.clear();
  types.clear();
  for (onnx::NodeProto *node : nodes()) {
    for (const std::string &output : node->output())
      producers[output] = node;
    for (const std::string &input : node->input())
      uses[input].push_back(node);
    for (const onnx::AttributeProto &attribute : node->attribute()) {
      if (attribute.has_g())
        indexUses(attribute.g());
      for (const onnx::GraphProto &subgraph : attribute.graphs())
        indexUses(subgraph);
    }
  }
  for (const onnx::TensorProto &constant : proto.initializer())
    constants[constant.name()] = &constant;
  for (const onnx::ValueInfoProto &output : proto.output())
    outputs.insert(output.name());
  indexValues(proto.input());
  indexValues(proto.output());
  indexValues(proto.value_info());
  for (const auto &[name, producer] : producers)
    names.insert(name);
  for (const auto &[name, constant] : constants)
    names.insert(name);
}

void GraphEditor::indexValues(const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> &values) {
  for (const onnx::ValueInfoProto &value : values) {
    names.insert(value.name());
    if (value.has_type())
      types[value.name()] = &value.type();
  }
}

void GraphEditor::indexUses(const onnx::GraphProto &subgraph) {
  for (const onnx::NodeProto &node : subgraph.node()) {
    captured.insert(node.input().begin(), node.input().end());
    names.insert(node.output().begin(), node.output().end());
    for (const onnx::AttributeProto &attribute : node.attribute()) {
      if (attribute.has_g())
        indexUses(attribute.g());
      for (const onnx::GraphProto &inner : attribute.graphs())
        indexUses(inner);
    }
  }
  for (const onnx::ValueInfoProto &output : subgraph.output())
    captured.insert(output.name());
}

std::vector<onnx::NodeProto *> GraphEditor::nodes() {
  std::vector<onnx::NodeProto *> present;
  for (onnx::NodeProto &node : *proto.mutable_node())
    if (removed.count(&node) == 0)
      present.push_back(&node);
  return present;
}

onnx::NodeProto *GraphEditor::producer(const std::string &tensor) const {
  auto found = producers.find(tensor);
  return found == producers.end() ? nullptr : found->second;
}

std::vector<onnx::NodeProto *> GraphEditor::users(const std::string &tensor) const {
  auto found = uses.find(tensor);
  return found == uses.end() ? std::vector<onnx::NodeProto *>() : found->second;
}

onnx::NodeProto *GraphEditor::onlyUser(const std::string &tensor) const {
  auto found = uses.find(tensor);
  bool alone =
      found != uses.end() && found->second.size() == 1 && !isOutput(tensor) && !isUsedBySubgraph(tensor);
  return alone ? found->second.front() : nullptr;
}

const onnx::TensorProto *GraphEditor::constant(const std::string &tensor) const {
  auto found = constants.find(tensor);
  return found == constants.end() ? nullptr : found->second;
}

std::optional<FloatTensor> GraphEditor::floatConstant(const std::string &name) const {
  const onnx::TensorProto *found = constant(name);
  if (found == nullptr || found->data_type() != onnx::TensorProto::FLOAT)
    return std::nullopt;
  auto tensor = tensorOf(*found);
  if (!tensor)
    return std::nullopt;
  FloatTensor result{tensor->shape, std::vector<float>(tensor->bytes.size() / sizeof(float))};
  std::memcpy(result.values.data(), tensor->bytes.data(), tensor->bytes.size());
  return result;
}

std::optional<std::vector<int64_t>> GraphEditor::intConstant(const std::string &name) const {
  const onnx::TensorProto *found = constant(name);
  if (found == nullptr || found->data_type() != onnx::TensorProto::INT64)
    return std::nullopt;
  auto tensor = tensorOf(*found);
  if (!tensor)
    return std::nullopt;
  std::vector<int64_t> values(tensor->bytes.size() / sizeof(int64_t));
  std::memcpy(values.data(), tensor->bytes.data(), tensor->bytes.size());
  return values;
}

const onnx::TypeProto *GraphEditor::type(const std::string &tensor) const {
  auto found = types.find(tensor);
  return found == types.end() ? nullptr : found->second;
}

std::optional<int> GraphEditor::elementType(const std::string &tensor) const {
  if (const onnx::TensorProto *found = constant(tensor))
    return found->data_type();
  auto type = types.find(tensor);
  if (type == types.end() || !type->second->has_tensor_type())
    return std::nullopt;
  return type->second->tensor_type().elem_type();
}

std::optional<int> GraphEditor::rank(const std::string &tensor) const {
  if (const onnx::TensorProto *found = constant(tensor))
    return found->dims_size();
  auto type = types.find(tensor);
  if (type == types.end() || !type->second->has_tensor_type() || !type->second->tensor_type().has_shape())
    return std::nullopt;
  return type->second->tensor_type().shape().dim_size();
}

bool GraphEditor::isFloat(const std::string &tensor) const {
  return elementType(tensor) == std::optional<int>(onnx::TensorProto::FLOAT);
}

std::string GraphEditor::uniqueName(const std::string &wanted) {
  std::string name = wanted;
  for (unsigned i = 1; !names.insert(name).second; ++i)
    name = wanted + "_" + std::to_string(i);
  return name;
}

std::string GraphEditor::addConstant(const std::string &wanted, const Tensor &tensor) {
  std::string name = uniqueName(wanted);
  onnx::TensorProto *added = proto.add_initializer();
  *added = protoOf(tensor, name);
  constants[name] = added;
  return name;
}

std::string GraphEditor::addTensor(const std::string &wanted, const onnx::TypeProto &type) {
  onnx::ValueInfoProto *added = proto.add_value_info();
  added->set_name(uniqueName(wanted));
  *added->mutable_type() = type;
  types[added->name()] = &added->type();
  return added->name();
}

int GraphEditor::positionOf(const onnx::NodeProto *node) const {
  int position = 0;
  while (position < proto.node_size() && &proto.node(position) != node)
    ++position;
  return position;
}

onnx::NodeProto *GraphEditor::insert(int position, onnx::NodeProto added) {
  onnx::NodeProto *node = proto.add_node();
  *node = std::move(added);
  for (int i = proto.node_size() - 1; i > position; --i) // by pointer: addresses stay
    proto.mutable_node()->SwapElements(i, i - 1);
  return node;
}

onnx::NodeProto *GraphEditor::insertBefore(const onnx::NodeProto *node, onnx::NodeProto added) {
  return insert(positionOf(node), std::move(added));
}

onnx::NodeProto *GraphEditor::insertBehind(const onnx::NodeProto *node, onnx::NodeProto added) {
  return insert(positionOf(node) + 1, std::move(added));
}

void GraphEditor::finish() {
  auto isRemoved = [&](const onnx::NodeProto &node) { return removed.count(&node) > 0; };
  // Elements are moved by pointer, so each node's address stays its own while the loop runs.
  std::vector<int> gone;
  for (int i = 0; i < proto.node_size(); ++i)
    if (isRemoved(proto.node(i)))
      gone.push_back(i);
  for (auto i = gone.rbegin(); i != gone.rend(); ++i)
    proto.mutable_node()->DeleteSubrange(*i, 1);
  removed.clear();
  index();
  auto isUsed = [&](const std::string &name) {
    return uses.count(name) > 0 || isOutput(name) || isUsedBySubgraph(name);
  };
  for (int i = proto.initializer_size(); i-- > 0;)
    if (!isUsed(proto.initializer(i).name()))
      proto.mutable_initializer()->DeleteSubrange(i, 1);
  for (int i = proto.input_size(); i-- > 0;) // initializers may be inputs too
    if (constant(proto.input(i).name()) != nullptr)
      proto.mutable_input()->DeleteSubrange(i, 1);
  for (int i = proto.value_info_size(); i-- > 0;) {
    const std::string &name = proto.value_info(i).name();
    if (producer(name) == nullptr && !isUsed(name))
      proto.mutable_value_info()->DeleteSubrange(i, 1);
  }
  index();
}

} // namespace lockstep
