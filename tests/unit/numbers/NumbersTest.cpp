// Each rule of Numbers.h against the mathematics in 128 bits, on ties, extremes and random values.
#include "hw/numbers/Numbers.h"
#include "tests/unit/numbers/Mathematics.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace lockstep {
namespace {

int32_t referenceScale(int32_t value, int32_t multiplier, uint32_t shift) {
  const unsigned s = shift % 64;
  const Wide rounding = s == 0 ? Wide{0} : power(s) / 2;
  const Wide sum = wrapTo(Wide{value} * multiplier + rounding, 64);
  return static_cast<int32_t>(wrapTo(floorDivide(sum, power(s)), 32));
}

TEST(ApplyScale32, RoundsTiesUp) {
  EXPECT_EQ(applyScale32(1, 2, 2), 1);   // 0.5
  EXPECT_EQ(applyScale32(-1, 2, 2), 0);  // -0.5
  EXPECT_EQ(applyScale32(3, 2, 2), 2);   // 1.5
  EXPECT_EQ(applyScale32(-3, 2, 2), -1); // -1.5
}

TEST(ApplyScale32, RoundsJustBesideATieToTheNearest) {
  EXPECT_EQ(applyScale32(1, (1 << 30) - 1, 31), 0);
  EXPECT_EQ(applyScale32(1, (1 << 30) + 1, 31), 1);
  EXPECT_EQ(applyScale32(-1, (1 << 30) - 1, 31), 0);
  EXPECT_EQ(applyScale32(-1, (1 << 30) + 1, 31), -1);
}

TEST(ApplyScale32, AgreesWithTheMathematicsOnExtremesForEveryShift) {
  for (int32_t value : kExtremes)
    for (int32_t multiplier : kExtremes)
      for (uint32_t shift = 0; shift < 64; ++shift)
        ASSERT_EQ(applyScale32(value, multiplier, shift), referenceScale(value, multiplier, shift))
            << value << " * " << multiplier << " >> " << shift;
}

TEST(ApplyScale32, AgreesWithTheMathematicsOnRandomValues) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000; ++i) {
    const auto value = static_cast<int32_t>(random()), multiplier = static_cast<int32_t>(random());
    const auto shift = static_cast<uint32_t>(random() % 64);
    ASSERT_EQ(applyScale32(value, multiplier, shift), referenceScale(value, multiplier, shift))
        << value << " * " << multiplier << " >> " << shift;
  }
}

TEST(ApplyScale32, WrapsOnlyWhereTheManualSays) {
  EXPECT_EQ(applyScale32(INT32_MIN, INT32_MIN, 63), -1); // 2^62 + 2^62 = 2^63 wraps to -2^63
  EXPECT_EQ(applyScale32(INT32_MIN, INT32_MAX, 62), -1); // -0.9999999995 + 0.5, floor
  EXPECT_EQ(applyScale32(INT32_MAX, INT32_MAX, 2), wrap32((uint64_t{INT32_MAX} * INT32_MAX + 2) >> 2));
}

TEST(ApplyScale32, UsesOnlyTheLowSixBitsOfTheShift) {
  EXPECT_EQ(applyScale32(1000, 77, 64 + 5), applyScale32(1000, 77, 5));
  EXPECT_EQ(applyScale32(1000, 77, 0xffffffc0u), 77000);
}

TEST(WrapAround, IsThatOfTwosComplement) {
  for (int32_t a : kExtremes)
    for (int32_t b : kExtremes) {
      ASSERT_EQ(wrapAdd32(a, b), static_cast<int32_t>(wrapTo(Wide{a} + b, 32)));
      ASSERT_EQ(wrapMul32(a, b), static_cast<int32_t>(wrapTo(Wide{a} * b, 32)));
    }
}

TEST(WrapAround, MultiplyAccumulateWrapsTheSum) {
  EXPECT_EQ(multiplyAccumulate(INT32_MAX, 1, 1), INT32_MIN);
  EXPECT_EQ(multiplyAccumulate(INT32_MIN, -255, 255),
            static_cast<int32_t>(wrapTo(Wide{INT32_MIN} - 65025, 32)));
}

TEST(ReadOperand, FitsNineSignedBitsForEveryByteAndZeroPoint) {
  for (ElementType type : {ElementType::Int8, ElementType::Uint8})
    for (int32_t zeroPoint = elementMinimum(type); zeroPoint <= elementMaximum(type); ++zeroPoint)
      for (int byte = 0; byte < 256; ++byte) {
        const int32_t element = type == ElementType::Uint8 || byte < 128 ? byte : byte - 256;
        const int32_t operand = readOperand(static_cast<uint8_t>(byte), type, zeroPoint);
        ASSERT_EQ(operand, element - zeroPoint);
        ASSERT_GE(operand, -256);
        ASSERT_LE(operand, 255);
      }
}

