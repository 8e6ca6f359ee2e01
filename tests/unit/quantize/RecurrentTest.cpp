// GRU, LSTM and RNN: where quantize and dequantize stand, and how close the integer form comes to float.
#include "compiler/quantize/Quantize.h"

#include "Graphs.h"
#include "compiler/quantize/GraphEditor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace lockstep;
using testing::HasSubstr;

namespace {

constexpr uint64_t kSteps = 6, kBatch = 3, kInputs = 5, kHidden = 7;

uint64_t gatesOf(const std::string &type) { return type == "GRU" ? 3 : type == "LSTM" ? 4 : 1; }

/// One layer on `x`; `extra` are its inputs from B on. Values of W and R follow from their names.
GraphBuilder layer(const std::string &type, uint64_t directions = 1, const std::vector<std::string> &extra = {},
                   bool batchFirst = false) {
  const uint64_t gates = gatesOf(type);
  GraphBuilder graph;
  if (batchFirst)
    graph.input("x", {int64_t(kBatch), int64_t(kSteps), int64_t(kInputs)});
  else
    graph.input("x", {int64_t(kSteps), int64_t(kBatch), int64_t(kInputs)});
  std::vector<std::string> inputs{"x", "w", "r"};
  inputs.insert(inputs.end(), extra.begin(), extra.end());
  graph.noise("w", {directions, gates * kHidden, kInputs})
      .noise("r", {directions, gates * kHidden, kHidden})
      .noise("b", {directions, 2 * gates * kHidden})
      .noise("h0", {directions, kBatch, kHidden})
      .noise("c0", {directions, kBatch, kHidden})
      .noise("p", {directions, 3 * kHidden})
      .ints32("lengths", {6, 2, 4})
      .node(type, inputs, "y")
      .named("layer")
      .attribute("hidden_size", int64_t(kHidden));
  if (directions == 2)
    graph.attribute("direction", "bidirectional");
  if (batchFirst)
    graph.attribute("layout", int64_t(1));
  return graph;
}

NamedTensors batch(uint64_t runs = 4, bool batchFirst = false) {
  if (batchFirst)
    return {{"x", noiseTensor({runs * kBatch, kSteps, kInputs}, 1)}};
  return {{"x", noiseTensor({runs * kSteps, kBatch, kInputs}, 1)}};
}

QuantizedModel quantized(const GraphBuilder &graph, const NamedTensors &samples = batch(),
                         const QuantizeOptions &options = {}) {
  auto result = quantizeModel(graph.prepared(), samples, options);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : QuantizedModel();
}

/// The model's outputs of integer form and float, over the calibration batch.
double sqnr(const GraphBuilder &graph, const NamedTensors &samples = batch()) {
  return quantized(graph, samples).report.output_sqnr_db;
}

} // namespace

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
  EXPECT_GT(sqnr(layer("GRU", 1, {"b"}).output("y")), 30);
  EXPECT_GT(sqnr(layer("LSTM", 1, {"b"}).output("y")), 30);
  EXPECT_GT(sqnr(layer("RNN", 1, {"b"}).output("y")), 30);
}
