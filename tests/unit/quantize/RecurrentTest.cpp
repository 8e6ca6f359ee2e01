// GRU, LSTM and RNN: where quantize and dequantize stand, and how close the integer form comes to float.
#include "RecurrentLayers.h"
#include "compiler/onnx/OnnxImport.h"
#include "compiler/quantize/GraphEditor.h"

#include <gmock/gmock.h>

#include <algorithm>

using namespace lockstep;
using testing::HasSubstr;

TEST(QuantizeRecurrent, XIsQuantizedAndWeightsAreInt8ByRowsOfGates) {
  const onnx::GraphProto graph = quantized(layer("GRU", 2, {"b"}).output("y")).model.graph();
  EXPECT_EQ(typesOf(graph), "QuantizeLinear DequantizeLinear DequantizeLinear DequantizeLinear GRU");
  const onnx::NodeProto &node = makerOf(graph, "y");
  for (int input : {1, 2}) {
    const onnx::NodeProto &dequantize = makerOf(graph, node.input(input));
    EXPECT_EQ(intAttribute(dequantize, "axis", 0), 1);
    EXPECT_EQ(initializerOf(graph, dequantize.input(0)).data_type(), onnx::TensorProto::INT8);
    EXPECT_EQ(initializerOf(graph, dequantize.input(1)).dims(0), int64_t(3 * kHidden));
  }
  EXPECT_EQ(node.input(3), "b");
}

TEST(QuantizeRecurrent, EveryCellComesCloseToFloat) {
  for (const char *type : {"GRU", "LSTM", "RNN"}) {
    const QuantizedModel model = quantized(layer(type, 1, {"b"}).output("y"));
    EXPECT_GT(model.report.output_sqnr_db, 30) << type;
    const Forms forms(model.model);
    ASSERT_EQ(forms.layers.size(), 1U) << type;
    EXPECT_EQ(forms.layers[0].problem.state_fraction_bits, 15);
    EXPECT_EQ(forms.layers[0].problem.output, RecurrentOutput::Int16);
    EXPECT_EQ(forms.layers[0].input, int64_t(kInputs));
  }
}

TEST(QuantizeRecurrent, BothDirectionsAreLayersOfTheirOwn) {
  const QuantizedModel model = quantized(layer("GRU", 2, {"b", "lengths", "h0"})
                                             .also("y_h")
                                             .attribute("linear_before_reset", int64_t(1))
                                             .output("y")
                                             .output("y_h"));
  EXPECT_GT(model.report.output_sqnr_db, 30);
  const Forms forms(model.model);
  ASSERT_EQ(forms.layers.size(), 2U);
  EXPECT_FALSE(forms.layers[0].problem.reverse);
  EXPECT_TRUE(forms.layers[1].problem.reverse);
  for (const RecurrentForm &form : forms.layers) {
    EXPECT_TRUE(form.problem.has_lengths && form.problem.initial_h && form.problem.linear_before_reset);
    EXPECT_TRUE(form.problem.writes_y && form.problem.writes_y_h && !form.problem.writes_y_c);
  }
  EXPECT_NE(forms.layers[0].constants.weights, forms.layers[1].constants.weights);
}

TEST(QuantizeRecurrent, AnLstmTakesPeepholesStatesAndClip) {
  const QuantizedModel model = quantized(layer("LSTM", 1, {"b", "", "h0", "c0", "p"})
                                             .also("y_h")
                                             .also("y_c")
                                             .attribute("clip", 0.75F)
                                             .output("y_c")
                                             .output("y_h"));
  EXPECT_GT(model.report.output_sqnr_db, 30);
  const Forms forms(model.model);
  ASSERT_EQ(forms.layers.size(), 1U);
  const RecurrentProblem &problem = forms.layers[0].problem;
  EXPECT_TRUE(problem.peepholes && problem.initial_h && problem.initial_c);
  EXPECT_TRUE(!problem.writes_y && problem.writes_y_h && problem.writes_y_c);
  EXPECT_EQ(problem.clip, 3072);
}

TEST(QuantizeRecurrent, BatchesMayComeFirst) {
  const QuantizedModel model = quantized(
      layer("GRU", 1, {"b", "lengths"}, true).also("y_h").output("y").output("y_h"), batch(4, true));
  EXPECT_GT(model.report.output_sqnr_db, 30);
  const Forms forms(model.model);
  ASSERT_EQ(forms.layers.size(), 1U);
  EXPECT_EQ(forms.layers[0].problem.steps, int64_t(kSteps));
  EXPECT_EQ(forms.layers[0].problem.batch, int64_t(kBatch));
}

