// Do blocks add up, and are they as equal as promised?
#include "compiler/gemm/Splits.h"

#include <gtest/gtest.h>

namespace lockstep {

static bool operator==(const BlockRun &a, const BlockRun &b) {
  return a.size == b.size && a.count == b.count;
}

namespace {

int64_t sumOf(const BlockSplit &split) {
  int64_t sum = 0;
  for (const BlockRun &run : split)
    sum += run.size * run.count;
  return sum;
}

TEST(EvenSplit, Makes41BlocksOf125Or124OutOf5124) {
  EXPECT_EQ(evenSplit(5124, 1, 41), (BlockSplit{{125, 40}, {124, 1}}));
}

TEST(EvenSplit, PutsTheRaggedUnitIntoTheLastBlock) {
  EXPECT_EQ(evenSplit(700, 16, 3), (BlockSplit{{240, 2}, {220, 1}}));
  EXPECT_EQ(evenSplit(35, 16, 3), (BlockSplit{{16, 2}, {3, 1}}));
}

TEST(EvenSplit, AddsUpForAllSmallNumbers) {
  for (int64_t total = 1; total <= 60; ++total)
    for (int64_t unit : {1, 3, 16})
      for (int64_t blocks = 1; blocks <= 20; ++blocks) {
        const BlockSplit split = evenSplit(total, unit, blocks);
        ASSERT_EQ(sumOf(split), total) << total << " " << unit << " " << blocks;
        ASSERT_LE(blockCount(split), blocks);
        for (size_t i = 0; i + 1 < split.size(); ++i)
          ASSERT_EQ(split[i].size % unit, 0);
      }
}

TEST(UniformSplit, LeavesTheRestToTheLastBlock) {
  EXPECT_EQ(uniformSplit(100, 32), (BlockSplit{{32, 3}, {4, 1}}));
  EXPECT_EQ(uniformSplit(64, 32), (BlockSplit{{32, 2}}));
  EXPECT_EQ(uniformSplit(5, 32), (BlockSplit{{5, 1}}));
}

TEST(TaperedSplit, HalvesTheLastBlockInWholeUnits) {
  EXPECT_EQ(taperedSplit({{128, 2}}, 16, 3), (BlockSplit{{128, 1}, {64, 1}, {32, 2}}));
  EXPECT_EQ(taperedSplit({{16, 3}}, 16, 4), (BlockSplit{{16, 3}}));
}

TEST(RisingSplit, HalvesTheFirstBlockInWholeUnits) {
  EXPECT_EQ(risingSplit({{128, 2}}, 16, 3), (BlockSplit{{32, 2}, {64, 1}, {128, 1}}));
}

TEST(RisingSplit, KeepsWhatIsRaggedInTheLastPart) {
  EXPECT_EQ(risingSplit({{100, 1}}, 16, 3), (BlockSplit{{16, 1}, {32, 1}, {52, 1}}));
}

TEST(TrialSizes, IncludeOneTileAndAllThatFits) {
  EXPECT_EQ(trialSizes(1, 100), (std::vector<int64_t>{1}));
  const std::vector<int64_t> sizes = trialSizes(321, 64);
  EXPECT_EQ(sizes.front(), 1);
  EXPECT_EQ(sizes.back(), 54); // 6 blocks
}

} // namespace
} // namespace lockstep
