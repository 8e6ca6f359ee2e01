// A tree over 5 lanes: 3 levels.
#include "VectorReduce5/VectorReduce5.h"
#include "VerilatedBlock.h"
#include "hw/numbers/Numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace lockstep;

namespace {

constexpr unsigned kLanes = 5, kLevels = 3;

/// Slices in neighbouring cycles; the total counts the last one Levels + 1 cycles after it, not before.
void checkRows(bool maximum) {
  VerilatedBlock<VectorReduce5> tree;
  tree.reset();
  tree->maximum_i = maximum;
  std::mt19937 random(maximum ? 1 : 2);
  for (unsigned row = 0; row < 500; ++row) {
    tree->clear_i = 1;
    tree->valid_i = 0;
    tree.tick();
    tree->clear_i = 0;
    int32_t expected = maximum ? INT32_MIN : 0, before = expected;
    for (unsigned slice = 0; slice < 1 + row % 7; ++slice) {
      before = expected;
      for (unsigned l = 0; l < kLanes; ++l) {
        const int32_t value = int32_t(random()) >> random() % 31;
        setBits(tree->values_i, 32 * l, 32, uint32_t(value));
        expected = maximum ? std::max(expected, value) : wrapAdd32(expected, value);
      }
      tree->valid_i = 1;
      tree.tick();
    }
    tree->valid_i = 0;
    for (unsigned level = 0; level < kLevels; ++level) {
      tree.settle();
      if (level + 1 == kLevels)
        ASSERT_EQ(int32_t(tree->total_o), before) << "a cycle early";
      tree.tick();
    }
    tree.settle();
    ASSERT_EQ(int32_t(tree->total_o), expected) << "row " << row;
  }
}

TEST(VectorReduce, SumsWithWrapAroundAtThePromisedCycle) { checkRows(false); }
TEST(VectorReduce, FindsTheMaximumAtThePromisedCycle) { checkRows(true); }

} // namespace
