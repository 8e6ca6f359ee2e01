// A convolution or matrix product with constant weights: the layers that have output channels and a bias.
#pragma once

#include "compiler/quantize/GraphEditor.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep {

/// Conv: weights [k, c / groups, ...], channel axis 0. ConvTranspose: [c, k / groups, ...], axis 1. Gemm
/// (alpha and beta 1, nothing transposed but B): axis 0 with transB, else 1. MatMul: [..., c, k], the last
/// axis.
struct LinearLayer {
  onnx::NodeProto *node = nullptr;
  FloatTensor weights;
  size_t channel_axis = 0;
  uint64_t groups = 1;
  std::vector<float> bias; // one for each output channel; empty: none

  uint64_t weightChannels() const { return weights.shape[channel_axis]; }
  /// Output channels: those of the weights, times the groups for ConvTranspose.
  uint64_t channels() const;
  /// The place along the channel axis of the weight at `index`.
  uint64_t weightChannel(uint64_t index) const;
};

/// Nothing if the node is no such layer, its weights are not constant float32, or its bias is not one
/// constant for each channel.
std::optional<LinearLayer> linearLayer(const GraphEditor &editor, onnx::NodeProto *node);

/// Writes weights and bias back as new constants. Not for a bias on a MatMul.
void storeLinearLayer(GraphEditor &editor, const LinearLayer &layer);

} // namespace lockstep
