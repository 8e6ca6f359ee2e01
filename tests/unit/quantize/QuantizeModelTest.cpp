#include "compiler/quantize/Quantize.h"

#include "Graphs.h"
#include "compiler/onnx/OnnxModel.h"
#include "compiler/tensor/TensorFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace lockstep;
using testing::HasSubstr;

namespace {

GraphBuilder perceptron() {
  GraphBuilder graph;
  graph.input("x", {-1, 6})
      .noise("w", {8, 6})
      .noise("b", {8})
      .node("Gemm", {"x", "w", "b"}, "g")
      .named("first");
  graph.attribute("transB", int64_t(1))
      .node("Relu", {"g"}, "r")
      .noise("v", {8, 4})
      .node("MatMul", {"r", "v"}, "y");
  return graph.named("second").output("y");
}

NamedTensors batch(uint64_t samples) { return {{"x", noiseTensor({samples, 6}, 1)}}; }

QuantizedModel quantized(const GraphBuilder &graph, const NamedTensors &samples,
                         const QuantizeOptions &options = {}) {
  auto result = quantizeModel(graph.prepared(), samples, options);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : QuantizedModel();
}

std::string errorOf(const GraphBuilder &graph, const NamedTensors &samples,
                    const QuantizeOptions &options = {}) {
  auto result = quantizeModel(graph.prepared(), samples, options);
  return result ? "no error" : result.error().message;
}

} // namespace

TEST(QuantizeModel, EachOperatorStandsBetweenDequantizeAndQuantize) {
  onnx::GraphProto graph = quantized(perceptron(), batch(10)).model.graph();
  EXPECT_EQ(typesOf(graph),
            "QuantizeLinear DequantizeLinear DequantizeLinear DequantizeLinear Gemm Relu QuantizeLinear "
            "DequantizeLinear DequantizeLinear MatMul QuantizeLinear DequantizeLinear");
  EXPECT_EQ(makerOf(graph, "y").op_type(), "DequantizeLinear");
  EXPECT_EQ(graph.output(0).name(), "y");
  EXPECT_EQ(graph.input(0).name(), "x");
}

TEST(QuantizeModel, WeightsAreInt8PerChannelAndBiasesInt32) {
  onnx::GraphProto graph = quantized(perceptron(), batch(10)).model.graph();
  const onnx::NodeProto &gemm = makerOf(graph, "g");
  const onnx::NodeProto &weights = makerOf(graph, gemm.input(1)), &bias = makerOf(graph, gemm.input(2));
  EXPECT_EQ(initializerOf(graph, weights.input(0)).data_type(), onnx::TensorProto::INT8);
  EXPECT_EQ(initializerOf(graph, weights.input(1)).dims(0), 8);
  EXPECT_EQ(weights.attribute(0).i(), 0); // transB
  EXPECT_EQ(initializerOf(graph, bias.input(0)).data_type(), onnx::TensorProto::INT32);
  const onnx::NodeProto &product = makerOf(graph, makerOf(graph, makerOf(graph, "y").input(0)).input(0));
  EXPECT_EQ(makerOf(graph, product.input(1)).attribute(0).i(), 1);
}

TEST(QuantizeModel, ZeroPointsAndTypesFollowTheOptions) {
  auto typeAndZero = [](const QuantizeOptions &options) {
    onnx::GraphProto graph = quantized(perceptron(), batch(10), options).model.graph();
    const onnx::TensorProto &zero = initializerOf(graph, "r_zero_point");
    return std::pair(zero.data_type(), tensorOf(zero)->bytes[0]);
  };
  QuantizeOptions symmetric, asymmetric, isUnsigned;
  asymmetric.symmetric = isUnsigned.symmetric = false;
  isUnsigned.unsigned_activations = true;
  EXPECT_EQ(typeAndZero(symmetric), std::pair(int32_t(onnx::TensorProto::INT8), uint8_t(0)));
  EXPECT_EQ(typeAndZero(asymmetric), std::pair(int32_t(onnx::TensorProto::INT8), uint8_t(-128)));
  EXPECT_EQ(typeAndZero(isUnsigned), std::pair(int32_t(onnx::TensorProto::UINT8), uint8_t(0)));
}

