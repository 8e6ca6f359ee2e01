#include "VectorFunction/VectorFunction.h"
#include "VerilatedBlock.h"
#include "hw/numbers/Numbers.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

using namespace lockstep;

namespace {

constexpr unsigned kTables = 3;

/// [3][513] int16: the first 256 of every second table may be read as int8 too.
std::vector<int16_t> randomTables(bool int8) {
  std::mt19937 random(int8 ? 3 : 5);
  std::vector<int16_t> entries(kTables * 513);
  for (int16_t &entry : entries)
    entry = int8           ? int16_t(int8_t(random()))
            : random() % 4 ? int16_t(random())
                           : int16_t(random() % 2 ? -32768 : 32767);
  return entries;
}

void load(VerilatedBlock<VectorFunction> &block, const std::vector<int16_t> &entries) {
  block->valid_i = 0;
  block->write_i = 1;
  for (unsigned i = 0; i < entries.size(); ++i) {
    block->write_table_i = uint8_t(i / 513);
    block->write_entry_i = uint16_t(i % 513);
    block->write_data_i = uint16_t(entries[i]);
    block.tick();
  }
  block->write_i = 0;
}

/// Values enter one in each cycle; the result of one is there two cycles later.
class Stream {
public:
  Stream(VerilatedBlock<VectorFunction> &block, LaneFunction function, unsigned table) : block(block) {
    block->function_i = uint8_t(function);
    block->table_i = uint8_t(table);
    block->valid_i = 7;
  }
  /// Puts `value` in; gives the result of the value before the last one.
  int32_t step(int32_t value) {
    block->value_i = uint32_t(value);
    block.settle();
    const int32_t result = int32_t(block->result_o);
    block.tick();
    return result;
  }

private:
  VerilatedBlock<VectorFunction> &block;
};

void checkAll(LaneFunction function, int32_t low, int32_t high) {
  VerilatedBlock<VectorFunction> block;
  const std::vector<int16_t> entries = randomTables(function == LaneFunction::Table8);
  load(block, entries);
  for (unsigned table = 0; table < kTables; ++table) {
    Stream stream(block, function, table);
    for (int32_t value = low; value <= high + 2; ++value) {
      const int32_t result = stream.step(std::min(value, high));
      if (value - 2 >= low)
        ASSERT_EQ(result, applyFunction(value - 2, function, &entries[table * 513]))
            << "table " << table << " of " << value - 2;
    }
  }
}

TEST(VectorFunction, InterpolatesEveryInt16InEveryTable) { checkAll(LaneFunction::Table16, -32768, 32767); }

TEST(VectorFunction, LooksUpEveryInt8InEveryTable) { checkAll(LaneFunction::Table8, -128, 127); }

TEST(VectorFunction, PassesValuesWithoutAFunction) {
  VerilatedBlock<VectorFunction> block;
  Stream stream(block, LaneFunction::None, 0);
  const int32_t values[] = {INT32_MIN, -1, 0, 1, 0x12345678, INT32_MAX, 0, 0};
  for (unsigned i = 0; i < 8; ++i) {
    const int32_t result = stream.step(values[i]);
    if (i >= 2)
      EXPECT_EQ(result, values[i - 2]);
  }
}

} // namespace
