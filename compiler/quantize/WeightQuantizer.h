// Weights and biases as integers.
#pragma once

#include "compiler/quantize/LinearLayer.h"
#include "compiler/quantize/QuantizationReport.h"
#include "compiler/quantize/Quantizer.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

struct QuantizedWeights {
  std::vector<Quantizer> quantizers; // one, or one for each weight channel; symmetric
  std::vector<int8_t> values;
  std::vector<int32_t> bias; // at bias_scales; empty: none
  std::vector<float>
      bias_scales; // input scale times weight scale, in float32; one, or one for each output channel
};

/// Scales by the largest magnitude of each channel (or of all weights). A channel's scale is larger where its
/// bias would take more than 30 bits at input scale times weight scale, so that sums stay in 32.
QuantizedWeights quantizeWeights(const LinearLayer &layer, float inputScale, const QuantizeOptions &options);

/// Adds to the layer's bias what makes up for the mean error of its quantized weights, given the mean of each
/// input channel (padding left out of account): bias[k] -= sum (dequantized - weight)[k, c] mean[c]. Conv,
/// Gemm, and MatMul of matrices only; false for others.
bool correctBias(LinearLayer &layer, const QuantizedWeights &quantized,
                 const std::vector<double> &channelMeans);

/// The axis of the input channels in the layer's activations: 1 for convolutions, -1 (last) for matrix
/// products.
int inputChannelAxis(const LinearLayer &layer);

/// What the report says of constant values, given the quantizer of each element; scale: the largest.
TensorReport reportQuantized(const std::vector<float> &values, const std::vector<int8_t> &quantized,
                             const std::vector<Quantizer> &quantizers,
                             const std::function<const Quantizer &(size_t)> &quantizerOfElement,
                             const std::string &name);
/// That of a layer's weights.
TensorReport reportWeights(const LinearLayer &layer, const QuantizedWeights &quantized,
                           const std::string &name);

} // namespace lockstep
