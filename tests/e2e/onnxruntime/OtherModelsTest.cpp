// Quantized models that others made: ONNX's operator tests, and operator models that ONNX Runtime writes.
#include "OnnxRuntime.h"
#include "Reference.h"

#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/Quantize.h"
#include "compiler/tensor/TensorFile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

using namespace lockstep;

namespace {

const std::string models = LOCKSTEP_SOURCE_DIR "/workloads/models/";
const std::string operatorTests = "/usr/share/libonnx-testdata/data/node/";

/// An operator test whose scales and zero points are constants, as in a model; what is left are its data
/// inputs.
struct OperatorTest {
  onnx::ModelProto model;
  NamedTensors inputs;
};

OperatorTest readTest(const std::string &name, const std::vector<std::string> &data) {
  auto model = readModel(operatorTests + name + "/model.onnx");
  EXPECT_TRUE(model) << model.error().message;
  OperatorTest test{*model, {}};
  onnx::GraphProto &graph = *test.model.mutable_graph();
  for (int i = graph.input_size(); i-- > 0;) {
    auto tensor = readTensorPb(operatorTests + name + "/test_data_set_0/input_" + std::to_string(i) + ".pb");
    EXPECT_TRUE(tensor) << tensor.error().message;
    std::string input = graph.input(i).name();
    if (std::count(data.begin(), data.end(), input) > 0) {
      test.inputs.push_back({input, tensor->tensor});
    } else {
      *graph.add_initializer() = protoOf(tensor->tensor, input);
      graph.mutable_input()->DeleteSubrange(i, 1);
    }
  }
  return test;
}

std::vector<std::string> typesOf(const onnx::GraphProto &graph) {
  std::vector<std::string> types;
  for (const onnx::NodeProto &node : graph.node())
    types.push_back(node.op_type());
  return types;
}

/// The model up to a tensor, which becomes its only output.
onnx::ModelProto upTo(onnx::ModelProto model, const std::string &tensor) {
  onnx::GraphProto &graph = *model.mutable_graph();
  int last = 0;
  while (graph.node(last).output(0) != tensor)
    ++last;
  graph.mutable_node()->DeleteSubrange(last + 1, graph.node_size() - last - 1);
  onnx::ValueInfoProto output;
  for (const onnx::ValueInfoProto &value : graph.value_info())
    if (value.name() == tensor)
      output = value;
  graph.clear_output();
  *graph.add_output() = output;
  return model;
}

class OperatorTests : public testing::TestWithParam<std::pair<const char *, std::vector<std::string>>> {};

} // namespace

TEST_P(OperatorTests, GiveOnnxRuntimesIntegers) {
  auto [name, data] = GetParam();
  OperatorTest test = readTest(name, data);
  std::string output = test.model.graph().output(0).name();
  auto ours = integerReference(test.model, test.inputs, {});
  ASSERT_TRUE(ours) << ours.error().message;
  auto theirs = runOnnxRuntime(test.model, test.inputs, {output});
  ASSERT_TRUE(theirs) << theirs.error().message;
  EXPECT_EQ(differentElements(ours->at(output), theirs->front().tensor), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    OnnxRuntime, OperatorTests,
    testing::Values(std::pair("test_quantizelinear", std::vector<std::string>{"x"}),
                    std::pair("test_quantizelinear_axis", std::vector<std::string>{"x"}),
                    std::pair("test_dequantizelinear", std::vector<std::string>{"x"}),
                    std::pair("test_dequantizelinear_axis", std::vector<std::string>{"x"}),
                    std::pair("test_qlinearconv", std::vector<std::string>{"x"}),
                    std::pair("test_qlinearmatmul_2D", std::vector<std::string>{"a", "b"}),
                    std::pair("test_qlinearmatmul_3D", std::vector<std::string>{"a", "b"}),
                    std::pair("test_matmulinteger", std::vector<std::string>{"A", "B"}),
                    std::pair("test_convinteger_without_padding", std::vector<std::string>{"x"})),
    [](const auto &info) { return std::string(info.param.first).substr(5); });

// ONNX Runtime turns QDQ pairs into QLinearConv and writes the model: an operator model that others made.
TEST(OnnxRuntime, ItsOperatorModelGivesTheSameIntegersAsTheQdqModel) {
  auto model = readModel(models + "digits_cnn.onnx");
  auto calibration = readNpz(models + "digits_calibration.npz"), test = readNpz(models + "digits_test.npz");
  ASSERT_TRUE(model && calibration && test);
  QuantizeOptions options;
  options.symmetric = false; // so that zero points take the place of Relu
  auto quantized = quantizeModel(upTo(*model, "relu_2_out"), *calibration, options);
  ASSERT_TRUE(quantized) << quantized.error().message;
  NamedTensors inputs = firstSamples(*test, 20);
  std::string file = testing::TempDir() + "operators.onnx";
  auto theirs = runOnnxRuntime(quantized->model, inputs, {"relu_2_out"}, file);
  ASSERT_TRUE(theirs) << theirs.error().message;
  auto operators = readModel(file);
  ASSERT_TRUE(operators) << operators.error().message;
  EXPECT_EQ(typesOf(operators->graph()),
            (std::vector<std::string>{"QuantizeLinear", "QLinearConv", "QLinearConv", "QLinearConv",
                                      "DequantizeLinear"}));
  auto fromQdq = integerReference(quantized->model, inputs, {});
  auto fromOperators = integerReference(*operators, inputs, {});
  ASSERT_TRUE(fromQdq && fromOperators);
  EXPECT_EQ(differentElements(fromQdq->at("relu_2_out"), fromOperators->at("relu_2_out")), 0u);
}
