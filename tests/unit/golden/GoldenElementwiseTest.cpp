#include "tests/unit/golden/GoldenFixture.h"

#include "hw/numbers/Numbers.h"

namespace lockstep {
namespace {

using testing::ElementsAre;

constexpr uint64_t kInt8 = 0, kUint8 = 1, kInt32 = 2, kInt16 = 3, kPair = 4, kWide = 5, kImmediate = 7;

/// a + 0 as it is: `rows` rows from word 10 of the scratchpad to word 40 of the accumulator.
ElementwiseInstruction copy(uint64_t type, uint64_t rows = 1) {
  ElementwiseInstruction e;
  e.a_type = type, e.b_type = kImmediate, e.output_type = kInt32;
  e.a_address = 10, e.output_address = 40, e.output_memory = 1;
  e.multiplier = 1, e.clamp_minimum = INT32_MIN, e.clamp_maximum = INT32_MAX;
  e.count_0 = rows, e.count_1 = e.count_2 = 1;
  e.a_stride_0 = e.b_stride_0 = e.output_stride_0 = 1;
  return e;
}

std::vector<int32_t> accumulatorWord(GoldenFixture &f, uint64_t index) {
  std::vector<int32_t> lanes;
  for (int64_t c = 0; c < f.parameters.array_columns; ++c)
    lanes.push_back(f.accumulator(index, static_cast<uint64_t>(c)));
  return lanes;
}

TEST(GoldenElementwise, ReadsBytesSignedOrNot) {
  GoldenFixture f(4, 3);
  const uint8_t bytes[] = {0x80, 0xff, 0x7f, 0x55};
  std::memcpy(f.word(10), bytes, 4);
  f.step(copy(kInt8));
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(-128, -1, 127));
  f.step(copy(kUint8));
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(128, 255, 127));
}

TEST(GoldenElementwise, ReadsInt16AndInt32LittleEndianOverSeveralWords) {
  GoldenFixture f(2, 3); // V = 3: an int16 row has 2 words, an int32 row 4
  const uint8_t bytes[] = {0x34, 0x12, 0x00, 0x80, 0xff, 0xff, 0x78, 0x56, 0x00, 0x00, 0x00, 0x80};
  std::memcpy(f.word(10), bytes, 12);
  f.step(copy(kInt16));
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(0x1234, INT16_MIN, -1));
  f.step(copy(kInt32));
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(static_cast<int32_t>(0x80001234), 0x5678ffff, INT32_MIN));
}

TEST(GoldenElementwise, ReadsAPairOfTheScratchpadAsInt16) {
  GoldenFixture f(4, 3);
  const uint8_t high[] = {0x80, 0x7f, 0xff, 9}, low[] = {0x80, 0x7f, 0x7f, 9};
  std::memcpy(f.word(10), high, 4);
  std::memcpy(f.word(11), low, 4);
  f.step(copy(kPair));
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(-32768, 32767, -1));
}

TEST(GoldenElementwise, ReadsPairsAndWideSumsOfTheAccumulator) {
  GoldenFixture f(4, 4);
  const int32_t high[] = {3, -1, INT32_MAX, 0}, low[] = {127, 128, INT32_MAX, INT32_MIN};
  for (uint64_t c = 0; c < 4; ++c) {
    f.setAccumulator(10, c, high[c]);
    f.setAccumulator(11, c, low[c]);
  }
  ElementwiseInstruction pair = copy(kPair), wide = copy(kWide);
  pair.a_memory = wide.a_memory = 1;
  f.step(pair);
  EXPECT_THAT(accumulatorWord(f, 40),
              ElementsAre(768 + 255, -256 + 256, wrap32(uint64_t{INT32_MAX} * 257 + 128), INT32_MIN + 128));
  f.step(wide);
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(3, 0, wrap32(uint64_t{INT32_MAX} + 0x800000), -0x800000));
}