TEST(QuantizeRecurrent, OtherFunctionsAreTablesAndGiveTheStateItsFractionBits) {
  const QuantizedModel model = quantized(layer("RNN", 1, {"b"})
                                             .attribute("activations", std::vector<std::string>{"ScaledTanh"})
                                             .attribute("activation_alpha", std::vector<float>{1.5F})
                                             .attribute("activation_beta", std::vector<float>{0.5F})
                                             .output("y"));
  EXPECT_GT(model.report.output_sqnr_db, 30);
  const Forms forms(model.model);
  ASSERT_EQ(forms.layers.size(), 1U);
  EXPECT_EQ(forms.layers[0].problem.state_fraction_bits, 14);
  const QuantizedModel hard =
      quantized(layer("GRU", 1, {"b"})
                    .attribute("activations", std::vector<std::string>{"HardSigmoid", "Softsign"})
                    .output("y"));
  EXPECT_GT(hard.report.output_sqnr_db, 30);
  EXPECT_EQ(Forms(hard.model).layers.size(), 1U);
}

TEST(QuantizeRecurrent, AnInitialStateBeyondOneTakesFractionBits) {
  std::vector<float> states(kBatch * kHidden, 0);
  states[3] = -3;
  const QuantizedModel model =
      quantized(layer("GRU", 1, {"b", "", "big"}).constant("big", {1, kBatch, kHidden}, states).output("y"));
  EXPECT_GT(model.report.output_sqnr_db, 30);
  const Forms forms(model.model);
  ASSERT_EQ(forms.layers.size(), 1U);
  EXPECT_EQ(forms.layers[0].problem.state_fraction_bits, 13);
}

TEST(QuantizeRecurrent, AnInitialStateOfZerosIsNone) {
  const std::vector<float> states(kBatch * kHidden, 0);
  const Forms forms(quantized(layer("LSTM", 1, {"b", "", "none", "none"})
                                  .constant("none", {1, kBatch, kHidden}, states)
                                  .output("y"))
                        .model);
  ASSERT_EQ(forms.layers.size(), 1U);
  EXPECT_FALSE(forms.layers[0].problem.initial_h || forms.layers[0].problem.initial_c);
}

namespace {

/// GRU, Squeeze, GRU, Squeeze, then a matrix product.
GraphBuilder stack() {
  GraphBuilder graph = layer("GRU", 1, {"b"});
  graph.ints("one", {1})
      .node("Squeeze", {"y", "one"}, "s")
      .noise("w2", {1, 3 * kHidden, kHidden})
      .noise("r2", {1, 3 * kHidden, kHidden})
      .node("GRU", {"s", "w2", "r2"}, "z")
      .named("second")
      .attribute("hidden_size", int64_t(kHidden));
  return graph.node("Squeeze", {"z", "one"}, "t")
      .noise("v", {kHidden, 4})
      .node("MatMul", {"t", "v"}, "out")
      .output("out");
}

} // namespace

TEST(QuantizeRecurrent, BetweenIntegerLayersResultsAreInt8) {
  const QuantizedModel model = quantized(stack());
  EXPECT_GT(model.report.output_sqnr_db, 25);
  const Forms forms(model.model);
  ASSERT_EQ(forms.layers.size(), 2U);
  for (const RecurrentForm &form : forms.layers)
    EXPECT_EQ(form.problem.output, RecurrentOutput::Int8);
  EXPECT_EQ(forms.text.find("quant."), std::string::npos) << forms.text;
  EXPECT_EQ(forms.text.find("scf.for"), std::string::npos) << forms.text;
}

TEST(QuantizeRecurrent, AnOutputOfTheModelStaysFinerThanEightBits) {
  const QuantizedModel model = quantized(stack().output("y"));
  const onnx::GraphProto &graph = model.model.graph();
  EXPECT_EQ(makerOf(graph, "y").op_type(), "GRU");
  EXPECT_EQ(makerOf(graph, makerOf(graph, "s_float").input(0)).op_type(), "DequantizeLinear");
  const Forms forms(model.model);
  ASSERT_EQ(forms.layers.size(), 2U);
  EXPECT_EQ(forms.layers[0].problem.output, RecurrentOutput::Int16);
  EXPECT_EQ(forms.layers[1].problem.output, RecurrentOutput::Int8);
}

TEST(QuantizeRecurrent, TheExportedModelRunsInFloatToo) {
  const GraphBuilder graph = stack();
  const QuantizedModel model = quantized(graph);
  const auto wanted = floatsOf(runOnHost(graph.prepared(), batch(1))[0].tensor);
  const auto got = floatsOf(runOnHost(model.model, batch(1))[0].tensor);
  ASSERT_EQ(wanted.size(), got.size());
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 0.15);
}

TEST(QuantizeRecurrent, CoupledGatesAndUnknownWeightsStayFloat) {
  QuantizeOptions options;
  const auto problemOf = [&](const GraphBuilder &graph) {
    auto result = quantizeModel(graph.prepared(), batch(), options);
    return result ? "none" : result.error().message;
  };
  EXPECT_THAT(problemOf(layer("LSTM", 1, {"b"}).attribute("input_forget", int64_t(1)).output("y")),
              HasSubstr("nothing to quantize"));
  EXPECT_THAT(problemOf(layer("GRU").node("Neg", {"w"}, "computed").output("computed").output("y")),
              HasSubstr("none"));
  options.keep_float = {"layer"};
  EXPECT_THAT(problemOf(layer("GRU", 1, {"b"}).output("y")), HasSubstr("nothing to quantize"));
}

