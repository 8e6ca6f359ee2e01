#include "workloads/driver/GemmSpec.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

GemmSpec sized(uint64_t m, uint64_t n, uint64_t k) {
  GemmSpec spec;
  spec.m = m, spec.n = n, spec.k = k;
  return spec;
}

Parameters base() { return *parseParameters("name: base\n", "test"); }

TEST(GemmBound, IsTheArrayForLargeSquares) { EXPECT_EQ(boundCycles(sized(512, 512, 512), base()), 524288u); }

TEST(GemmBound, IsTheReadPortForMatrixTimesVector) {
  EXPECT_EQ(boundCycles(sized(3072, 1, 1024), base()), (3072u * 1024 + 1024) / 16);
}

TEST(GemmBound, IsTheWritePortForOuterProducts) {
  GemmSpec spec = sized(100, 100, 1);
  EXPECT_EQ(boundCycles(spec, base()), 625u);
  spec.output = "int32";
  EXPECT_EQ(boundCycles(spec, base()), 2500u);
}

TEST(GemmBound, RoundsUp) { EXPECT_EQ(boundCycles(sized(1, 1, 1), base()), 1u); }

TEST(GemmSpec, SurvivesItsRow) {
  GemmSpec spec = sized(3, 5, 7);
  spec.b_transposed = spec.bias = true;
  spec.a_type = "uint8", spec.a_zero_point = 200, spec.b_zero_point = -128, spec.seed = 99;
  auto back = gemmSpecOf(Row::parse(rowOf(spec).dump()));
  ASSERT_TRUE(bool(back)) << back.error().message;
  EXPECT_EQ(rowOf(*back), rowOf(spec));
}

TEST(GemmSpec, NamesWhatIsWrongAndWhatIsAllowed) {
  struct Case {
    Row row;
    const char *message;
  };
  const Case cases[] = {
      {{{"m", 0}, {"n", 1}, {"k", 1}}, "m is 0; allowed is 1 to"},
      {{{"m", 1}, {"n", 1}, {"k", 1}, {"output", "int4"}}, "allowed: int32, int8, uint8"},
      {{{"m", 1}, {"n", 1}, {"k", 1}, {"a_zero_point", 128}}, "allowed for int8 is -128 to 127"},
      {{{"m", 1}, {"n", 1}, {"k", 1}, {"a_type", "uint8"}, {"a_zero_point", -1}}, "allowed for uint8 is 0 to 255"},
      {{{"m", 1}, {"n", 1}, {"k", 1}, {"per_column", true}, {"output", "int32"}}, "use int8 or uint8 output"},
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
