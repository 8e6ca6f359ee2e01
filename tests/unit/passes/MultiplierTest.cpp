#include "compiler/passes/Multiplier.h"
#include "hw/numbers/Numbers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace lockstep {
namespace {

double valueOf(const FixedScale &scale) { return std::ldexp(scale.multiplier, -scale.shift); }

TEST(FixedScale, IsExactToThirtyOneBits) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-32, 29);
  for (int i = 0; i < 100000; ++i) {
    const double scale = std::exp2(exponent(random));
    const auto fixed = fixedScale(scale);
    ASSERT_TRUE(fixed) << scale;
    EXPECT_LE(std::abs(valueOf(*fixed) - scale), std::ldexp(scale, -31)) << scale;
    EXPECT_GE(fixed->multiplier, 1 << 30);
    EXPECT_GE(fixed->shift, 2);
    EXPECT_LE(fixed->shift, 62);
  }
}

TEST(FixedScale, OfPowersOfTwoIsExact) {
  for (int exponent = -32; exponent < 29; ++exponent) {
    const auto fixed = fixedScale(std::ldexp(1.0, exponent));
    ASSERT_TRUE(fixed) << exponent;
    EXPECT_EQ(fixed->multiplier, 1 << 30);
    EXPECT_EQ(fixed->shift, 30 - exponent);
  }
}

TEST(FixedScale, RoundsUpIntoTheNextPowerOfTwo) {
  const auto fixed = fixedScale(std::nextafter(0.5, 0.0));
  ASSERT_TRUE(fixed);
  EXPECT_EQ(fixed->multiplier, 1 << 30);
  EXPECT_EQ(fixed->shift, 31);
}

TEST(FixedScale, HasNoneFromTwoToTheTwentyNineOn) {
  EXPECT_TRUE(fixedScale(std::ldexp(1.0, 28)));
  EXPECT_TRUE(fixedScale(std::ldexp(1.9999999, 28)));
  EXPECT_FALSE(fixedScale(std::nextafter(std::ldexp(1.0, 29), 0.0))) << "rounds to 2^29";
  EXPECT_FALSE(fixedScale(std::ldexp(1.0, 29)));
}

TEST(FixedScale, RefusesWhatIsNoScale) {
  EXPECT_FALSE(fixedScale(-1));
  EXPECT_FALSE(fixedScale(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(fixedScale(std::nan("")));
}

TEST(FixedScale, UnderTwoToTheMinusThirtyTwoMakesEveryIntegerZero) {
  for (double scale : {0.0, 1e-300, std::nextafter(std::ldexp(1.0, -32), 0.0)}) {
    const auto fixed = fixedScale(scale);
    ASSERT_TRUE(fixed) << scale;
    for (int32_t value : {INT32_MIN, -1, 0, 1, INT32_MAX}) {
      EXPECT_EQ(applyScale32(value, fixed->multiplier, fixed->shift), 0) << value << " * " << scale;
      EXPECT_LT(std::abs(value * scale), 0.5) << "what rounding gives";
    }
  }
}

} // namespace
} // namespace lockstep
