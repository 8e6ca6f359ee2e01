#include "compiler/quantize/Quantizer.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>

using namespace lockstep;

TEST(Quantizer, RangesFollowFromTheBits) {
  for (unsigned bits : {2u, 4u, 8u, 16u}) {
    EXPECT_EQ(integerRange(bits, false).lowest, -std::pow(2, bits - 1));
    EXPECT_EQ(integerRange(bits, false).highest, std::pow(2, bits - 1) - 1);
    EXPECT_EQ(integerRange(bits, true).lowest, 0);
    EXPECT_EQ(integerRange(bits, true).highest, std::pow(2, bits) - 1);
  }
}

TEST(Quantizer, TiesGoToTheEvenInteger) {
  Quantizer quantizer{0.5F, 3, integerRange(8, false)};
  EXPECT_EQ(quantizer.quantize(0.25F), 3);  // 0.5 -> 0
  EXPECT_EQ(quantizer.quantize(0.75F), 5);  // 1.5 -> 2
  EXPECT_EQ(quantizer.quantize(1.25F), 5);  // 2.5 -> 2
  EXPECT_EQ(quantizer.quantize(-0.25F), 3); // -0.5 -> 0
  EXPECT_EQ(quantizer.quantize(-0.75F), 1); // -1.5 -> -2
}

TEST(Quantizer, SaturatesAtTheEndsOfItsRange) {
  Quantizer quantizer{1.0F, 100, integerRange(8, false)};
  EXPECT_EQ(quantizer.quantize(27), 127);
  EXPECT_EQ(quantizer.quantize(28), 127);
  EXPECT_EQ(quantizer.quantize(FLT_MAX), 127);
  EXPECT_EQ(quantizer.quantize(-228), -128);
  EXPECT_EQ(quantizer.quantize(-INFINITY), -128);
  EXPECT_EQ(quantizer.lowest(), -228);
  EXPECT_EQ(quantizer.highest(), 27);
}

TEST(Quantizer, SymmetricPutsTheThresholdAtTheLargestInteger) {
  for (unsigned bits : {4u, 8u, 12u}) {
    Quantizer quantizer = symmetricQuantizer(3.0, bits);
    EXPECT_EQ(quantizer.zero_point, 0);
    EXPECT_EQ(quantizer.quantize(3.0F), symmetricLevels(bits));
    EXPECT_EQ(quantizer.quantize(-3.0F), -symmetricLevels(bits));
    EXPECT_NEAR(quantizer.threshold(), 3.0, 1e-6);
  }
}

TEST(Quantizer, AsymmetricRepresentsZeroExactlyAndBothEndsWithinHalfAStep) {
  for (bool isUnsigned : {false, true})
    for (auto [low, high] : {std::pair{-1.0, 3.0}, {-0.3, 5.7}, {0.0, 6.0}, {-4.0, 0.0}, {-1e-6, 2.0}}) {
      Quantizer quantizer = asymmetricQuantizer(low, high, 8, isUnsigned);
      EXPECT_EQ(quantizer.roundTrip(0.0F), 0.0F);
      EXPECT_NEAR(quantizer.roundTrip(float(low)), low, 0.501 * quantizer.scale);
      EXPECT_NEAR(quantizer.roundTrip(float(high)), high, 0.501 * quantizer.scale);
      EXPECT_NEAR(quantizer.scale, (high - low) / 255, 1e-7);
    }
}

TEST(Quantizer, ARangeWithoutZeroIsWidenedToHoldIt) {
  EXPECT_EQ(asymmetricQuantizer(2, 4, 8, false).zero_point, -128);
  EXPECT_NEAR(asymmetricQuantizer(2, 4, 8, false).scale, 4.0 / 255, 1e-7);
  EXPECT_EQ(asymmetricQuantizer(-4, -2, 8, true).zero_point, 255);
}

TEST(Quantizer, AnEmptyRangeHasAUsableScale) {
  EXPECT_EQ(symmetricQuantizer(0, 8).scale, 1.0F);
  EXPECT_EQ(asymmetricQuantizer(0, 0, 8, false).scale, 1.0F);
  EXPECT_GE(symmetricQuantizer(1e-300, 8).scale, FLT_MIN);
}
