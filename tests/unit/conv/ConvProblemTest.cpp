// What is a convolution, how large is its output, and below how many cycles can no schedule go?
#include "compiler/conv/ConvScheduler.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

ConvProblem square(int64_t extent, int64_t channels, int64_t outputs, int64_t kernel) {
  ConvProblem p;
  p.in_height = p.in_width = extent;
  p.in_channels = channels, p.out_channels = outputs;
  p.kernel_height = p.kernel_width = kernel;
  return p;
}

std::string refusal(const ConvProblem &problem) {
  const Status status = checkConvProblem(problem);
  return status ? "" : status.error().message;
}

TEST(ConvProblem, HasTheOutputExtentsOfOnnx) {
  ConvProblem p = square(7, 1, 1, 3);
  EXPECT_EQ(p.outHeight(), 5);
  p.pad_top = p.pad_bottom = 1, p.stride_h = 2;
  EXPECT_EQ(p.outHeight(), 4);
  p.dilation_w = 3;
  EXPECT_EQ(p.outWidth(), 1);
}

TEST(ConvProblem, MayPadMoreThanTheKernel) {
  ConvProblem p = square(1, 3, 2, 1);
  p.pad_left = p.pad_right = 3;
  EXPECT_EQ(refusal(p), "");
  EXPECT_EQ(p.outWidth(), 7);
}

TEST(ConvProblem, IsRefusedWithTheFieldAndWhatIsAllowed) {
  ConvProblem p = square(4, 1, 1, 3);
  p.in_channels = 0;
  EXPECT_EQ(refusal(p), "convolution: in_channels is 0; allowed is 1 to 1048576.");
  p = square(4, 1, 1, 3);
  p.pad_top = -1;
  EXPECT_EQ(refusal(p), "convolution: pad_top is -1; allowed is 0 to 4095.");
  p = square(4, 1, 1, 3);
  p.input_zero_point = 128;
  EXPECT_EQ(refusal(p), "convolution: input_zero_point is 128; allowed is -128 to 127.");
  p = square(4, 1, 1, 3);
  p.shift = 1;
  EXPECT_EQ(refusal(p), "convolution: shift is 1; allowed is 2 to 62.");
}

TEST(ConvProblem, MustNotHaveAKernelLargerThanThePaddedInput) {
  ConvProblem p = square(4, 1, 1, 3);
  p.dilation_h = 2;
  EXPECT_EQ(refusal(p), "convolution: the dilated kernel is 5 high, more than the 4 of the padded input.");
  p.pad_bottom = 1;
  EXPECT_EQ(refusal(p), "");
}

TEST(ConvProblem, MustNotHavePixelsCloserThanTheirChannels) {
  ConvProblem p = square(4, 8, 6, 1);
  p.input_pixel_stride = 7;
  EXPECT_NE(refusal(p), "");
  p.input_pixel_stride = 8, p.output = GemmOutput::Int32, p.output_pixel_stride = 23;
  EXPECT_EQ(refusal(p), "convolution: output_pixel_stride is 23; allowed is 24 to 4194304.");
}

TEST(ConvProblem, RescalesNoInt32OutputsAndHasNoUint8) {
  ConvProblem p = square(4, 8, 6, 1);
  p.output = GemmOutput::Int32, p.per_channel = true;
  EXPECT_NE(refusal(p), "");
  p.output = GemmOutput::Uint8, p.per_channel = false;
  EXPECT_EQ(refusal(p), "convolution: the output is uint8; allowed are int8 and int32.");
}

TEST(ConvProblem, OfAbsurdSizeIsRefusedWithoutOverflow) {
  ConvProblem p;
  p.batch = p.in_height = p.in_width = 65535;
  p.in_channels = p.out_channels = 1 << 20;
  EXPECT_NE(refusal(p), "");
  EXPECT_FALSE(convAlternatives(p, *loadParameters("base")));
}

TEST(ConvBound, CountsMultiplyAccumulatesWithPaddingTaps) {
  ConvProblem p = square(7, 512, 512, 3);
  p.pad_top = p.pad_bottom = p.pad_left = p.pad_right = 1;
  EXPECT_EQ(boundCycles(p, *loadParameters("base")), 49u * 9 * 512 * 512 / 256);
}

TEST(ConvBound, CountsOnlyPixelsThatAreRead) {
  ConvProblem p = square(112, 256, 1, 1);
  p.stride_h = p.stride_w = 2;
  EXPECT_EQ(boundCycles(p, *loadParameters("base")), (56u * 56 * 256 + 256) / 16);
}

TEST(ConvBound, OfADepthwiseLayerIsItsBytes) {
  ConvProblem p = square(112, 1, 1, 3);
  p.groups = 64;
  p.pad_top = p.pad_bottom = p.pad_left = p.pad_right = 1;
  EXPECT_EQ(boundCycles(p, *loadParameters("base")), (112u * 112 * 64 + 64 * 9) / 16);
}

} // namespace
} // namespace lockstep
