#include "compiler/quantize/GraphEditor.h"

namespace lockstep {

namespace {

const onnx::AttributeProto *find(const onnx::NodeProto &node, const std::string &name) {
  for (const onnx::AttributeProto &attribute : node.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

} // namespace

int64_t intAttribute(const onnx::NodeProto &node, const std::string &name, int64_t otherwise) {
  const onnx::AttributeProto *attribute = find(node, name);
  return attribute != nullptr ? attribute->i() : otherwise;
}

float floatAttribute(const onnx::NodeProto &node, const std::string &name, float otherwise) {
  const onnx::AttributeProto *attribute = find(node, name);
  return attribute != nullptr ? attribute->f() : otherwise;
}

std::vector<int64_t> intsAttribute(const onnx::NodeProto &node, const std::string &name) {
  const onnx::AttributeProto *attribute = find(node, name);
  return attribute != nullptr ? std::vector<int64_t>(attribute->ints().begin(), attribute->ints().end())
                              : std::vector<int64_t>();
}

std::string stringAttribute(const onnx::NodeProto &node, const std::string &name,
                            const std::string &otherwise) {
  const onnx::AttributeProto *attribute = find(node, name);
  return attribute != nullptr ? attribute->s() : otherwise;
}

void setIntAttribute(onnx::NodeProto &node, const std::string &name, int64_t value) {
  removeAttribute(node, name);
  onnx::AttributeProto *attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INT);
  attribute->set_i(value);
}

void removeAttribute(onnx::NodeProto &node, const std::string &name) {
  for (int i = node.attribute_size(); i-- > 0;)
    if (node.attribute(i).name() == name)
      node.mutable_attribute()->DeleteSubrange(i, 1);
}

bool hasInput(const onnx::NodeProto &node, int index) {
  return index < node.input_size() && !node.input(index).empty();
}

} // namespace lockstep
