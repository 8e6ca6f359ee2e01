#include "tests/unit/golden/GoldenFixture.h"

#include "hw/numbers/Numbers.h"

#include <cmath>
#include <random>

namespace lockstep {
namespace {

using testing::Each;
using testing::ElementsAre;

/// Half of each value, rounded half up: multiplier 2^30, shift 31.
RequantizeInstruction halve(uint64_t rows, uint64_t columns) {
  RequantizeInstruction q;
  q.count_0 = rows, q.count_1 = 1, q.last_columns = columns;
  q.multiplier = 1 << 30, q.shift = 31;
  q.clamp_minimum = -128, q.clamp_maximum = 127;
  q.accumulator_stride_0 = q.local_stride_0 = 1;
  q.parameter_address = 64;
  return q;
}

int half(int value) { return static_cast<int>(std::floor(value / 2.0 + 0.5)); }

std::vector<int> asSigned(std::vector<int> lanes) {
  for (int &lane : lanes)
    lane = lane < 128 ? lane : lane - 256;
  return lanes;
}

TEST(GoldenRequantize, RescalesRowsAndZeroesLanesBeyondTheColumns) {
  GoldenFixture f(5, 4);
  for (uint64_t c = 0; c < 4; ++c)
    f.setAccumulator(1, c, static_cast<int32_t>(c) * 5 - 9);
  f.word(1)[4] = f.word(1)[3] = 66;
  RequantizeInstruction q = halve(2, 3);
  q.output_zero_point = 10;
  f.step(q);
  EXPECT_THAT(asSigned(f.lanes(1)), ElementsAre(10 + half(-9), 10 + half(-4), 10 + half(1), 0, 0));
}

TEST(GoldenRequantize, SaturatesAndClampsUnsignedOutput) {
  GoldenFixture f(4, 4);
  const int32_t values[] = {INT32_MAX, INT32_MIN, 100, 30};
  for (uint64_t c = 0; c < 4; ++c)
    f.setAccumulator(0, c, values[c]);
  RequantizeInstruction q = halve(1, 4);
  q.output_type = 1, q.output_zero_point = 200, q.clamp_minimum = 3, q.clamp_maximum = 240;
  f.step(q);
  EXPECT_THAT(f.lanes(0), ElementsAre(240, 3, 240, 215));
}

TEST(GoldenRequantize, TakesParametersOfEachColumnBlock) {
  GoldenFixture f(4, 4);
  RequantizeInstruction q = halve(2, 2);
  q.count_1 = 2, q.accumulator_stride_1 = 10, q.local_stride_1 = 20;
  q.has_bias = q.per_channel = 1;
  for (uint64_t block = 0; block < 2; ++block)
    for (uint64_t c = 0; c < 4; ++c) {
      for (uint64_t row = 0; row < 2; ++row)
        f.setAccumulator(10 * block + row, c, 100);
      f.setAccumulator(64 + 3 * block, c, static_cast<int32_t>(10 * block + c)); // bias
      f.setAccumulator(65 + 3 * block, c, 1 << (20 + c));                        // multiplier
      f.setAccumulator(66 + 3 * block, c, 24);                                   // shift
    }
  f.step(q);
  auto expected = [](int bias, int c) {
    return static_cast<int>(std::floor((100 + bias) / std::pow(2, 4 - c) + 0.5));
  };
  EXPECT_THAT(f.lanes(1), ElementsAre(expected(0, 0), expected(1, 1), expected(2, 2), expected(3, 3)));
  EXPECT_THAT(f.lanes(21), ElementsAre(expected(10, 0), expected(11, 1), 0, 0));
}

TEST(GoldenRequantize, TakesParametersAlongTheRows) {
  GoldenFixture f(4, 4);
  RequantizeInstruction q = halve(6, 4);
  q.has_bias = 1, q.channel_axis = 1;
  for (uint64_t row = 0; row < 6; ++row)
    f.setAccumulator(64 + row / 4, row % 4, static_cast<int32_t>(20 * row));
  f.step(q);
  for (int row = 0; row < 6; ++row)
    EXPECT_THAT(f.lanes(static_cast<uint64_t>(row)), Each(10 * row));
}

TEST(GoldenRequantize, ParametersAlongTheRowsComeInBlocksOfTheColumnsAlsoIfWordsAreLonger) {
  GoldenFixture f(5, 3); // V = 5
  RequantizeInstruction q = halve(8, 3);
  q.has_bias = 1, q.channel_axis = 1;
  for (uint64_t row = 0; row < 8; ++row)
    f.setAccumulator(64 + row / 3, row % 3, static_cast<int32_t>(10 * row));
  f.step(q);
  for (int row = 0; row < 8; ++row)
    EXPECT_THAT(f.lanes(static_cast<uint64_t>(row)), ElementsAre(5 * row, 5 * row, 5 * row, 0, 0));
}

TEST(GoldenRequantize, UsesTheLowSixBitsOfShiftsAndSignedMultipliersInParameterRows) {
  GoldenFixture f(4, 4);
  RequantizeInstruction q = halve(1, 4);
  q.per_channel = 1;
  const int32_t multipliers[] = {-3, 1, 5, INT32_MIN}, shifts[] = {1, 64, -63, 31};
  for (uint64_t c = 0; c < 4; ++c) {
    f.setAccumulator(0, c, 7);
    f.setAccumulator(64, c, multipliers[c]);
    f.setAccumulator(65, c, shifts[c]);
  }
  f.step(q);
  EXPECT_THAT(asSigned(f.lanes(0)), ElementsAre(-10, 7, 18, -7)); // -21 / 2, 7 / 1, 35 / 2, -7
}

TEST(GoldenRequantize, WrapsTheBiasAround) {
  GoldenFixture f(4, 4);
  f.setAccumulator(0, 0, INT32_MAX);
  f.setAccumulator(64, 0, 1);
  RequantizeInstruction q = halve(1, 1);
  q.has_bias = 1;
  f.step(q);
  EXPECT_EQ(asSigned(f.lanes(0))[0], -128);
}

TEST(GoldenRequantize, TurnsGroupsOfRowsAndZeroesTheLanesOfMissingRows) {
  GoldenFixture f(4, 3); // V = 4
  RequantizeInstruction q = halve(6, 2);
  q.transpose = 1, q.local_address = 10, q.local_stride_0 = 3, q.transpose_stride = 1;
  q.count_1 = 2, q.accumulator_stride_1 = 8, q.local_stride_1 = 50;
  for (uint64_t block = 0; block < 2; ++block)
    for (uint64_t row = 0; row < 6; ++row)
      for (uint64_t c = 0; c < 3; ++c)
        f.setAccumulator(8 * block + row, c, static_cast<int32_t>(40 * block + 6 * row + 2 * c));
  for (uint64_t word = 0; word < 100; ++word)
    std::memset(f.word(word), 0x55, 4);
  f.step(q);
  for (int c = 0; c < 3; ++c) {
    EXPECT_THAT(f.lanes(static_cast<uint64_t>(10 + c)), ElementsAre(c, 3 + c, 6 + c, 9 + c));
    EXPECT_THAT(f.lanes(static_cast<uint64_t>(13 + c)), ElementsAre(12 + c, 15 + c, 0, 0));
  }
  EXPECT_THAT(f.lanes(61), ElementsAre(21, 24, 27, 30));
  EXPECT_THAT(f.lanes(62), Each(0x55)); // the last block has 2 columns
}

class GoldenRequantizeWide : public testing::TestWithParam<std::pair<int64_t, int64_t>> {};

TEST_P(GoldenRequantizeWide, SpreadsInt32RowsOverWords) {
  GoldenFixture f(GetParam().first, GetParam().second);
  const auto C = static_cast<uint64_t>(f.parameters.array_columns);
  const auto V = static_cast<uint64_t>(f.parameters.vectorBytes());
  const uint64_t words = (4 * C + V - 1) / V;
  RequantizeInstruction q = halve(2, C - 1);
  q.output_type = 2, q.has_bias = 1, q.local_address = 3, q.local_stride_0 = static_cast<int64_t>(words) + 1;
  for (uint64_t c = 0; c < C; ++c) {
    f.setAccumulator(1, c, static_cast<int32_t>(0x01020304 * (c + 1)));
    f.setAccumulator(64, c, 1);
  }
  std::memset(f.word(0), 0x77, V * 40);
  f.step(q);
  std::vector<uint8_t> expected(words * V, 0);
  for (uint64_t c = 0; c + 1 < C; ++c)
    for (uint64_t byte = 0; byte < 4; ++byte)
      expected[4 * c + byte] = static_cast<uint8_t>((0x01020304 * (c + 1) + 1) >> (8 * byte));
  EXPECT_EQ(std::vector<uint8_t>(f.word(4 + words), f.word(4 + words) + words * V), expected);
  EXPECT_EQ(f.word(3 + words)[0], 0x77); // between the rows nothing is written
}

INSTANTIATE_TEST_SUITE_P(Shapes, GoldenRequantizeWide,
                         testing::Values(std::make_pair(4, 4), std::make_pair(3, 5), std::make_pair(7, 3)));

} // namespace
} // namespace lockstep
