#include "compiler/quantize/WeightQuantizer.h"

#include "compiler/quantize/Comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lockstep {

namespace {

constexpr double largestBias = double(int64_t(1) << 30);

/// Largest magnitude of each group of weights that shares a scale.
std::vector<double> largestWeights(const LinearLayer &layer, bool perChannel) {
  std::vector<double> largest(perChannel ? layer.weightChannels() : 1);
  for (uint64_t i = 0; i < layer.weights.values.size(); ++i) {
    double &most = largest[perChannel ? layer.weightChannel(i) : 0];
    most = std::max(most, std::fabs(double(layer.weights.values[i])));
  }
  return largest;
}

const Quantizer &quantizerOf(const LinearLayer &layer, const QuantizedWeights &quantized, uint64_t index) {
  return quantized.quantizers[quantized.quantizers.size() > 1 ? layer.weightChannel(index) : 0];
}

void widenForBias(const LinearLayer &layer, float inputScale, std::vector<Quantizer> &quantizers) {
  for (uint64_t c = 0; c < layer.bias.size(); ++c) {
    Quantizer &quantizer = quantizers[c % quantizers.size()];
    double least = std::fabs(double(layer.bias[c])) / (double(inputScale) * largestBias);
    quantizer.scale = std::max(quantizer.scale, float(least));
  }
}

int32_t roundToInt32(double value) {
  return int32_t(std::clamp(std::nearbyint(value), double(INT32_MIN), double(INT32_MAX)));
}

void quantizeBias(const LinearLayer &layer, float inputScale, QuantizedWeights &quantized) {
  size_t scales = quantized.quantizers.size() > 1 ? layer.channels() : 1;
  for (size_t c = 0; c < scales; ++c)
    quantized.bias_scales.push_back(inputScale * quantized.quantizers[c % quantized.quantizers.size()].scale);
  for (uint64_t c = 0; c < layer.bias.size(); ++c)
    quantized.bias.push_back(roundToInt32(double(layer.bias[c]) / double(quantized.bias_scales[c % scales])));
}

/// Output channel and input channel that a weight joins.
struct Joint {
  uint64_t output = 0, input = 0;
};

Joint jointOf(const LinearLayer &layer, uint64_t index) {
  const std::vector<uint64_t> &shape = layer.weights.shape;
  if (layer.node->op_type() != "Conv") // a matrix
    return layer.channel_axis == 0 ? Joint{index / shape[1], index % shape[1]}
                                   : Joint{index % shape[1], index / shape[1]};
  uint64_t taps = layer.weights.values.size() / (shape[0] * shape[1]);
  uint64_t output = index / taps / shape[1], input = index / taps % shape[1];
  return {output, output / (shape[0] / layer.groups) * shape[1] + input};
}

bool canCorrect(const LinearLayer &layer, const std::vector<double> &channelMeans) {
  const std::vector<uint64_t> &shape = layer.weights.shape;
  if (layer.node->op_type() == "Conv")
    return shape[0] % layer.groups == 0 && channelMeans.size() == shape[1] * layer.groups;
  return layer.node->op_type() != "ConvTranspose" && shape.size() == 2 &&
         channelMeans.size() == shape[1 - layer.channel_axis];
}

} // namespace

QuantizedWeights quantizeWeights(const LinearLayer &layer, float inputScale, const QuantizeOptions &options) {
  QuantizedWeights quantized;
  for (double largest : largestWeights(layer, options.per_channel))
    quantized.quantizers.push_back(symmetricQuantizer(largest, options.bits));
  widenForBias(layer, inputScale, quantized.quantizers);
  for (uint64_t i = 0; i < layer.weights.values.size(); ++i)
    quantized.values.push_back(int8_t(quantizerOf(layer, quantized, i).quantize(layer.weights.values[i])));
  quantizeBias(layer, inputScale, quantized);
  return quantized;
}

bool correctBias(LinearLayer &layer, const QuantizedWeights &quantized,
                 const std::vector<double> &channelMeans) {
  if (!canCorrect(layer, channelMeans))
    return false;
  std::vector<double> errors(layer.channels(), 0);
  for (uint64_t i = 0; i < layer.weights.values.size(); ++i) {
    Joint joint = jointOf(layer, i);
    double error =
        double(quantizerOf(layer, quantized, i).dequantize(quantized.values[i])) - layer.weights.values[i];
    errors[joint.output] += error * channelMeans[joint.input];
  }
  layer.bias.resize(layer.channels(), 0);
  for (uint64_t c = 0; c < layer.channels(); ++c)
    layer.bias[c] = float(layer.bias[c] - errors[c]);
  return true;
}

int inputChannelAxis(const LinearLayer &layer) {
  return layer.node->op_type() == "Conv" || layer.node->op_type() == "ConvTranspose" ? 1 : -1;
}

TensorReport reportQuantized(const std::vector<float> &values, const std::vector<int8_t> &quantized,
                             const std::vector<Quantizer> &quantizers,
                             const std::function<const Quantizer &(size_t)> &quantizerOfElement,
                             const std::string &name) {
  Comparison comparison;
  for (size_t i = 0; i < values.size(); ++i)
    comparison.add(values[i], quantizerOfElement(i).dequantize(quantized[i]));
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const auto widest =
      std::max_element(quantizers.begin(), quantizers.end(),
                       [](const Quantizer &a, const Quantizer &b) { return a.scale < b.scale; });
  TensorReport report;
  report.name = name;
  report.minimum = *least;
  report.maximum = *most;
  report.threshold = widest->threshold();
  report.scale = widest->scale;
  report.sqnr_db = comparison.sqnrDb();
  report.cosine = comparison.cosine();
  return report;
}

TensorReport reportWeights(const LinearLayer &layer, const QuantizedWeights &quantized,
                           const std::string &name) {
  const auto quantizerAt = [&](size_t i) -> const Quantizer & { return quantizerOf(layer, quantized, i); };
  return reportQuantized(layer.weights.values, quantized.values, quantized.quantizers, quantizerAt, name);
}

} // namespace lockstep