TEST(QuantizeModel, TheReportTellsOfEveryTensorAndOfTheWholeModel) {
  QuantizationReport report = quantized(perceptron(), batch(10)).report;
  EXPECT_EQ(report.samples, 10u);
  std::vector<std::string> names;
  for (const TensorReport &tensor : report.tensors) {
    names.push_back(tensor.name);
    EXPECT_GT(tensor.sqnr_db, 25) << tensor.name;
    EXPECT_GT(tensor.cosine, 0.99) << tensor.name;
  }
  EXPECT_THAT(names, testing::ElementsAre("x", "r", "y", "w", "v"));
  EXPECT_GT(report.output_sqnr_db, 25);
  EXPECT_TRUE(report.layers.empty());
}

TEST(QuantizeModel, SensitivityNamesEachLayerTheCostliestFirst) {
  QuantizeOptions options;
  options.layer_sensitivity = true;
  QuantizationReport report = quantized(perceptron(), batch(10), options).report;
  ASSERT_EQ(report.layers.size(), 2u);
  EXPECT_LE(report.layers[0].output_sqnr_db, report.layers[1].output_sqnr_db);
  for (const LayerReport &layer : report.layers)
    EXPECT_GE(layer.output_sqnr_db, report.output_sqnr_db - 3) << layer.label;
}

TEST(QuantizeModel, ClippingIsCounted) {
  GraphBuilder graph;
  graph.input("x", {-1, 1}).constant("w", {1, 1}, {1}).node("MatMul", {"x", "w"}, "y").output("y");
  Tensor samples = noiseTensor({1000, 1}, 3);
  float outlier = 1000;
  std::copy_n(reinterpret_cast<uint8_t *>(&outlier), 4, samples.bytes.begin());
  QuantizeOptions options;
  options.calibrator = Calibrator::Percentile;
  options.percentile = 99;
  QuantizationReport report = quantized(graph, {{"x", samples}}, options).report;
  EXPECT_EQ(report.tensors[0].maximum, 1000);
  EXPECT_LT(report.tensors[0].threshold, 20);
  EXPECT_GE(report.tensors[0].clipped_share, 0.001);
}

TEST(QuantizeModel, AModelWithAFixedBatchTakesThatManySamplesAtATime) {
  GraphBuilder graph;
  graph.input("x", {4, 6}).noise("w", {6, 2}).node("MatMul", {"x", "w"}, "y").output("y");
  EXPECT_EQ(quantized(graph, batch(12)).report.samples, 12u);
  EXPECT_THAT(errorOf(graph, batch(10)), HasSubstr("multiple"));
}

TEST(QuantizeModel, NodesOfTheUsersChoiceStayFloat) {
  QuantizeOptions options;
  options.keep_float = {"first"};
  onnx::GraphProto graph = quantized(perceptron(), batch(10), options).model.graph();
  EXPECT_EQ(makerOf(graph, "g").input(0), "x");
  options.keep_float = {"third"};
  EXPECT_THAT(errorOf(perceptron(), batch(10), options), HasSubstr("third"));
}

TEST(QuantizeModel, GraphOutputsInTheMiddleKeepTheirNames) {
  GraphBuilder graph = perceptron();
  graph.output("r");
  onnx::GraphProto result = quantized(graph, batch(10)).model.graph();
  EXPECT_EQ(makerOf(result, "r").op_type(), "DequantizeLinear");
  EXPECT_EQ(result.output(1).name(), "r");
}

