// `reduce`, `table`, and the int16 result of `requantize`.
#include "tests/unit/golden/GoldenFixture.h"

#include <random>

namespace lockstep {
namespace {

using testing::Each;
using testing::ElementsAre;

std::vector<int32_t> result(GoldenFixture &f, uint64_t index) {
  std::vector<int32_t> lanes;
  for (int64_t c = 0; c < f.parameters.array_columns; ++c)
    lanes.push_back(f.accumulator(index, static_cast<uint64_t>(c)));
  return lanes;
}

ReduceInstruction reduceOf(uint64_t reduction, uint64_t memory, uint64_t type) {
  ReduceInstruction r;
  r.reduction = reduction, r.a_memory = memory, r.a_type = type;
  r.a_address = 10, r.output_address = 60;
  r.count_0 = r.count_1 = 1, r.last_columns = 4;
  r.a_stride_0 = 1, r.output_stride_1 = 1;
  return r;
}

TEST(GoldenReduce, SumsAllSlicesAndTheLastOneUpToItsColumns) {
  GoldenFixture f(4, 4);
  for (uint64_t i = 0; i < 8; ++i)
    for (uint64_t c = 0; c < 4; ++c)
      f.setAccumulator(10 + i, c, static_cast<int32_t>(1 << (4 * i + c)));
  ReduceInstruction r = reduceOf(0, 1, 2);
  r.count_0 = 3, r.count_1 = 2, r.a_stride_0 = 2, r.a_stride_1 = 1, r.output_stride_1 = -4;
  r.last_columns = 3;
  f.step(r);
  EXPECT_THAT(result(f, 60), Each(0x00070f0f));
  EXPECT_THAT(result(f, 56), Each(0x0070f0f0));
}

TEST(GoldenReduce, WrapsSumsAround) {
  GoldenFixture f(4, 4);
  f.setAccumulator(10, 0, INT32_MAX);
  f.setAccumulator(10, 1, INT32_MAX);
  f.setAccumulator(10, 2, 3);
  f.step(reduceOf(0, 1, 2));
  EXPECT_THAT(result(f, 60), Each(1));
}

TEST(GoldenReduce, FindsTheMaximumOfNegativeLanesToo) {
  GoldenFixture f(4, 4);
  for (uint64_t c = 0; c < 4; ++c)
    f.setAccumulator(10, c, INT32_MIN + static_cast<int32_t>(7 * (c % 3)));
  f.step(reduceOf(1, 1, 2));
  EXPECT_THAT(result(f, 60), Each(INT32_MIN + 14));
  ReduceInstruction one = reduceOf(1, 1, 2);
  one.last_columns = 1;
  f.step(one);
  EXPECT_THAT(result(f, 60), Each(INT32_MIN));
}

TEST(GoldenReduce, ReadsEveryType) {
  GoldenFixture f(4, 4);
  const uint8_t bytes[] = {0x01, 0xff, 0x80, 0x02, 0x03, 0xff, 0x7f, 0x80};
  std::memcpy(f.word(10), bytes, 8);
  f.step(reduceOf(0, 0, 0));
  EXPECT_THAT(result(f, 60), Each(1 - 1 - 128 + 2));
  f.step(reduceOf(0, 0, 1));
  EXPECT_THAT(result(f, 60), Each(1 + 255 + 128 + 2));
  f.step(reduceOf(1, 0, 3)); // 0xff01, 0x0280, 0xff03, 0x807f
  EXPECT_THAT(result(f, 60), Each(0x280));
  f.step(reduceOf(0, 0, 4)); // 256 h + l + 128
  EXPECT_THAT(result(f, 60), Each(256 * (1 - 1 - 128 + 2) + (3 - 1 + 127 - 128) + 4 * 128));
  f.step(reduceOf(1, 0, 2));
  EXPECT_THAT(result(f, 60), Each(0x0280ff01));
  f.setAccumulator(10, 2, 5);
  f.setAccumulator(11, 2, 128);
  f.step(reduceOf(1, 1, 5));
  EXPECT_THAT(result(f, 60), Each(6));
}

TEST(GoldenTable, TakesInt16EntriesFromPairsOfLanesAndSkipsAnOddLastOne) {
  GoldenFixture f(9, 3); // V = 9: four entries in a word
  std::mt19937 random(1);
  std::vector<int16_t> entries(kTableEntries);
  std::memset(f.word(0), 0x33, 256 * 9);
  for (size_t e = 0; e < entries.size(); ++e) {
    entries[e] = static_cast<int16_t>(random());
    std::memcpy(f.word(50 + e / 4) + 2 * (e % 4), &entries[e], 2);
  }
  TableInstruction t;
  t.table = 1, t.local_address = 50;
  f.step(t);
  const std::vector<int16_t> &tables = f.golden.onChip().tables;
  ASSERT_EQ(tables.size(), 2u * kTableEntries);
  EXPECT_EQ(std::vector<int16_t>(tables.begin() + kTableEntries, tables.end()), entries);
  EXPECT_THAT(std::vector<int16_t>(tables.begin(), tables.begin() + kTableEntries), Each(0));
}

TEST(GoldenTable, SignExtendsInt8EntriesAndKeepsTheOthers) {
  GoldenFixture f(9, 3);
  for (uint64_t e = 0; e < 256; ++e)
    f.word(e / 9)[e % 9] = static_cast<uint8_t>(5 * e + 7);
  std::fill(f.golden.onChip().tables.begin(), f.golden.onChip().tables.end(), int16_t{-999});
  TableInstruction t;
  t.table_type = 1;
  f.step(t);
  const std::vector<int16_t> &tables = f.golden.onChip().tables;
  for (size_t e = 0; e < tables.size(); ++e)
    ASSERT_EQ(tables[e], e < 256 ? static_cast<int8_t>(5 * e + 7) : -999) << e;
}

TEST(GoldenTable, TablesAreZeroAfterClear) {
  GoldenFixture f(4, 4);
  f.golden.onChip().tables[700] = 4;
  f.golden.clear();
  EXPECT_THAT(f.golden.onChip().tables, Each(0));
}

TEST(GoldenRequantizeInt16, RescalesSaturatesAndIgnoresZeroPointAndClamp) {
  GoldenFixture f(5, 4); // V = 5: a row has 2 words
  const int32_t values[] = {5, -5, 70001, -70001};
  for (uint64_t row = 0; row < 2; ++row)
    for (uint64_t c = 0; c < 4; ++c)
      f.setAccumulator(row, c, values[c]);
  std::memset(f.word(0), 0x55, 60);
  RequantizeInstruction q;
  q.output_type = 3, q.count_0 = 2, q.count_1 = 1, q.last_columns = 3;
  q.accumulator_stride_0 = 1, q.local_stride_0 = 3;
  q.multiplier = 1 << 30, q.shift = 31; // halves
  q.output_zero_point = 17, q.clamp_minimum = -9, q.clamp_maximum = 9;
  f.step(q);
  const std::vector<int> row = {3, 0, 0xfe, 0xff, 0xff, 0x7f, 0, 0, 0, 0};
  EXPECT_EQ(std::vector<int>(f.word(0), f.word(2)), row);
  EXPECT_THAT(f.lanes(2), Each(0x55));
  EXPECT_EQ(std::vector<int>(f.word(3), f.word(5)), row);
}

TEST(GoldenRequantizeInt16, TakesBiasAndScaleOfEachChannel) {
  GoldenFixture f(4, 4);
  RequantizeInstruction q;
  q.output_type = 3, q.count_0 = 6, q.count_1 = 1, q.last_columns = 4;
  q.accumulator_stride_0 = 1, q.local_stride_0 = 2, q.parameter_address = 64;
  q.has_bias = q.per_channel = q.channel_axis = 1, q.shift = 2;
  for (uint64_t row = 0; row < 6; ++row) {
    f.setAccumulator(row, 1, 1000);
    f.setAccumulator(64 + 3 * (row / 4), row % 4, static_cast<int32_t>(row)); // bias
    f.setAccumulator(65 + 3 * (row / 4), row % 4, 4);                         // multiplier
    f.setAccumulator(66 + 3 * (row / 4), row % 4, static_cast<int32_t>(row)); // shift
  }
  f.step(q);
  for (int row = 0; row < 6; ++row) {
    int16_t value;
    std::memcpy(&value, f.word(static_cast<uint64_t>(2 * row)) + 2, 2);
    const int exact = 4 * (1000 + row);
    EXPECT_EQ(value, row == 0 ? exact : (exact + (1 << row) / 2) >> row);
  }
}

} // namespace
} // namespace lockstep
