// Values of the vector unit: pairs, sums of pairs, rounding shifts, functions, and the arithmetic of a lane,
// against the mathematics in 128 bits.
#include "hw/numbers/Numbers.h"
#include "tests/support/TablePrograms.h"
#include "tests/unit/numbers/Mathematics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lockstep {
namespace {

TEST(Pair, HoldsEveryInt16InTwoInt8) {
  for (int32_t value = -32768; value < 32768; ++value) {
    const int32_t high = pairHigh(value), low = pairLow(value);
    ASSERT_EQ(high, saturate(high, ElementType::Int8)) << value;
    ASSERT_EQ(low, saturate(low, ElementType::Int8)) << value;
    ASSERT_EQ(pairValue(high, low), value);
  }
}

TEST(Pair, EveryTwoInt8AreAnInt16) {
  for (int32_t high = -128; high < 128; ++high)
    for (int32_t low = -128; low < 128; ++low) {
      const int32_t value = pairValue(high, low);
      ASSERT_EQ(value, saturate(value, ElementType::Int16));
      ASSERT_EQ(pairHigh(value), high);
      ASSERT_EQ(pairLow(value), low);
    }
}

TEST(Pair, OfInt32HalvesWrapsAround) {
  for (int32_t high : kExtremes)
    for (int32_t low : kExtremes)
      ASSERT_EQ(pairValue(high, low), static_cast<int32_t>(wrapTo(Wide{high} * 256 + low + 128, 32)));
}

TEST(WideSum, IsThePairsValueInUnitsOfTheHighHalf) {
  for (int32_t high : kExtremes)
    for (int32_t low : kExtremes)
      ASSERT_EQ(wideValue(high, low),
                static_cast<int32_t>(wrapTo(floorDivide(Wide{high} * 256 + low + 128, 256), 32)));
}

TEST(WideSum, OfAProductWithPairsIsItsFloorLessHalfTheSumOfTheWeights) {
  std::mt19937 random(4);
  for (int i = 0; i < 1000; ++i) {
    int32_t high = 0, low = 0, weights = 0;
    Wide exact = 0; // sum of w h
    for (int k = 0; k < 50; ++k) {
      const auto h = static_cast<int16_t>(random());
      const int32_t w = static_cast<int8_t>(random());
      high += w * pairHigh(h), low += w * pairLow(h), weights += w;
      exact += Wide{w} * h;
    }
    // 256 H + L = exact - 128 sum(w): the constant belongs into the bias.
    ASSERT_EQ(Wide{wideValue(high, low)}, floorDivide(exact - 128 * Wide{weights} + 128, 256));
  }
}

TEST(RoundingShift, RoundsTiesUp) {
  EXPECT_EQ(roundingShift(1, 1), 1);
  EXPECT_EQ(roundingShift(-1, 1), 0);
  EXPECT_EQ(roundingShift(-3, 1), -1);
  EXPECT_EQ(roundingShift(6, 2), 2);
  EXPECT_EQ(roundingShift(-6, 2), -1);
  EXPECT_EQ(roundingShift(-7, 0), -7);
}

TEST(RoundingShift, AgreesWithTheMathematicsAtTiesAndExtremesForEveryShift) {
  const int64_t most = int64_t{1} << 62;
  for (uint32_t shift = 0; shift <= 62; ++shift) {
    std::vector<int64_t> values = {most, -most, most - 1, 1 - most, 0, INT32_MAX, INT32_MIN};
    for (int64_t halves = -5; halves <= 5;
         ++halves) // ties and their neighbours, where they are in the domain
      for (int64_t beside = -1; shift > 0 && shift < 60 && beside <= 1; ++beside)
        values.push_back(halves * (int64_t{1} << (shift - 1)) + beside);
    for (int64_t value : values)
      ASSERT_EQ(Wide{roundingShift(value, shift)}, floorDivide(Wide{value} + power(shift) / 2, power(shift)))
          << static_cast<long long>(value) << " >> " << shift;
  }
}

TEST(FunctionOfTable16, AgreesWithExactInterpolationForEveryInt16) {
  for (const NamedTable16 &table : sampleTables16())
    for (int32_t value = -32768; value < 32768; ++value) {
      const auto argument = static_cast<int16_t>(value);
      ASSERT_EQ(functionOfTable16(argument, table.entries.data()), expectedOfTable16(argument, table.entries))
          << table.name << " of " << value;
    }
}

TEST(FunctionOfTable16, MeetsTheEntriesAndSaturatesNothingBetweenThem) {
  for (const NamedTable16 &table : sampleTables16())
    for (int i = 0; i < 512; ++i) {
      const auto value = static_cast<int16_t>(128 * i - 32768);
      const auto index = static_cast<size_t>(i);
      ASSERT_EQ(functionOfTable16(value, table.entries.data()), table.entries[index]);
      const auto [low, high] = std::minmax(table.entries[index], table.entries[index + 1]);
      for (int f = 1; f < 128; ++f) {
        const int32_t between = functionOfTable16(static_cast<int16_t>(value + f), table.entries.data());
        ASSERT_GE(between, low);
        ASSERT_LE(between, high);
      }
    }
}

TEST(FunctionOfTable8, TakesTheLowByteOfTheEntryOfEveryInt8) {
  std::vector<int16_t> table(256);
  std::mt19937 random(5);
  for (int16_t &entry : table)
    entry = static_cast<int16_t>(random());
  for (int32_t value = -128; value < 128; ++value)
    ASSERT_EQ(applyFunction(value, LaneFunction::Table8, table.data()),
              static_cast<int8_t>(static_cast<uint8_t>(table[static_cast<size_t>(value + 128)])));
}

TEST(Saturate, StopsAtTheLimitsOfInt16) {
  EXPECT_EQ(saturate(32768, ElementType::Int16), 32767);
  EXPECT_EQ(saturate(-32769, ElementType::Int16), -32768);
  EXPECT_EQ(saturate(-32768, ElementType::Int16), -32768);
}

TEST(RescaleToElement, SaturatesInt16) {
  const Rescale half{1 << 30, 31, 0, ElementType::Int16, INT16_MIN, INT16_MAX};
  EXPECT_EQ(rescaleToElement(65533, half), 32767); // 32766.5
  EXPECT_EQ(rescaleToElement(65532, half), 32766);
  EXPECT_EQ(rescaleToElement(70000, half), 32767);
  EXPECT_EQ(rescaleToElement(-65537, half), -32768); // -32768.5
  EXPECT_EQ(rescaleToElement(INT32_MIN, half), -32768);
}

/// A lane before its function.
Wide referenceLane(int32_t a, int32_t b, const LaneArithmetic &with) {
  Wide scaled = 0;
  switch (with.operation) {
  case LaneOperation::Add:
    scaled = wrapTo(Wide{a} + b, 32) * with.multiplier;
    break;
  case LaneOperation::Subtract:
    scaled = wrapTo(Wide{a} - b, 32) * with.multiplier;
    break;
  case LaneOperation::Multiply:
    scaled = Wide{a} * b;
    break;
  case LaneOperation::Minimum:
    scaled = Wide{std::min(a, b)} * with.multiplier;
    break;
  case LaneOperation::Maximum:
    scaled = Wide{std::max(a, b)} * with.multiplier;
    break;
  }
  const Wide rounded = floorDivide(scaled + power(with.shift) / 2, power(with.shift));
  const Wide moved = wrapTo(rounded, 32) + with.output_zero_point;
  return std::clamp<Wide>(moved, with.clamp_minimum, with.clamp_maximum);
}

constexpr LaneOperation kOperations[] = {LaneOperation::Add, LaneOperation::Subtract, LaneOperation::Multiply,
                                         LaneOperation::Minimum, LaneOperation::Maximum};

TEST(ElementwiseLane, AgreesWithTheMathematicsOnExtremes) {
  for (LaneOperation operation : kOperations)
    for (int32_t a : kExtremes)
      for (int32_t b : kExtremes)
        for (uint32_t shift : {0u, 1u, 2u, 15u, 31u, 32u, 33u, 61u, 62u})
          for (int32_t multiplier : {0, 1, 3, INT32_MAX}) {
            LaneArithmetic with;
            with.operation = operation, with.shift = shift;
            with.multiplier = operation == LaneOperation::Multiply ? 0 : multiplier;
            ASSERT_EQ(Wide{elementwiseLane(a, b, with)}, referenceLane(a, b, with))
                << a << " " << static_cast<int>(operation) << " " << b << ", * " << multiplier << " >> "
                << shift;
          }
}

TEST(ElementwiseLane, AgreesWithTheMathematicsOnRandomValues) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 300000; ++i) {
    LaneArithmetic with;
    with.operation = kOperations[random() % 5];
    with.multiplier = static_cast<int32_t>(random() & INT32_MAX) >> (random() % 31);
    with.shift = static_cast<uint32_t>(random() % 63);
    with.output_zero_point = static_cast<int32_t>(random() % 512) - 256;
    with.clamp_minimum = static_cast<int32_t>(random()) >> (random() % 32);
    with.clamp_maximum = std::max(with.clamp_minimum, static_cast<int32_t>(random()) >> (random() % 32));
    const auto a = static_cast<int32_t>(random()) >> (random() % 32);
    const auto b = static_cast<int32_t>(random()) >> (random() % 32);
    ASSERT_EQ(Wide{elementwiseLane(a, b, with)}, referenceLane(a, b, with))
        << a << " " << static_cast<int>(with.operation) << " " << b << ", * " << with.multiplier << " >> "
        << with.shift;
  }
}

