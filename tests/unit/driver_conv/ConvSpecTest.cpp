// Is a row of a table the scheduler's problem, and a row of results the table's?
#include "workloads/driver/conv/ConvSpec.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

ConvSpec spec() {
  ConvSpec spec;
  spec.shape = {9, 8, 6, 2, 12, 3, 5, 1, 2, 1, 2, 3};
  return spec;
}

TEST(ConvSpec, IsTheSchedulersProblem) {
  ConvSpec conv = spec();
  conv.options.bias = conv.options.per_column = true;
  conv.options.a_zero_point = 7, conv.options.b_zero_point = -3;
  const ConvProblem p = problemOf(conv);
  EXPECT_EQ(p.batch, 2);
  EXPECT_EQ(p.in_width, 9);
  EXPECT_EQ(p.in_height, 8);
  EXPECT_EQ(p.groups, 3);
  EXPECT_EQ(p.in_channels, 2);
  EXPECT_EQ(p.out_channels, 4);
  EXPECT_EQ(p.kernel_height, 5);
  EXPECT_EQ(p.kernel_width, 3);
  EXPECT_EQ(p.pad_top, 2);
  EXPECT_EQ(p.pad_right, 1);
  EXPECT_EQ(p.stride_h, 2);
  EXPECT_EQ(p.stride_w, 1);
  EXPECT_EQ(p.input_zero_point, 7);
  EXPECT_EQ(p.weight_zero_point, -3);
  EXPECT_TRUE(p.has_bias && p.per_channel);
}

TEST(ConvSpec, CountsWorkAndBytes) {
  EXPECT_EQ(macsOf(spec()), 2u * 4 * 9 * 12 * 5 * 3 * 2);
  EXPECT_EQ(inputBytesOf(spec()), 2u * 8 * 9 * 6);
  EXPECT_EQ(weightBytesOf(spec()), 12u * 5 * 3 * 2);
  EXPECT_EQ(outputBytesOf(spec()), 2u * 4 * 9 * 12);
}

TEST(ConvSpec, HasANameThatTellsItsShape) {
  EXPECT_EQ(labelOf(spec()), "2x8x9x6 5x3 s2x1 p2x1 k12 g3");
  ConvSpec plain;
  plain.shape = {7, 7, 512, 1, 512, 3, 3, 1, 1, 1, 1, 1};
  EXPECT_EQ(labelOf(plain), "1x7x7x512 3x3 s1 p1 k512");
}

TEST(ConvSpec, HasInt8OperandsOnly) {
  ConvSpec conv = spec();
  EXPECT_TRUE(bool(checkConvSpec(conv)));
  conv.options.a_type = "uint8";
  EXPECT_FALSE(bool(checkConvSpec(conv)));
}

TEST(ConvSpec, TellsTheProductThatItAmountsTo) {
  const Row row = rowOf(spec());
  EXPECT_EQ(row["m"], 72);
  EXPECT_EQ(row["n"], 12);
  EXPECT_EQ(row["k"], 30);
}

} // namespace
