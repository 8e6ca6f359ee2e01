// The format of an LSTM's cell: from the cells of the calibration batch to the integer form.
#include "RecurrentLayers.h"
#include "compiler/onnx/OnnxImport.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace lockstep;
using testing::HasSubstr;

namespace {

/// An LSTM whose cells begin at 20.
GraphBuilder lstmOfLargeCells() {
  return layer("LSTM", 1, {"b", "", "", "large", "p"})
      .constant("large", {1, kBatch, kHidden}, std::vector<float>(kBatch * kHidden, 20))
      .also("y_h")
      .also("y_c")
      .output("y")
      .output("y_c");
}

/// Of the float model's output.
float largestOf(const GraphBuilder &graph, const NamedTensors &inputs, size_t output) {
  float largest = 0;
  for (float value : floatsOf(runOnHost(graph.prepared(), inputs).at(output).tensor))
    largest = std::max(largest, std::abs(value));
  return largest;
}

} // namespace

TEST(CellRange, TheFormatOfAnLstmsCellIsCalibratedReportedAndKeptInTheModel) {
  const QuantizedModel model = quantized(lstmOfLargeCells());
  ASSERT_EQ(model.report.cells.size(), 1U);
  EXPECT_EQ(model.report.cells[0].label, "layer");
  EXPECT_GE(model.report.cells[0].largest, 20);
  EXPECT_EQ(model.report.cells[0].fraction_bits, 10);
  EXPECT_GT(model.report.output_sqnr_db, 30);
  const Forms forms(model.model);
  ASSERT_EQ(forms.layers.size(), 1U);
  EXPECT_EQ(forms.layers[0].problem.cell_fraction_bits, 10);
  const QuantizedModel small = quantized(layer("LSTM", 1, {"b"}).output("y"));
  EXPECT_EQ(small.report.cells.at(0).fraction_bits, 12);
  EXPECT_EQ(small.model.metadata_props_size(), 0);
  EXPECT_TRUE(quantized(layer("GRU", 1, {"b"}).output("y")).report.cells.empty());
}

TEST(CellRange, AnUnknownFormatOfACellIsRefused) {
  onnx::ModelProto model = quantized(lstmOfLargeCells()).model;
  ASSERT_EQ(model.metadata_props(0).key(), "lockstep.cell_fraction_bits:layer");
  EXPECT_EQ(model.metadata_props(0).value(), "10");
  for (const char *value : {"7", "13", "many", ""}) {
    model.mutable_metadata_props(0)->set_value(value);
    mlir::MLIRContext context;
    auto imported = importOnnx(model, {}, context);
    ASSERT_FALSE(imported) << value;
    EXPECT_THAT(imported.error().message, HasSubstr("allowed: 8 to 12"));
  }
}

TEST(CellRange, AnInitialCellBeyondItsFormatStaysFloatWithAReason) {
  onnx::ModelProto model = quantized(lstmOfLargeCells()).model;
  model.clear_metadata_props();
  EXPECT_THAT(Forms(model).text, HasSubstr("its initial cell state goes beyond 8"));
}

TEST(CellRange, TheLargestCellIsThatOfAllStepsInFloat) {
  const auto graph = [](int64_t steps) {
    GraphBuilder result;
    result.input("x", {steps, int64_t(kBatch), int64_t(kInputs)})
        .noise("w", {1, 4 * kHidden, kInputs})
        .noise("r", {1, 4 * kHidden, kHidden})
        .noise("b", {1, 8 * kHidden})
        .noise("h0", {1, kBatch, kHidden})
        .noise("p", {1, 3 * kHidden})
        .node("LSTM", {"x", "w", "r", "b", "", "h0", "", "p"}, "y")
        .also("")
        .also("y_c")
        .attribute("hidden_size", int64_t(kHidden))
        .attribute("clip", 0.8F)
        .attribute("activations", std::vector<std::string>{"HardSigmoid", "Tanh", "Softsign"});
    return result.output("y_c");
  };
  const Tensor x = noiseTensor({kSteps, kBatch, kInputs}, 1);
  float largest = 0;
  for (uint64_t steps = 1; steps <= kSteps; ++steps) {
    Tensor begin = x;
    begin.shape[0] = steps;
    begin.bytes.resize(steps * kBatch * kInputs * sizeof(float));
    largest = std::max(largest, largestOf(graph(int64_t(steps)), {{"x", begin}}, 0));
  }
  const QuantizedModel model = quantized(graph(int64_t(kSteps)), {{"x", x}});
  EXPECT_NEAR(model.report.cells.at(0).largest, largest, 1e-5);
}

TEST(CellRange, TheLargestCellIsThatOfBothDirectionsAndOfTheStepsThatCount) {
  // Gates are open and x and W positive: cells only grow, so the last ones are the largest.
  std::vector<float> bias(2 * 8 * kHidden, 0), weights(2 * 4 * kHidden * kInputs);
  for (size_t direction : {0, 1})
    for (size_t i = 0; i < 3 * kHidden; ++i)
      bias[direction * 8 * kHidden + i] = 20;
  for (size_t i = 0; i < weights.size(); ++i)
    weights[i] = 0.01F * static_cast<float>(i % 29);
  Tensor x = noiseTensor({kBatch, kSteps, kInputs}, 1);
  for (uint8_t *byte = x.bytes.data() + 3; byte < x.bytes.data() + x.bytes.size(); byte += 4)
    *byte &= 0x7f; // no signs
  const GraphBuilder graph = GraphBuilder()
                                 .input("x", {int64_t(kBatch), int64_t(kSteps), int64_t(kInputs)})
                                 .input("c", {int64_t(kBatch), 2, int64_t(kHidden)})
                                 .constant("w", {2, 4 * kHidden, kInputs}, weights)
                                 .constant("r", {2, 4 * kHidden, kHidden}, std::vector<float>(2 * 4 * 49, 0))
                                 .constant("b", {2, 8 * kHidden}, bias)
                                 .ints32("lengths", {3, 2, 4})
                                 .node("LSTM", {"x", "w", "r", "b", "lengths", "", "c"}, "y")
                                 .also("")
                                 .also("y_c")
                                 .attribute("hidden_size", int64_t(kHidden))
                                 .attribute("layout", int64_t(1))
                                 .attribute("direction", "bidirectional")
                                 .output("y_c");
  // Row 1, direction 0 begins largest, and grows for two steps.
  std::vector<float> cells(kBatch * 2 * kHidden, 0);
  std::fill_n(cells.begin() + 2 * kHidden, kHidden, 10.0F);
  Tensor c = noiseTensor({kBatch, 2, kHidden}, 2);
  std::memcpy(c.bytes.data(), cells.data(), c.bytes.size());
  const NamedTensors inputs{{"x", x}, {"c", c}};
  EXPECT_NEAR(quantized(graph, inputs).report.cells.at(0).largest, largestOf(graph, inputs, 0), 1e-5);
}