/// Values -1, 300, -32768 of the accumulator as rows of `type`, the bytes of the scratchpad from word 20 on.
std::vector<int> written(uint64_t type, uint64_t words, int32_t low, int32_t high) {
  GoldenFixture f(5, 3); // V = 5
  const int32_t values[] = {-1, 300, -32768};
  for (uint64_t c = 0; c < 3; ++c)
    f.setAccumulator(10, c, values[c]);
  std::memset(f.word(20), 0x55, 20);
  ElementwiseInstruction e = copy(kInt32);
  e.a_memory = 1, e.output_memory = 0, e.output_type = type, e.output_address = 20;
  e.clamp_minimum = low, e.clamp_maximum = high;
  f.step(e);
  EXPECT_EQ(f.word(20 + words)[0], 0x55);
  return {f.word(20), f.word(20) + 5 * words};
}

TEST(GoldenElementwise, WritesEachTypeWithZerosBeyondTheColumns) {
  EXPECT_THAT(written(kInt8, 1, -128, 127), ElementsAre(0xff, 127, 0x80, 0, 0));
  EXPECT_THAT(written(kUint8, 1, 0, 255), ElementsAre(0, 255, 0, 0, 0));
  EXPECT_THAT(written(kInt16, 2, -32768, 299), ElementsAre(0xff, 0xff, 0x2b, 0x01, 0x00, 0x80, 0, 0, 0, 0));
  EXPECT_THAT(written(kPair, 2, -32768, 32767),
              ElementsAre(0xff, 0x01, 0x80, 0, 0, 0x7f, 0x2c - 0x80 + 0x100, 0x80, 0, 0));
  EXPECT_THAT(written(kInt32, 3, -32768, 300),
              ElementsAre(0xff, 0xff, 0xff, 0xff, 0x2c, 0x01, 0, 0, 0x00, 0x80, 0xff, 0xff, 0, 0, 0));
}

TEST(GoldenElementwise, APairThatWasWrittenIsReadAsTheSameValue) {
  GoldenFixture f(4, 4);
  for (int first = -32768; first < 32768; first += 4) {
    for (int c = 0; c < 4; ++c)
      f.setAccumulator(10, static_cast<uint64_t>(c), first + c);
    ElementwiseInstruction split = copy(kInt32);
    split.a_memory = 1, split.output_memory = 0, split.output_type = kPair, split.output_address = 20;
    split.clamp_minimum = -32768, split.clamp_maximum = 32767;
    f.step(split);
    ElementwiseInstruction join = copy(kPair);
    join.a_address = 20;
    f.step(join);
    ASSERT_THAT(accumulatorWord(f, 40), ElementsAre(first, first + 1, first + 2, first + 3));
  }
}

int32_t combined(uint64_t operation, int32_t a, int32_t b, uint64_t shift = 0) {
  GoldenFixture f(4, 4);
  f.setAccumulator(10, 3, a);
  f.setAccumulator(11, 3, b);
  ElementwiseInstruction e = copy(kInt32);
  e.a_memory = e.b_memory = 1, e.b_type = kInt32, e.b_address = 11;
  e.operation = operation, e.multiplier = operation == 2 ? 0 : 1, e.shift = shift;
  f.step(e);
  return f.accumulator(40, 3);
}

TEST(GoldenElementwise, CombinesTwoRowsByEachOperation) {
  EXPECT_EQ(combined(0, INT32_MAX, 1), INT32_MIN);
  EXPECT_EQ(combined(1, INT32_MIN, 1), INT32_MAX);
  EXPECT_EQ(combined(1, 5, 8), -3);
  EXPECT_EQ(combined(2, -5, 8), -40);
  EXPECT_EQ(combined(2, INT32_MIN, INT32_MIN, 62), 1);
  EXPECT_EQ(combined(2, -3, 1, 1), -1); // -1.5, half up
  EXPECT_EQ(combined(3, -5, 8), -5);
  EXPECT_EQ(combined(4, -5, 8), 8);
}

