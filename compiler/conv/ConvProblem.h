// A convolution to be scheduled: shapes, types and what happens to the result.
#pragma once

#include "compiler/gemm/GemmProblem.h"

#include <cstdint>

namespace lockstep {

/// out[b, y, x, g K + k] = requantize(bias[g K + k] + sum over r, s, c of
///   (in[b, y stride_h + r dilation_h - pad_top, x stride_w + s dilation_w - pad_left, g C + c] - input_zero_point)
///   (weights[g, r, s, c, k] - weight_zero_point)), where what lies outside of the image counts as input_zero_point.
/// C = in_channels, K = out_channels, of one group; depthwise: C = 1, groups = channels. int8 NHWC, dense unless a
/// pixel stride says otherwise. Arithmetic: manual, chapter "Numbers". TOSA's conv2d, depthwise_conv2d.
struct ConvProblem {
  int64_t batch = 1, in_height = 1, in_width = 1, in_channels = 1, out_channels = 1, groups = 1;
  int64_t kernel_height = 1, kernel_width = 1;
  int64_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  int64_t pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;
  int64_t input_zero_point = 0, weight_zero_point = 0;
  GemmOutput output = GemmOutput::Int8; // Int8 or Int32
  bool has_bias = false, per_channel = false;
  int64_t multiplier = 1073741824, shift = 31; // ignored if per_channel or Int32
  int64_t output_zero_point = 0, clamp_minimum = -128, clamp_maximum = 127;
  // Bytes from pixel to pixel where input or output is a slice of more channels; 0: dense.
  int64_t input_pixel_stride = 0, output_pixel_stride = 0;

  int64_t outHeight() const {
    return (in_height + pad_top + pad_bottom - dilation_h * (kernel_height - 1) - 1) / stride_h + 1;
  }
  int64_t outWidth() const {
    return (in_width + pad_left + pad_right - dilation_w * (kernel_width - 1) - 1) / stride_w + 1;
  }
};

/// Errors (Usage): an extent, stride, padding, zero point, ... outside of its limits.
Status checkConvProblem(const ConvProblem &problem);

} // namespace lockstep