TEST(Saturate, StopsAtTheLimitsOfTheType) {
  EXPECT_EQ(saturate(128, ElementType::Int8), 127);
  EXPECT_EQ(saturate(-129, ElementType::Int8), -128);
  EXPECT_EQ(saturate(256, ElementType::Uint8), 255);
  EXPECT_EQ(saturate(-1, ElementType::Uint8), 0);
  EXPECT_EQ(saturate(int64_t{INT32_MAX} + 1, ElementType::Int32), INT32_MAX);
  EXPECT_EQ(saturate(int64_t{INT32_MIN} - 1, ElementType::Int32), INT32_MIN);
}

int32_t referenceRescale(int32_t value, const Rescale &r) {
  Wide sum = Wide{referenceScale(value, r.multiplier, r.shift)} + r.output_zero_point;
  const Wide low = r.output_type == ElementType::Int8 ? -128 : 0, high = low + 255;
  sum = sum < low ? low : sum > high ? high : sum;
  sum = sum < r.clamp_minimum ? Wide{r.clamp_minimum} : sum > r.clamp_maximum ? Wide{r.clamp_maximum} : sum;
  return static_cast<int32_t>(sum);
}

TEST(RescaleToElement, AddsTheZeroPointInMoreThan32Bits) {
  const Rescale int8{1 << 30, 30, 127, ElementType::Int8, -128, 127};
  EXPECT_EQ(rescaleToElement(INT32_MAX, int8), 127);
  const Rescale low{1 << 30, 30, -128, ElementType::Int8, -128, 127};
  EXPECT_EQ(rescaleToElement(INT32_MIN, low), -128);
}

TEST(RescaleToElement, SaturatesBeforeItClamps) {
  const Rescale narrow{1 << 30, 30, 0, ElementType::Uint8, 10, 20};
  EXPECT_EQ(rescaleToElement(-5, narrow), 10);
  EXPECT_EQ(rescaleToElement(300, narrow), 20);
  EXPECT_EQ(rescaleToElement(15, narrow), 15);
}

TEST(RescaleToElement, AgreesWithTheMathematicsOnRandomValues) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 100000; ++i) {
    const bool uint8 = random() & 1;
    const int32_t low = uint8 ? 0 : -128;
    Rescale r;
    r.multiplier = static_cast<int32_t>(random() & INT32_MAX);
    r.shift = 2 + static_cast<uint32_t>(random() % 61);
    r.output_type = uint8 ? ElementType::Uint8 : ElementType::Int8;
    r.output_zero_point = low + static_cast<int32_t>(random() % 256);
    r.clamp_minimum = low + static_cast<int32_t>(random() % 256);
    r.clamp_maximum = r.clamp_minimum + static_cast<int32_t>(random() % (low + 256 - r.clamp_minimum));
    const auto value = static_cast<int32_t>(random()) >> (random() % 32);
    ASSERT_EQ(rescaleToElement(value, r), referenceRescale(value, r)) << value << " shift " << r.shift;
  }
}

TEST(Table8, IsIndexedFromTheSmallestValue) {
  std::array<int8_t, 256> table;
  for (int i = 0; i < 256; ++i)
    table[static_cast<size_t>(i)] = static_cast<int8_t>(127 - i);
  for (int value = -128; value < 128; ++value)
    ASSERT_EQ(lookupTable8(static_cast<int8_t>(value), table.data()), -1 - value);
}

TEST(Table16, InterpolatesBetweenNeighboursAndReachesTheLastEntry) {
  std::array<int16_t, 513> table;
  std::mt19937 random(3);
  for (auto &entry : table)
    entry = static_cast<int16_t>(random());
  table[0] = INT16_MIN, table[1] = INT16_MAX, table[511] = INT16_MAX, table[512] = INT16_MIN;
  for (int value = -32768; value < 32768; ++value) {
    const int offset = value + 32768, left = offset / 128, part = offset % 128;
    const Wide exact = Wide{table[static_cast<size_t>(left)]} * (128 - part) +
                       Wide{table[static_cast<size_t>(left) + 1]} * part;
    ASSERT_EQ(Wide{lookupTable16(static_cast<int16_t>(value), table.data())}, exact) << value;
  }
}

} // namespace
} // namespace lockstep