TEST(GoldenElementwise, ScalesAndMovesBeforeItClamps) {
  GoldenFixture f(4, 4);
  const int32_t values[] = {5, -5, 1000, -1000};
  for (uint64_t c = 0; c < 4; ++c)
    f.setAccumulator(10, c, values[c]);
  ElementwiseInstruction e = copy(kInt32);
  e.a_memory = 1, e.immediate = -1;
  e.multiplier = 3, e.shift = 1, e.output_zero_point = -256, e.clamp_minimum = -1000, e.clamp_maximum = 1000;
  f.step(e);
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(6 - 256, -9 - 256, 1000, -1000)); // 1498.5 - 256, ...
}

TEST(GoldenElementwise, WalksThreeLevelsWithStridesOfEitherSignForEachSide) {
  GoldenFixture f(2, 2);
  for (uint64_t word = 0; word < 64; ++word)
    f.word(word)[0] = static_cast<uint8_t>(word), f.word(word)[1] = static_cast<uint8_t>(word + 100);
  ElementwiseInstruction e = copy(kInt8);
  e.b_type = kUint8, e.b_address = 60, e.output_address = 90, e.a_address = 30;
  e.count_0 = 2, e.count_1 = 3, e.count_2 = 2;
  e.a_stride_0 = 0, e.a_stride_1 = -2, e.a_stride_2 = 9;
  e.b_stride_0 = -3, e.b_stride_1 = 1, e.b_stride_2 = -20;
  e.output_stride_0 = -1, e.output_stride_1 = 5, e.output_stride_2 = -50;
  f.step(e);
  for (int i2 = 0; i2 < 2; ++i2)
    for (int i1 = 0; i1 < 3; ++i1)
      for (int i0 = 0; i0 < 2; ++i0) {
        const int a = 30 - 2 * i1 + 9 * i2, b = 60 - 3 * i0 + i1 - 20 * i2;
        const auto target = static_cast<uint64_t>(90 - i0 + 5 * i1 - 50 * i2);
        const int second = (a + 100 < 128 ? a + 100 : a + 100 - 256) + b + 100;
        EXPECT_THAT(accumulatorWord(f, target), ElementsAre(a + b, second)) << i2 << i1 << i0;
      }
}

TEST(GoldenElementwise, AppliesTheFunctionToTheClampedValue) {
  GoldenFixture f(4, 4);
  for (int i = 0; i < kTableEntries; ++i)
    f.golden.onChip().tables[static_cast<size_t>(kTableEntries + i)] = static_cast<int16_t>(10 * i - 2000);
  const int32_t values[] = {-100000, -1, 64, 100000};
  for (uint64_t c = 0; c < 4; ++c)
    f.setAccumulator(10, c, values[c]);
  ElementwiseInstruction e = copy(kInt32);
  e.a_memory = 1, e.function = 1, e.table = 1, e.clamp_minimum = -256, e.clamp_maximum = 32767;
  f.step(e);
  // Entry 256 stands for 0 and is 560; the last lane is one part of 128 below entry 512.
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(540, 560, 565, 3120));
  e.table = 0; // never written
  f.step(e);
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(0, 0, 0, 0));
}

TEST(GoldenElementwise, LooksUpBytesByTheLowHalfOfTheEntries) {
  GoldenFixture f(4, 4);
  for (int i = 0; i < 256; ++i)
    f.golden.onChip().tables[static_cast<size_t>(i)] = static_cast<int16_t>(3 * i + 0x500);
  const int32_t values[] = {-128, 0, 50, 9999};
  for (uint64_t c = 0; c < 4; ++c)
    f.setAccumulator(10, c, values[c]);
  ElementwiseInstruction e = copy(kInt32);
  e.a_memory = 1, e.function = 2, e.clamp_minimum = -128, e.clamp_maximum = 127;
  f.step(e);
  auto low = [](int entry) { return int32_t{static_cast<int8_t>(3 * entry)}; };
  EXPECT_THAT(accumulatorWord(f, 40), ElementsAre(low(0), low(128), low(178), low(255)));
}

} // namespace
} // namespace lockstep