TEST(QuantizeRecurrent, FunctionsBeyondOneStayFloatWithAReason) {
  const QuantizedModel model = quantized(
      layer("GRU", 1, {"b"}).attribute("activations", std::vector<std::string>{"Relu", "Tanh"}).output("y"));
  const Forms forms(model.model);
  EXPECT_TRUE(forms.layers.empty());
  EXPECT_THAT(forms.text, HasSubstr("its gates' function goes beyond 1"));
  EXPECT_EQ(forms.text.find("call"), std::string::npos);
}

TEST(QuantizeRecurrent, AStateOfEightBitsIsAnOptionWhoseLossIsReported) {
  QuantizeOptions options;
  options.recurrent_state_bits = 8;
  const GraphBuilder graph = layer("GRU", 1, {"b"}).output("y");
  const QuantizedModel wide = quantized(graph), narrow = quantized(graph, batch(), options);
  EXPECT_LT(narrow.report.output_sqnr_db, wide.report.output_sqnr_db - 1);
  EXPECT_GT(narrow.report.output_sqnr_db, 20);
  EXPECT_FALSE(Forms(wide.model).layers.at(0).problem.state_int8);
  EXPECT_TRUE(Forms(narrow.model).layers.at(0).problem.state_int8);
  options.recurrent_state_bits = 12;
  auto refused = quantizeModel(graph.prepared(), batch(), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "recurrent states have 8 or 16 bits; 12 were asked for");
  onnx::ModelProto foreign = narrow.model;
  foreign.mutable_metadata_props(0)->set_value("many");
  mlir::MLIRContext context;
  auto imported = importOnnx(foreign, {}, context);
  ASSERT_FALSE(imported);
  EXPECT_THAT(imported.error().message, HasSubstr("'many', allowed: 8, 16"));
}

TEST(QuantizeRecurrent, EachLayersCostIsReported) {
  QuantizeOptions options;
  options.layer_sensitivity = true;
  const QuantizationReport report = quantized(stack(), batch(2), options).report;
  ASSERT_EQ(report.layers.size(), 3U);
  for (const LayerReport &layer : report.layers)
    EXPECT_GT(layer.output_sqnr_db, 20) << layer.label;
  const auto weights =
      std::count_if(report.tensors.begin(), report.tensors.end(), [](const TensorReport &tensor) {
        return tensor.name == "w" || tensor.name == "r" || tensor.name == "w2" || tensor.name == "r2";
      });
  EXPECT_EQ(weights, 4);
}

TEST(QuantizeRecurrent, UnsignedActivationsAndOneScaleForAllWeightsWork) {
  QuantizeOptions options;
  options.symmetric = false;
  options.unsigned_activations = true;
  options.per_channel = false;
  const QuantizedModel model = quantized(stack(), batch(), options);
  EXPECT_GT(model.report.output_sqnr_db, 25);
  const Forms forms(model.model);
  ASSERT_EQ(forms.layers.size(), 2U);
  EXPECT_EQ(forms.layers[1].problem.output, RecurrentOutput::Int8);
  EXPECT_EQ(forms.layers[0].problem.output_zero_point, forms.layers[1].x_zero_point);
}

TEST(QuantizeRecurrent, AModelThatComesQuantizedMayHaveAScaleForEachDirection) {
  // Weights of 1 and -1; the second direction's are twice as large.
  const auto model = GraphBuilder()
                         .input("x", {4, 2, 2})
                         .constant("s", {}, {0.0078125F})
                         .constant("ws", {2}, {0.125F, 0.25F})
                         .bytes("w", {2, 3, 2}, std::vector<int8_t>(12, 1))
                         .bytes("r", {2, 3, 3}, std::vector<int8_t>(18, -1))
                         .node("QuantizeLinear", {"x", "s"}, "q")
                         .node("DequantizeLinear", {"q", "s"}, "dx")
                         .node("DequantizeLinear", {"w", "ws"}, "dw")
                         .attribute("axis", int64_t(0))
                         .node("DequantizeLinear", {"r", "ws"}, "dr")
                         .attribute("axis", int64_t(0))
                         .node("RNN", {"dx", "dw", "dr"}, "y")
                         .attribute("hidden_size", int64_t(3))
                         .attribute("direction", "bidirectional")
                         .output("y")
                         .prepared();
  const Forms forms(model);
  ASSERT_EQ(forms.layers.size(), 2U);
  EXPECT_EQ(forms.layers[0].x_zero_point, -128);
  EXPECT_EQ(forms.layers[0].constants.multiplier, forms.layers[1].constants.multiplier);
  EXPECT_EQ(forms.layers[0].problem.shift, forms.layers[1].problem.shift + 1);
  const auto values = floatsOf(runOnHost(model, {{"x", noiseTensor({4, 2, 2}, 5)}})[0].tensor);
  EXPECT_EQ(values.size(), 48U);
}
