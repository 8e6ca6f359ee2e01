#include "workloads/driver/gemm/GemmSpec.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

GemmSpec sized(uint64_t m, uint64_t n, uint64_t k) {
  GemmSpec spec;
  spec.m = m, spec.n = n, spec.k = k;
  return spec;
}

TEST(GemmSpec, SurvivesItsRow) {
  GemmSpec spec = sized(3, 5, 7);
  spec.b_transposed = spec.bias = true;
  spec.a_type = "uint8", spec.a_zero_point = 200, spec.b_zero_point = -128, spec.seed = 99;
  auto back = gemmSpecOf(Row::parse(rowOf(spec).dump()));
  ASSERT_TRUE(bool(back)) << back.error().message;
  EXPECT_EQ(rowOf(*back), rowOf(spec));
}

TEST(GemmSpec, IsTheSchedulersProblem) {
  GemmSpec spec = sized(3, 5, 7);
  spec.a_transposed = spec.per_column = true;
  spec.b_type = "uint8", spec.b_zero_point = 130, spec.output = "uint8", spec.output_zero_point = 9;
  GemmProblem problem = problemOf(spec);
  EXPECT_EQ(problem.n, 5);
  EXPECT_TRUE(problem.a_transposed && !problem.b_transposed && problem.per_column);
  EXPECT_EQ(problem.b_type, GemmElement::Uint8);
  EXPECT_EQ(problem.b_zero_point, 130);
  EXPECT_EQ(problem.output_zero_point, 9);
  EXPECT_EQ(problem.clamp_maximum, 255);
}

TEST(GemmSpec, NamesWhatIsWrongAndWhatIsAllowed) {
  struct Case {
    Row row;
    const char *message;
  };
  const Case cases[] = {
      {{{"m", 0}, {"n", 1}, {"k", 1}}, "m is 0; allowed is 1 to"},
      {{{"m", 1}, {"n", 1}, {"k", 1}, {"output", "int4"}}, "allowed: int16, int32, int8, uint8"},
      {{{"m", 1}, {"n", 1}, {"k", 1}, {"a_zero_point", 128}}, "a_zero_point is 128; allowed is -128 to 127"},
      {{{"m", 1}, {"n", 1}, {"k", 1}, {"a_type", "uint8"}, {"a_zero_point", -1}},
       "a_zero_point is -1; allowed is 0 to 255"},
      {{{"m", 1}, {"n", 1}, {"k", 1}, {"per_column", true}, {"output", "int32"}},
       "per_column needs an 8-bit or int16 output"},
      {{{"m", "x"}, {"n", 1}, {"k", 1}}, "m is \"x\", which is not of its type"},
      {{{"m", -1}, {"n", 1}, {"k", 1}}, "m is -1, which is not of its type"},
      {{{"m", 1}, {"n", 1}, {"k", 1}, {"mm", 1}}, "the key `mm` is unknown"},
  };
  for (const Case &each : cases) {
    auto spec = gemmSpecOf(each.row);
    ASSERT_FALSE(bool(spec)) << each.row;
    EXPECT_NE(spec.error().message.find(each.message), std::string::npos) << spec.error().message;
  }
}

} // namespace