TEST(ElementwiseLane, WrapsSumsAndScaledValuesAround) {
  LaneArithmetic plain;
  EXPECT_EQ(elementwiseLane(INT32_MAX, 1, plain), INT32_MIN);
  plain.multiplier = 2;
  EXPECT_EQ(elementwiseLane(INT32_MAX, 0, plain), -2);
  LaneArithmetic product;
  product.operation = LaneOperation::Multiply;
  EXPECT_EQ(elementwiseLane(INT32_MIN, INT32_MIN, product), 0); // 2^62
  product.shift = 62;
  EXPECT_EQ(elementwiseLane(INT32_MIN, INT32_MIN, product), 1);
  EXPECT_EQ(elementwiseLane(INT32_MIN, INT32_MAX, product), -1); // -0.9999999995
}

TEST(ElementwiseLane, AddsTheZeroPointInMoreThan32Bits) {
  LaneArithmetic with;
  with.output_zero_point = 255;
  EXPECT_EQ(elementwiseLane(INT32_MAX, 0, with), INT32_MAX);
  with.output_zero_point = -256;
  EXPECT_EQ(elementwiseLane(INT32_MIN, 0, with), INT32_MIN);
}

TEST(ElementwiseLane, AppliesTheFunctionToTheClampedValue) {
  const Table16 table = sampleTables16().front().entries;
  LaneArithmetic with;
  with.function = LaneFunction::Table16, with.table = table.data();
  with.clamp_minimum = -1000, with.clamp_maximum = 32767;
  EXPECT_EQ(elementwiseLane(INT32_MIN, 0, with), expectedOfTable16(-1000, table));
  EXPECT_EQ(elementwiseLane(-999, -1, with), expectedOfTable16(-1000, table));
  EXPECT_EQ(elementwiseLane(INT32_MAX, 0, with), expectedOfTable16(32767, table));
}

} // namespace
} // namespace lockstep
