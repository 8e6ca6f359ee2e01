#include "workloads/reference/ConvReference.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

namespace lockstep {

namespace {

constexpr int64_t kPanelBytes = int64_t{32} << 20;

size_t sizeOf(int64_t value) { return static_cast<size_t>(value); }

class ConvComparer {
public:
  ConvComparer(const ConvProblem &problem, const ConvOperands &operands, const uint8_t *output,
               const CpuGemmOptions &options)
      : p(problem), operands(operands), output(output), options(options) {
    output_bytes = p.output == GemmOutput::Int32 ? 4 : 1;
    input_pitch = p.input_pixel_stride != 0 ? p.input_pixel_stride : p.groups * p.in_channels;
    output_pitch =
        p.output_pixel_stride != 0 ? p.output_pixel_stride : p.groups * p.out_channels * output_bytes;
    taps = p.kernel_height * p.kernel_width * p.in_channels;
  }

  ConvComparison run() {
    result.equal = true;
    const int64_t pixels = p.batch * p.outHeight() * p.outWidth();
    const int64_t panel = std::max<int64_t>(1, kPanelBytes / std::max(taps, p.out_channels * output_bytes));
    for (int64_t group = 0; group < p.groups && result.equal; ++group)
      for (int64_t first = 0; first < pixels && result.equal; first += panel)
        comparePanel(group, first, std::min(panel, pixels - first));
    return result;
  }

private:
  void comparePanel(int64_t group, int64_t first, int64_t count);
  void copyWindow(int64_t group, int64_t pixel, uint8_t *row) const;
  GemmProblem product(int64_t count) const;

  const ConvProblem &p;
  const ConvOperands &operands;
  const uint8_t *output;
  const CpuGemmOptions &options;
  int64_t output_bytes, input_pitch, output_pitch, taps;
  std::vector<uint8_t> windows, outputs;
  ConvComparison result;
};

GemmProblem ConvComparer::product(int64_t count) const {
  GemmProblem g;
  g.m = count, g.n = p.out_channels, g.k = taps;
  g.a_zero_point = p.input_zero_point, g.b_zero_point = p.weight_zero_point;
  g.output = p.output, g.has_bias = p.has_bias, g.per_column = p.per_channel;
  g.multiplier = p.multiplier, g.shift = p.shift, g.output_zero_point = p.output_zero_point;
  g.clamp_minimum = p.clamp_minimum, g.clamp_maximum = p.clamp_maximum;
  return g;
}

/// Bytes of all taps of an output pixel, [r, s, c]; outside of the image the zero point.
void ConvComparer::copyWindow(int64_t group, int64_t pixel, uint8_t *row) const {
  const int64_t x = pixel % p.outWidth(), y = pixel / p.outWidth() % p.outHeight();
  const int64_t image = pixel / p.outWidth() / p.outHeight();
  for (int64_t r = 0; r < p.kernel_height; ++r)
    for (int64_t s = 0; s < p.kernel_width; ++s, row += p.in_channels) {
      const int64_t iy = y * p.stride_h + r * p.dilation_h - p.pad_top;
      const int64_t ix = x * p.stride_w + s * p.dilation_w - p.pad_left;
      if (iy < 0 || iy >= p.in_height || ix < 0 || ix >= p.in_width)
        std::memset(row, static_cast<int>(p.input_zero_point), sizeOf(p.in_channels));
      else
        std::memcpy(row,
                    operands.input + ((image * p.in_height + iy) * p.in_width + ix) * input_pitch +
                        group * p.in_channels,
                    sizeOf(p.in_channels));
    }
}

void ConvComparer::comparePanel(int64_t group, int64_t first, int64_t count) {
  const int64_t rowBytes = p.out_channels * output_bytes;
  windows.resize(sizeOf(count * taps));
  outputs.resize(sizeOf(count * rowBytes));
  for (int64_t i = 0; i < count; ++i) {
    copyWindow(group, first + i, windows.data() + i * taps);
    std::memcpy(outputs.data() + i * rowBytes, output + (first + i) * output_pitch + group * rowBytes,
                sizeOf(rowBytes));
  }
  const auto channel = [&](const int32_t *values) {
    return values ? values + group * p.out_channels : nullptr;
  };
  const GemmOperands product{windows.data(), operands.weights + group * taps * p.out_channels,
                             channel(operands.bias), channel(operands.multiplier), channel(operands.shift)};
  const GemmComparison comparison = compareGemm(this->product(count), product, outputs.data(), options);
  result.plain_pixels_checked += comparison.plain_rows_checked;
  result.freivalds_pixels_checked += comparison.freivalds_rows_checked;
  result.used_onednn |= comparison.used_onednn;
  result.onednn_seconds += comparison.onednn_seconds;
  if (comparison.equal)
    return;
  result.equal = false;
  const int64_t pixel = first + std::max<int64_t>(comparison.row, 0);
  result.difference = "image " + std::to_string(pixel / p.outWidth() / p.outHeight()) + ", y " +
                      std::to_string(pixel / p.outWidth() % p.outHeight()) + ", x " +
                      std::to_string(pixel % p.outWidth()) + ", group " + std::to_string(group) +
                      " (pixels from " + std::to_string(first) +
                      " on as rows of a product): " + comparison.difference;
}

} // namespace

ConvComparison compareConv(const ConvProblem &problem, const ConvOperands &operands, const uint8_t *output,
                           const CpuGemmOptions &options) {
  const auto begin = std::chrono::steady_clock::now();
  ConvComparison result = ConvComparer(problem, operands, output, options).run();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

} // namespace lockstep
