// Words of 5 bytes, 4 columns in two slices of 2 lanes.
#include "VectorDecode/VectorDecode.h"
#include "VerilatedBlock.h"
#include "hw/numbers/Numbers.h"

#include <gtest/gtest.h>

#include <random>

using namespace lockstep;

namespace {

constexpr unsigned kWordBits = 40, kColumns = 4, kLanes = 2;

/// The lanes of a slice one cycle later.
int32_t laneOf(VerilatedBlock<VectorDecode> &block, LaneType type, bool accumulator, unsigned column) {
  block->enable_i = 1;
  block->type_i = uint8_t(type);
  block->in_accumulator_i = accumulator;
  block->slice_i = uint8_t(column / kLanes);
  block->counts_i = 3;
  block.tick();
  return int32_t(bitsOf(block->lanes_o, 32 * (column % kLanes), 32));
}

TEST(VectorDecode, JoinsTheHalvesOfEveryInt16) {
  VerilatedBlock<VectorDecode> block;
  for (int32_t value = -32768; value < 32768; ++value) {
    const unsigned column = unsigned(value) % kColumns;
    setBits(block->row_i, 8 * column, 8, uint64_t(pairHigh(value)) & 0xff);
    setBits(block->row_i, kWordBits + 8 * column, 8, uint64_t(pairLow(value)) & 0xff);
    ASSERT_EQ(laneOf(block, LaneType::Pair, false, column), value);
  }
}

TEST(VectorDecode, JoinsSumsOfPairsAndWideOnes) {
  VerilatedBlock<VectorDecode> block;
  std::mt19937 random(2);
  const int32_t extremes[] = {INT32_MIN, INT32_MAX, INT32_MAX - 127, INT32_MAX - 128, -1, 0, 127, 128,
                              -128,      -129};
  for (unsigned i = 0; i < 20000; ++i) {
    const int32_t high = i % 3 ? int32_t(random()) : extremes[random() % 10];
    const int32_t low = i % 5 ? int32_t(random()) : extremes[random() % 10];
    const unsigned column = i % kColumns;
    setBits(block->row_i, 32 * column, 32, uint32_t(high));
    setBits(block->row_i, 32 * (kColumns + column), 32, uint32_t(low));
    ASSERT_EQ(laneOf(block, LaneType::Pair, true, column), pairValue(high, low)) << high << ", " << low;
    ASSERT_EQ(laneOf(block, LaneType::Wide, true, column), wideValue(high, low)) << high << ", " << low;
  }
}

TEST(VectorDecode, ReadsBytesHalvesAndWordsWithTheirSigns) {
  VerilatedBlock<VectorDecode> block;
  std::mt19937 random(4);
  for (unsigned i = 0; i < 2000; ++i) {
    for (unsigned bit = 0; bit < 128; bit += 32)
      setBits(block->row_i, bit, 32, random());
    for (unsigned c = 0; c < kColumns; ++c) {
      ASSERT_EQ(laneOf(block, LaneType::Int8, false, c), int8_t(bitsOf(block->row_i, 8 * c, 8)));
      ASSERT_EQ(laneOf(block, LaneType::Uint8, false, c), uint8_t(bitsOf(block->row_i, 8 * c, 8)));
      ASSERT_EQ(laneOf(block, LaneType::Int16, false, c), int16_t(bitsOf(block->row_i, 16 * c, 16)));
      ASSERT_EQ(laneOf(block, LaneType::Int32, false, c), int32_t(bitsOf(block->row_i, 32 * c, 32)));
      ASSERT_EQ(laneOf(block, LaneType::Int32, true, c), int32_t(bitsOf(block->row_i, 32 * c, 32)));
    }
  }
}

TEST(VectorDecode, PutsTheNeutralValueWhereALaneDoesNotCountAndRestsWithoutEnable) {
  VerilatedBlock<VectorDecode> block;
  setBits(block->row_i, 0, 64, 0x0000000700000009);
  EXPECT_EQ(laneOf(block, LaneType::Int32, true, 0), 9);
  block->counts_i = 2;
  block->neutral_i = 0x80000000;
  block.tick();
  EXPECT_EQ(bitsOf(block->lanes_o, 0, 64), 0x0000000780000000u);
  block->enable_i = 0;
  block->counts_i = 3;
  block.tick();
  EXPECT_EQ(bitsOf(block->lanes_o, 0, 64), 0x0000000780000000u);
  block->immediate_i = 0xfffffffe;
  EXPECT_EQ(laneOf(block, LaneType::Immediate, false, 3), -2);
}

} // namespace
