// Models are brought to one opset, functions become nodes, tensors keep their bits.
#include "compiler/onnx/OnnxModel.h"
#include "compiler/cases/HostModel.h"
#include "tests/unit/onnx_import/ModelText.h"
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace lockstep {

namespace {

std::vector<float> run(const onnx::ModelProto &model, const NamedTensors &inputs) {
  auto compiled = HostModel::compileBytes(model.SerializeAsString());
  if (!compiled) {
    ADD_FAILURE() << compiled.error().message;
    return {};
  }
  const auto results = compiled->run(inputs);
  if (!results) {
    ADD_FAILURE() << results.error().message;
    return {};
  }
  return valuesOf<float>(results->front().tensor);
}

TEST(OnnxModel, AnOldOpsetIsConverted) {
  // Squeeze has its axes as an attribute before opset 13.
  const auto model = prepareModel(
      modelOf("g (float[1, 2] x) => (float[2] y) { y = Squeeze <axes = [0]> (x) }", 11), "m", "");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->opset_import(0).version(), kOpsetVersion);
  EXPECT_EQ(run(modelOf("g (float[1, 2] x) => (float[2] y) { y = Squeeze <axes = [0]> (x) }", 11),
                {{"x", tensorWith<float>({1, 2}, {1, 2})}}),
            (std::vector<float>{1, 2}));
}

TEST(OnnxModel, SlopesOfAnOldPReluAreByChannelAlsoBehindTheConversion) {
  // Since opset 7 a slope of [2] would belong to the last axis, which has the same extent here.
  const std::string text = "g (float[1, 2, 2] x, float[2] s) => (float[1, 2, 2] y) { y = PRelu (x, s) }";
  onnx::ModelProto model = modelOf(text, 6);
  *model.mutable_graph()->add_initializer() = protoOf(vectorWith<float>({10, 100}), "s");
  EXPECT_EQ(run(model, {{"x", tensorWith<float>({-1, -2, -3, -4}, {1, 2, 2})}}),
            (std::vector<float>{-10, -20, -300, -400}));
}

TEST(OnnxModel, AModelWhoseInterfaceTheConverterWouldChangeKeepsItsOpset) {
  onnx::ModelProto old =
      modelOf("g (float[1, 2] i, float[1, 3, 2] x) => (float[1, 2] y, float[1, 3, 2] z) {"
              "  y, z = Scan <num_scan_inputs = 1, body = b (float[2] s, float[2] e) =>"
              "    (float[2] t, float[2] o) { t = Add (s, e)  o = Identity (t) }> (i, i, x) }",
              8);
  old.mutable_graph()->mutable_node(0)->set_input(0, "");
  const auto model = prepareModel(old, "m", "");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->graph().input(0).type().tensor_type().shape().dim_size(), 2);
  EXPECT_EQ(model->opset_import(0).version(), 8);
}

/// f (a, b) <factor> = a * factor + b, called twice.
onnx::ModelProto modelWithFunction() {
  onnx::ModelProto model = modelOf(R"(
g (float[2] x) => (float[2] y) {
  t = local.f <factor = 3.0> (x, x)
  y = local.f <factor = 2.0> (t, x)
})",
                                   17, ", \"local\" : 1");
  onnx::FunctionProto *function = model.add_functions();
  function->set_name("f");
  function->set_domain("local");
  function->add_input("a");
  function->add_input("b");
  function->add_output("c");
  function->add_attribute("factor");
  auto *opset = function->add_opset_import();
  opset->set_version(17);
  onnx::NodeProto *constant = function->add_node();
  constant->set_op_type("Constant");
  constant->add_output("k");
  onnx::AttributeProto *value = constant->add_attribute();
  value->set_name("value_float");
  value->set_ref_attr_name("factor");
  value->set_type(onnx::AttributeProto::FLOAT);
  for (auto [type, first, second, result] :
       {std::array{"Mul", "a", "k", "m"}, std::array{"Add", "m", "b", "c"}}) {
    onnx::NodeProto *node = function->add_node();
    node->set_op_type(type);
    node->add_input(first);
    node->add_input(second);
    node->add_output(result);
  }
  return model;
}

TEST(OnnxModel, FunctionsBecomeNodesWithTheCallsAttributes) {
  const auto model = prepareModel(modelWithFunction(), "m", "");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->functions_size(), 0);
  EXPECT_EQ(model->graph().node_size(), 6);
  EXPECT_EQ(run(modelWithFunction(), {{"x", vectorWith<float>({1, -2})}}), (std::vector<float>{9, -18}));
}

TEST(OnnxModel, AFunctionThatCallsItselfIsAnError) {
  onnx::ModelProto model = modelWithFunction();
  onnx::NodeProto *node = model.mutable_functions(0)->mutable_node(1);
  node->set_op_type("f");
  node->set_domain("local");
  auto *opset = model.mutable_functions(0)->add_opset_import();
  opset->set_domain("local");
  opset->set_version(1);
  const auto prepared = prepareModel(model, "m", "");
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().kind, ErrorKind::Model);
}

TEST(OnnxModel, TensorsOfAllTypesKeepTheirBitsOnTheWayThroughTheFormat) {
  for (const char *type : {"float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64",
                           "uint8", "uint16", "uint32", "uint64", "bool"}) {
    Tensor tensor = zeroTensor(type, {2, 3});
    for (size_t i = 0; i < tensor.bytes.size(); ++i)
      tensor.bytes[i] = std::string(type) == "bool" ? i % 2 : static_cast<uint8_t>(37 * i + 5);
    const auto again = tensorOf(protoOf(tensor, "t"));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->element_type, type);
    EXPECT_EQ(again->shape, tensor.shape);
    EXPECT_EQ(again->bytes, tensor.bytes);
  }
}

TEST(OnnxModel, TensorsInTypedFieldsAreRead) {
  onnx::TensorProto proto;
  proto.set_data_type(onnx::TensorProto::INT8);
  proto.add_dims(2);
  proto.add_int32_data(-3);
  proto.add_int32_data(127);
  const auto tensor = tensorOf(proto);
  ASSERT_TRUE(tensor) << tensor.error().message;
  EXPECT_EQ(valuesOf<int8_t>(*tensor), (std::vector<int8_t>{-3, 127}));
  proto.set_data_type(onnx::TensorProto::STRING);
  EXPECT_FALSE(tensorOf(proto));
}

TEST(OnnxModel, ExternalDataIsReadFromTheModelsFolder) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("lockstep_external_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  onnx::ModelProto model = modelOf("g (float[2] x, float[2] w) => (float[2] y) { y = Add (x, w) }");
  onnx::TensorProto *tensor = model.mutable_graph()->add_initializer();
  *tensor = protoOf(vectorWith<float>({0, 0}), "w");
  tensor->clear_raw_data();
  tensor->set_data_location(onnx::TensorProto::EXTERNAL);
  for (auto [key, value] : {std::pair{"location", "w.bin"}, {"offset", "4"}, {"length", "8"}}) {
    auto *entry = tensor->add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
  const std::vector<float> data{9, 1, 2};
  std::ofstream(folder / "w.bin", std::ios::binary).write(reinterpret_cast<const char *>(data.data()), 12);
  const std::string file = (folder / "m.onnx").string();
  ASSERT_TRUE(writeModel(model, file));
  const auto read = readModel(file);
  ASSERT_TRUE(read) << read.error().message;
  const auto weights = tensorOf(read->graph().initializer(0));
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_EQ(valuesOf<float>(*weights), (std::vector<float>{1, 2}));
  std::filesystem::remove_all(folder);
}

} // namespace

} // namespace lockstep
