#include "Graphs.h"

#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/ReferenceRuns.h"
#include "tests/support/Random.h"

#include <gtest/gtest.h>
#include <onnx/shape_inference/implementation.h>

#include <cstring>
#include <stdexcept>

namespace lockstep {

namespace {

std::vector<float> noiseValues(uint64_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> values;
  for (uint64_t i = 0; i < count; ++i)
    values.push_back(float(random.range(-1000000, 1000000)) / 1e6F);
  return values;
}

Tensor tensorFrom(const std::string &type, const std::vector<uint64_t> &shape, const void *values) {
  Tensor tensor = zeroTensor(type, shape);
  std::memcpy(tensor.bytes.data(), values, tensor.bytes.size());
  return tensor;
}

} // namespace

GraphBuilder::GraphBuilder() {
  model.set_ir_version(8);
  auto *opset = model.add_opset_import();
  opset->set_domain("");
  opset->set_version(17);
  model.mutable_graph()->set_name("test");
}

GraphBuilder &GraphBuilder::input(const std::string &name, const std::vector<int64_t> &shape) {
  auto *value = model.mutable_graph()->add_input();
  value->set_name(name);
  auto *type = value->mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::TensorProto::FLOAT);
  type->mutable_shape();
  for (int64_t extent : shape) {
    auto *dimension = type->mutable_shape()->add_dim();
    if (extent >= 0)
      dimension->set_dim_value(extent);
    else
      dimension->set_dim_param("batch");
  }
  return *this;
}

GraphBuilder &GraphBuilder::output(const std::string &name) {
  auto *value = model.mutable_graph()->add_output();
  value->set_name(name);
  value->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  return *this;
}

GraphBuilder &GraphBuilder::constant(const std::string &name, const std::vector<uint64_t> &shape,
                                     const std::vector<float> &values) {
  *model.mutable_graph()->add_initializer() = protoOf(tensorFrom("float32", shape, values.data()), name);
  return *this;
}

GraphBuilder &GraphBuilder::noise(const std::string &name, const std::vector<uint64_t> &shape) {
  uint64_t seed = 0;
  for (char c : name)
    seed = seed * 31 + uint8_t(c);
  return constant(name, shape, noiseValues(elementCount(shape), seed));
}

GraphBuilder &GraphBuilder::ints(const std::string &name, const std::vector<int64_t> &values) {
  *model.mutable_graph()->add_initializer() =
      protoOf(tensorFrom("int64", {values.size()}, values.data()), name);
  return *this;
}

GraphBuilder &GraphBuilder::bytes(const std::string &name, const std::vector<uint64_t> &shape,
                                  const std::vector<int8_t> &values) {
  *model.mutable_graph()->add_initializer() = protoOf(tensorFrom("int8", shape, values.data()), name);
  return *this;
}

GraphBuilder &GraphBuilder::ints32(const std::string &name, const std::vector<int32_t> &values) {
  *model.mutable_graph()->add_initializer() =
      protoOf(tensorFrom("int32", {values.size()}, values.data()), name);
  return *this;
}

GraphBuilder &GraphBuilder::node(const std::string &type, const std::vector<std::string> &inputs,
                                 const std::string &output) {
  auto *node = model.mutable_graph()->add_node();
  node->set_op_type(type);
  for (const std::string &input : inputs)
    node->add_input(input);
  node->add_output(output);
  return *this;
}

GraphBuilder &GraphBuilder::also(const std::string &output) {
  model.mutable_graph()->mutable_node()->rbegin()->add_output(output);
  return *this;
}

GraphBuilder &GraphBuilder::named(const std::string &name) {
  model.mutable_graph()->mutable_node()->rbegin()->set_name(name);
  return *this;
}

onnx::AttributeProto &GraphBuilder::add(const std::string &name, onnx::AttributeProto::AttributeType type) {
  auto *attribute = model.mutable_graph()->mutable_node()->rbegin()->add_attribute();
  attribute->set_name(name);
  attribute->set_type(type);
  return *attribute;
}

GraphBuilder &GraphBuilder::attribute(const std::string &name, int64_t value) {
  add(name, onnx::AttributeProto::INT).set_i(value);
  return *this;
}

GraphBuilder &GraphBuilder::attribute(const std::string &name, float value) {
  add(name, onnx::AttributeProto::FLOAT).set_f(value);
  return *this;
}

GraphBuilder &GraphBuilder::attribute(const std::string &name, const std::vector<int64_t> &values) {
  onnx::AttributeProto &attribute = add(name, onnx::AttributeProto::INTS);
  for (int64_t value : values)
    attribute.add_ints(value);
  return *this;
}

GraphBuilder &GraphBuilder::attribute(const std::string &name, const char *value) {
  add(name, onnx::AttributeProto::STRING).set_s(value);
  return *this;
}

GraphBuilder &GraphBuilder::attribute(const std::string &name, const std::vector<std::string> &values) {
  onnx::AttributeProto &attribute = add(name, onnx::AttributeProto::STRINGS);
  for (const std::string &value : values)
    attribute.add_strings(value);
  return *this;
}

GraphBuilder &GraphBuilder::attribute(const std::string &name, const std::vector<float> &values) {
  onnx::AttributeProto &attribute = add(name, onnx::AttributeProto::FLOATS);
  for (float value : values)
    attribute.add_floats(value);
  return *this;
}

onnx::ModelProto GraphBuilder::prepared() const {
  onnx::ModelProto typed = model; // outputs get the shapes that follow
  onnx::shape_inference::InferShapes(typed);
  auto result = prepareModel(typed, "test", "");
  if (!result)
    throw std::runtime_error(result.error().message); // the test's own mistake
  return *result;
}

std::string typesOf(const onnx::GraphProto &graph) {
  std::string types;
  for (const onnx::NodeProto &node : graph.node())
    types += (types.empty() ? "" : " ") + node.op_type();
  return types;
}

const onnx::NodeProto &makerOf(const onnx::GraphProto &graph, const std::string &tensor) {
  for (const onnx::NodeProto &node : graph.node())
    for (const std::string &output : node.output())
      if (output == tensor)
        return node;
  throw std::runtime_error("no node makes " + tensor + " in: " + typesOf(graph));
}

const onnx::TensorProto &initializerOf(const onnx::GraphProto &graph, const std::string &name) {
  for (const onnx::TensorProto &initializer : graph.initializer())
    if (initializer.name() == name)
      return initializer;
  throw std::runtime_error("there is no constant " + name);
}

Tensor noiseTensor(const std::vector<uint64_t> &shape, unsigned seed) {
  return tensorFrom("float32", shape, noiseValues(elementCount(shape), seed).data());
}

NamedTensors runOnHost(const onnx::ModelProto &model, const NamedTensors &inputs) {
  auto batch = BatchRuns::of(model.graph(), inputs);
  if (!batch)
    throw std::runtime_error(batch.error().message);
  auto runs = ReferenceRuns::compile(model, *batch, {}, Arithmetic::AsWritten);
  if (!runs)
    throw std::runtime_error(runs.error().message);
  NamedTensors outputs;
  Status status = runs->forEach([&](uint64_t, const auto &results) {
    for (const auto &[name, tensor] : results)
      outputs.push_back({name, *tensor});
  });
  if (!status)
    throw std::runtime_error(status.error().message);
  return outputs;
}

std::vector<float> floatsOf(const Tensor &tensor) {
  std::vector<float> values(tensor.bytes.size() / sizeof(float));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

} // namespace lockstep