TEST(QuantizeModel, CorrectedBiasesBringTheMeanOutputNearer) {
  GraphBuilder graph;
  graph.input("x", {-1, 64}).noise("w", {64, 16}).node("MatMul", {"x", "w"}, "y").output("y");
  Tensor samples = noiseTensor({50, 64}, 3);
  auto *values = reinterpret_cast<float *>(samples.bytes.data());
  for (size_t i = 0; i < 50 * 64; ++i)
    values[i] = values[i] * 0.05F + 0.9F; // a mean far from zero
  QuantizeOptions options;
  options.calibrator = Calibrator::MinMax;
  QuantizationReport plain = quantized(graph, {{"x", samples}}, options).report;
  options.bias_correction = true;
  QuantizationReport corrected = quantized(graph, {{"x", samples}}, options).report;
  EXPECT_GT(corrected.output_sqnr_db, plain.output_sqnr_db);
}

TEST(QuantizeModel, TablesAndProductsOfTensorsStayNearFloat) {
  GraphBuilder graph;
  graph.input("x", {-1, 6}).noise("w", {6, 8}).node("MatMul", {"x", "w"}, "m").node("Sigmoid", {"m"}, "s");
  graph.node("Mul", {"m", "s"}, "p").constant("half", {}, {0.5F}).node("Sub", {"p", "half"}, "y").output("y");
  QuantizeOptions options;
  options.calibrator = Calibrator::MinMax;
  QuantizedModel result = quantized(graph, batch(50), options);
  EXPECT_GT(result.report.output_sqnr_db, 30);
  EXPECT_EQ(makerOf(result.model.graph(), "s").op_type(), "DequantizeLinear");
}

TEST(QuantizeModel, WrongInputsAreNamed) {
  EXPECT_THAT(errorOf(perceptron(), {}), HasSubstr("`x`"));
  EXPECT_THAT(errorOf(perceptron(), {{"x", noiseTensor({3, 7}, 1)}}), HasSubstr("[3, 7]"));
  EXPECT_THAT(errorOf(perceptron(), {{"x", noiseTensor({3, 6, 1}, 1)}}), HasSubstr("2 dimensions"));
  EXPECT_THAT(errorOf(perceptron(), {{"x", zeroTensor("int8", {3, 6})}}), HasSubstr("int8"));
  EXPECT_THAT(errorOf(perceptron(), {{"x", zeroTensor("float32", {0, 6})}}), HasSubstr("[0, 6]"));
}

TEST(QuantizeModel, OtherBitWidthsAreRefused) {
  for (unsigned bits : {0u, 1u, 4u, 16u, 1000u}) {
    QuantizeOptions options;
    options.bits = bits;
    EXPECT_THAT(errorOf(perceptron(), batch(1), options), HasSubstr("8 bits"));
  }
}

TEST(QuantizeModel, AModelWithNothingToQuantizeIsRefused) {
  GraphBuilder graph;
  graph.input("x", {1, 6}).node("Softmax", {"x"}, "y").output("y");
  EXPECT_THAT(errorOf(graph, batch(1)), HasSubstr("nothing to quantize"));
}

TEST(QuantizeModel, ValuesThatAreNotFiniteAreReportedByTensor) {
  GraphBuilder graph;
  graph.input("x", {-1, 6})
      .constant("w", {6, 1}, std::vector<float>(6, 3e38F))
      .node("MatMul", {"x", "w"}, "y")
      .output("y");
  Tensor ones = zeroTensor("float32", {1, 6});
  for (size_t i = 0; i < 6; ++i)
    reinterpret_cast<float *>(ones.bytes.data())[i] = 2;
  EXPECT_THAT(errorOf(graph, {{"x", ones}}), HasSubstr("`y`"));
}

TEST(QuantizeModel, ADigitsModelsOutputsPointTheSameWay) {
  auto model = readModel(LOCKSTEP_SOURCE_DIR "/workloads/models/digits_mlp.onnx");
  auto samples = readNpz(LOCKSTEP_SOURCE_DIR "/workloads/models/digits_calibration.npz");
  ASSERT_TRUE(model && samples);
  auto result = quantizeModel(*model, *samples, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GT(result->report.output_cosine, 0.999);
}
