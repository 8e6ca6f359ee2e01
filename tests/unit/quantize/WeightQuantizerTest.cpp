#include "compiler/quantize/WeightQuantizer.h"

#include "Graphs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace lockstep;

namespace {

/// The first node of a model as a layer; the model must outlive it.
LinearLayer layerOf(onnx::ModelProto &model) {
  GraphEditor editor(*model.mutable_graph());
  return *linearLayer(editor, model.mutable_graph()->mutable_node(0));
}

onnx::ModelProto gemm(const std::vector<float> &weights,
                      const std::vector<float> &bias) { // two channels, three inputs
  GraphBuilder graph;
  graph.input("x", {1, 3}).constant("w", {2, 3}, weights).constant("b", {2}, bias);
  return graph.node("Gemm", {"x", "w", "b"}, "y").attribute("transB", int64_t(1)).output("y").prepared();
}

} // namespace

TEST(WeightQuantizer, EachChannelsLargestWeightTakesTheLargestInteger) {
  onnx::ModelProto model = gemm({1, -4, 2, 0.5F, 0.25F, -0.125F}, {0, 0});
  QuantizedWeights quantized = quantizeWeights(layerOf(model), 1, {});
  EXPECT_EQ(quantized.values, (std::vector<int8_t>{32, -127, 64, 127, 64, -32}));
  EXPECT_FLOAT_EQ(quantized.quantizers[0].scale, 4.0F / 127);
  EXPECT_FLOAT_EQ(quantized.quantizers[1].scale, 0.5F / 127);
}

TEST(WeightQuantizer, OneScaleForAllWeightsIfWanted) {
  onnx::ModelProto model = gemm({1, -4, 2, 0.5F, 0.25F, -0.125F}, {0, 0});
  QuantizeOptions options;
  options.per_channel = false;
  QuantizedWeights quantized = quantizeWeights(layerOf(model), 1, options);
  EXPECT_EQ(quantized.quantizers.size(), 1u);
  EXPECT_EQ(quantized.bias_scales.size(), 1u);
  EXPECT_EQ(quantized.values, (std::vector<int8_t>{32, -127, 64, 16, 8, -4}));
}

TEST(WeightQuantizer, BiasesStandAtTheProductOfTheScales) {
  onnx::ModelProto model = gemm({1, -4, 2, 0.5F, 0.25F, -0.125F}, {3, -7});
  QuantizedWeights quantized = quantizeWeights(layerOf(model), 0.01F, {});
  for (size_t c = 0; c < 2; ++c) {
    EXPECT_EQ(quantized.bias_scales[c], 0.01F * quantized.quantizers[c].scale);
    EXPECT_NEAR(quantized.bias[c] * double(quantized.bias_scales[c]), c == 0 ? 3 : -7,
                quantized.bias_scales[c]);
  }
}

TEST(WeightQuantizer, ABiasBesideTinyWeightsDoesNotOverflow) {
  onnx::ModelProto model = gemm({1e-9F, 0, 0, 0, 0, 0}, {100, -100});
  QuantizedWeights quantized = quantizeWeights(layerOf(model), 0.01F, {});
  for (size_t c = 0; c < 2; ++c) {
    EXPECT_LE(std::abs(quantized.bias[c]), 1 << 30);
    EXPECT_NEAR(quantized.bias[c] * double(quantized.bias_scales[c]), c == 0 ? 100 : -100, 1e-3);
  }
}

TEST(WeightQuantizer, TinyInputsAndWeightsGiveUsableScales) {
  onnx::ModelProto model = gemm({1e-38F, 0, 0, 1e-30F, 0, 0}, {0, 1e-38F});
  QuantizedWeights quantized = quantizeWeights(layerOf(model), symmetricQuantizer(1e-37, 8).scale, {});
  for (size_t c = 0; c < 2; ++c) {
    EXPECT_TRUE(std::isnormal(quantized.bias_scales[c]));
    EXPECT_EQ(quantized.bias[c], 0);
  }
}

TEST(WeightQuantizer, CorrectionRemovesTheMeanErrorOfTheWeights) {
  onnx::ModelProto model = gemm({1, 0.3F, 0.7F, 0.9F, -0.2F, 0.11F}, {0.5F, 0});
  LinearLayer layer = layerOf(model), corrected = layer;
  QuantizeOptions options;
  options.bits = 3;
  QuantizedWeights quantized = quantizeWeights(layer, 1, options);
  std::vector<double> means{0.4, -1.5, 2};
  ASSERT_TRUE(correctBias(corrected, quantized, means));
  for (size_t k = 0; k < 2; ++k) {
    double wanted = layer.bias[k], got = corrected.bias[k];
    for (size_t c = 0; c < 3; ++c) {
      wanted += layer.weights.values[k * 3 + c] * means[c];
      got += quantized.quantizers[k].dequantize(quantized.values[k * 3 + c]) * means[c];
    }
    EXPECT_NEAR(wanted, got, 1e-6);
    EXPECT_NE(layer.bias[k], corrected.bias[k]);
  }
}

TEST(WeightQuantizer, CorrectionKnowsTheInputChannelsOfEachGroup) {
  GraphBuilder graph;
  graph.input("x", {1, 4, 3, 3})
      .noise("w", {6, 2, 1, 1})
      .node("Conv", {"x", "w"}, "y")
      .attribute("group", int64_t(2));
  onnx::ModelProto model = graph.output("y").prepared();
  LinearLayer layer = layerOf(model);
  QuantizeOptions options;
  options.bits = 2;
  QuantizedWeights quantized = quantizeWeights(layer, 1, options);
  std::vector<double> means{0, 0, 1, 0}; // the first channel of the second group
  ASSERT_TRUE(correctBias(layer, quantized, means));
  for (size_t k = 0; k < 6; ++k) {
    double error = quantized.quantizers[k].dequantize(quantized.values[2 * k]) - layer.weights.values[2 * k];
    EXPECT_NEAR(layer.bias[k], k < 3 ? 0 : -error, 1e-6) << k;
  }
}

TEST(WeightQuantizer, CorrectionIsRefusedWhereChannelsDoNotMatch) {
  onnx::ModelProto model = gemm({1, 2, 3, 4, 5, 6}, {0, 0});
  LinearLayer layer = layerOf(model);
  EXPECT_FALSE(correctBias(layer, quantizeWeights(layer, 1, {}), {1, 2}));
}

TEST(WeightQuantizer, TransposedConvolutionsHaveTheirChannelsOnAxisOne) {
  GraphBuilder graph;
  graph.input("x", {1, 2, 3, 3})
      .constant("w", {2, 3, 1, 1}, {1, 2, 3, -4, 5, 0.5F})
      .node("ConvTranspose", {"x", "w"}, "y");
  onnx::ModelProto model = graph.output("y").prepared();
  QuantizedWeights quantized = quantizeWeights(layerOf(model), 1, {});
  ASSERT_EQ(quantized.quantizers.size(), 3u);
  EXPECT_FLOAT_EQ(quantized.quantizers[0].scale, 4.0F / 127);
  EXPECT_FLOAT_EQ(quantized.quantizers[1].scale, 5.0F / 127);
  EXPECT_FLOAT_EQ(quantized.quantizers[2].scale, 3.0F / 127);
}
