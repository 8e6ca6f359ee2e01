#include "compiler/onnx/GraphBuilder.h"

#include "compiler/onnx/OnnxModel.h"

namespace lockstep {

namespace {

constexpr int64_t kIrVersion = 8; // the one of ONNX 1.12

onnx::ValueInfoProto valueInfo(const std::string &name, const std::string &elementType,
                               const std::vector<uint64_t> &shape) {
  onnx::ValueInfoProto info;
  info.set_name(name);
  onnx::TypeProto_Tensor *type = info.mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnxTypeOf(elementType));
  type->mutable_shape();
  for (uint64_t extent : shape)
    type->mutable_shape()->add_dim()->set_dim_value(int64_t(extent));
  return info;
}

/// Sets the field of the attribute that is of the value's type.
struct SetValue {
  onnx::AttributeProto &attribute;
  void operator()(int64_t value) const {
    attribute.set_type(onnx::AttributeProto_AttributeType_INT);
    attribute.set_i(value);
  }
  void operator()(float value) const {
    attribute.set_type(onnx::AttributeProto_AttributeType_FLOAT);
    attribute.set_f(value);
  }
  void operator()(const std::string &value) const {
    attribute.set_type(onnx::AttributeProto_AttributeType_STRING);
    attribute.set_s(value);
  }
  void operator()(const std::vector<int64_t> &values) const {
    attribute.set_type(onnx::AttributeProto_AttributeType_INTS);
    for (int64_t value : values)
      attribute.add_ints(value);
  }
  void operator()(const std::vector<float> &values) const {
    attribute.set_type(onnx::AttributeProto_AttributeType_FLOATS);
    for (float value : values)
      attribute.add_floats(value);
  }
  void operator()(const std::vector<std::string> &values) const {
    attribute.set_type(onnx::AttributeProto_AttributeType_STRINGS);
    for (const std::string &value : values)
      attribute.add_strings(value);
  }
};

} // namespace

GraphBuilder::GraphBuilder(const std::string &graphName) : model(std::make_unique<onnx::ModelProto>()) {
  model->set_ir_version(kIrVersion);
  model->set_producer_name("lockstep");
  model->mutable_graph()->set_name(graphName);
  onnx::OperatorSetIdProto *opset = model->add_opset_import();
  opset->set_domain("");
  opset->set_version(kOpsetVersion);
}

GraphBuilder::~GraphBuilder() = default;

void GraphBuilder::input(const std::string &name, const std::string &elementType,
                         const std::vector<uint64_t> &shape) {
  *model->mutable_graph()->add_input() = valueInfo(name, elementType, shape);
}

void GraphBuilder::output(const std::string &name, const std::string &elementType,
                          const std::vector<uint64_t> &shape) {
  *model->mutable_graph()->add_output() = valueInfo(name, elementType, shape);
}

void GraphBuilder::initializer(const std::string &name, const Tensor &tensor) {
  *model->mutable_graph()->add_initializer() = protoOf(tensor, name);
}

void GraphBuilder::node(const std::string &type, const std::string &label,
                        const std::vector<std::string> &inputs, const std::vector<std::string> &outputs,
                        const std::vector<GraphAttribute> &attributes) {
  onnx::NodeProto *node = model->mutable_graph()->add_node();
  node->set_op_type(type);
  node->set_name(label);
  for (const std::string &input : inputs)
    node->add_input(input);
  for (const std::string &output : outputs)
    node->add_output(output);
  for (const GraphAttribute &given : attributes) {
    onnx::AttributeProto *attribute = node->add_attribute();
    attribute->set_name(given.name);
    std::visit(SetValue{*attribute}, given.value);
  }
}

std::string GraphBuilder::serialize() const { return model->SerializeAsString(); }

} // namespace lockstep
