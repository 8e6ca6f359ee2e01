#include "compiler/conv/ConvProblem.h"

#include <string>
#include <utility>

namespace lockstep {
namespace {

constexpr int64_t kMaxExtent = 65535, kMaxChannels = int64_t{1} << 20, kMaxKernel = 4095;
constexpr int64_t kMaxBytes = int64_t{1} << 39; // leaves room for parameters and program in a program file

Status within(const char *name, int64_t value, int64_t minimum, int64_t maximum) {
  if (value >= minimum && value <= maximum)
    return {};
  return Error{ErrorKind::Usage, std::string("convolution: ") + name + " is " + std::to_string(value) +
                                     "; allowed is " + std::to_string(minimum) + " to " +
                                     std::to_string(maximum) + "."};
}

struct Limit {
  const char *name;
  int64_t value, minimum, maximum;
};

Status checkAll(std::initializer_list<Limit> limits) {
  for (const Limit &limit : limits)
    if (Status s = within(limit.name, limit.value, limit.minimum, limit.maximum); !s)
      return s;
  return {};
}

Status checkExtents(const ConvProblem &p) {
  return checkAll({{"batch", p.batch, 1, kMaxExtent},
                   {"in_height", p.in_height, 1, kMaxExtent},
                   {"in_width", p.in_width, 1, kMaxExtent},
                   {"in_channels", p.in_channels, 1, kMaxChannels},
                   {"out_channels", p.out_channels, 1, kMaxChannels},
                   {"groups", p.groups, 1, kMaxChannels},
                   {"kernel_height", p.kernel_height, 1, kMaxKernel},
                   {"kernel_width", p.kernel_width, 1, kMaxKernel},
                   {"stride_h", p.stride_h, 1, kMaxKernel},
                   {"stride_w", p.stride_w, 1, kMaxKernel},
                   {"dilation_h", p.dilation_h, 1, kMaxKernel},
                   {"dilation_w", p.dilation_w, 1, kMaxKernel},
                   {"pad_top", p.pad_top, 0, kMaxKernel},
                   {"pad_bottom", p.pad_bottom, 0, kMaxKernel},
                   {"pad_left", p.pad_left, 0, kMaxKernel},
                   {"pad_right", p.pad_right, 0, kMaxKernel}});
}

Status checkReach(const char *what, int64_t extent, int64_t kernel) {
  if (kernel <= extent)
    return {};
  return Error{ErrorKind::Usage, std::string("convolution: the dilated kernel is ") + std::to_string(kernel) +
                                     " " + what + ", more than the " + std::to_string(extent) +
                                     " of the padded input."};
}

Status checkSizes(const ConvProblem &p) {
  if (Status s = checkReach("high", p.in_height + p.pad_top + p.pad_bottom,
                            p.dilation_h * (p.kernel_height - 1) + 1);
      !s)
    return s;
  if (Status s =
          checkReach("wide", p.in_width + p.pad_left + p.pad_right, p.dilation_w * (p.kernel_width - 1) + 1);
      !s)
    return s;
  const int64_t inputs = p.groups * p.in_channels, outputs = p.groups * p.out_channels;
  if (Status s = checkAll({{"the number of input channels of all groups", inputs, 1, kMaxChannels},
                           {"the number of output channels of all groups", outputs, 1, kMaxChannels}});
      !s)
    return s;
  const int64_t outputBytes = outputs * (p.output == GemmOutput::Int32 ? 4 : 1);
  if (p.input_pixel_stride != 0)
    if (Status s = within("input_pixel_stride", p.input_pixel_stride, inputs, kMaxChannels); !s)
      return s;
  if (p.output_pixel_stride != 0)
    if (Status s = within("output_pixel_stride", p.output_pixel_stride, outputBytes, 4 * kMaxChannels); !s)
      return s;
  using Wide = __int128;
  const Wide bytes =
      Wide{p.batch} * p.in_height * p.in_width * std::max(inputs, p.input_pixel_stride) +
      Wide{p.batch} * p.outHeight() * p.outWidth() * std::max(outputBytes, p.output_pixel_stride) +
      Wide{outputs} * p.kernel_height * p.kernel_width * p.in_channels;
  return within("the size of input, weights and output in bytes",
                bytes > kMaxBytes ? kMaxBytes + 1 : static_cast<int64_t>(bytes), 1, kMaxBytes);
}

Status checkResult(const ConvProblem &p) {
  if (Status s = checkAll({{"input_zero_point", p.input_zero_point, -128, 127},
                           {"weight_zero_point", p.weight_zero_point, -128, 127}});
      !s)
    return s;
  if (p.output != GemmOutput::Int8 && p.output != GemmOutput::Int32)
    return Error{ErrorKind::Usage, std::string("convolution: the output is ") + elementTypeName(p.output) +
                                       "; allowed are int8 and int32."};
  if (p.output == GemmOutput::Int32)
    return p.per_channel
               ? Status(Error{ErrorKind::Usage, "convolution: per_channel needs an int8 output; with int32 "
                                                "output nothing is rescaled."})
               : Status();
  if (Status s = checkAll({{"output_zero_point", p.output_zero_point, -128, 127},
                           {"clamp_minimum", p.clamp_minimum, -128, p.clamp_maximum},
                           {"clamp_maximum", p.clamp_maximum, -128, 127}});
      !s || p.per_channel)
    return s;
  return checkAll({{"multiplier", p.multiplier, 0, 2147483647}, {"shift", p.shift, 2, 62}});
}

} // namespace

Status checkConvProblem(const ConvProblem &problem) {
  if (Status s = checkExtents(problem); !s)
    return s;
  if (Status s = checkSizes(problem); !s)
    return s;
  return checkResult(problem);
}

} // namespace lockstep
