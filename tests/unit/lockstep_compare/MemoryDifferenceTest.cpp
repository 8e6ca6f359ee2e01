#include "sim/lockstep/MemoryDifference.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

const SideNames kNames{"rtl", "golden"};

Program programWithOutput() {
  Program program;
  program.program_address = 0x800;
  program.regions = {{"code", 0x800, 64, RegionKind::Program},
                     {"a", 0x1000, 128, RegionKind::Input},
                     {"c", 0x2000, 5000, RegionKind::Output}};
  program.symbols = {{"product", 0x2000, "int8", {40, 90}}, {"sums", 0x2000 + 3600, "int32", {2, 3, 5}}};
  return program;
}

TEST(MemoryDifference, IsNoneBetweenACopyAndItsOriginal) {
  Program program = programWithOutput();
  auto memory = buildMemory(program);
  memory->find(0x2000, 1)[77] = 5;
  auto copy = copyMemory(*memory);
  ASSERT_TRUE(bool(copy));
  EXPECT_FALSE(compareMemories(program, *memory, *copy, kNames));
  EXPECT_EQ(copy->find(0x2000, 5000)[77], 5);
}

TEST(MemoryDifference, NamesRegionRowAndColumnOfTheFirstByte) {
  Program program = programWithOutput();
  auto a = buildMemory(program), b = buildMemory(program);
  a->find(0x2000, 5000)[0x113] = 17; // 3 * 90 + 5
  b->find(0x2000, 5000)[0x113] = 18;
  b->find(0x2000, 5000)[0x114] = 18;
  EXPECT_EQ(compareMemories(program, *a, *b, kNames)->sentence,
            "byte 0x113 of region c (row 3, column 5 of product) is 17 in rtl, 18 in golden");
}

TEST(MemoryDifference, NamesAllIndicesOfOtherShapes) {
  Program program = programWithOutput();
  auto a = buildMemory(program), b = buildMemory(program);
  b->find(0x2000, 5000)[3600 + 4 * (1 * 15 + 2 * 5 + 4) + 1] = 1;
  EXPECT_EQ(compareMemories(program, *a, *b, kNames)->sentence,
            "byte 0xe85 of region c (element [1, 2, 4] of sums) is 0 in rtl, 1 in golden");
}

TEST(MemoryDifference, FindsTheVeryLastByte) {
  Program program = programWithOutput();
  auto a = buildMemory(program), b = buildMemory(program);
  a->find(0x2000, 5000)[4999] = 1;
  EXPECT_EQ(compareMemories(program, *a, *b, kNames)->sentence,
            "byte 0x1387 of region c is 1 in rtl, 0 in golden");
}

TEST(MemoryDifference, LeavesInputsOut) {
  Program program = programWithOutput();
  auto a = buildMemory(program), b = buildMemory(program);
  a->find(0x1000, 128)[3] = 1;
  EXPECT_FALSE(compareMemories(program, *a, *b, kNames));
}

TEST(MemoryDifference, NamesTheScratchpadLane) {
  Parameters parameters;
  OnChipState a{std::vector<uint8_t>(64), std::vector<uint8_t>(128), {}}, b = a;
  a.scratchpad[35] = 0xff;
  EXPECT_EQ(compareOnChip(parameters, a, b, kNames)->sentence,
            "lane 3 of scratchpad word 2 is -1 in rtl, 0 in golden");
}

TEST(MemoryDifference, NamesTheAccumulatorLaneWithItsWholeValue) {
  Parameters parameters;
  OnChipState a{std::vector<uint8_t>(64), std::vector<uint8_t>(128), {}}, b = a;
  b.accumulator[64 + 9] = 1;
  EXPECT_EQ(compareOnChip(parameters, a, b, kNames)->sentence,
            "lane 2 of accumulator word 1 is 0 in rtl, 256 in golden");
}

TEST(MemoryDifference, NamesTheEntryOfATable) {
  Parameters parameters;
  OnChipState a{std::vector<uint8_t>(64), std::vector<uint8_t>(128), std::vector<int16_t>(2 * kTableEntries)},
      b = a;
  EXPECT_FALSE(compareOnChip(parameters, a, b, kNames));
  a.tables[kTableEntries + 512] = -7;
  EXPECT_EQ(compareOnChip(parameters, a, b, kNames)->sentence,
            "entry 512 of table 1 is -7 in rtl, 0 in golden");
}

TEST(MemoryDifference, NoticesAnEngineThatLeavesItsTablesOut) {
  Parameters parameters;
  OnChipState a{std::vector<uint8_t>(64), std::vector<uint8_t>(128), {}}, b = a;
  b.tables.resize(2 * kTableEntries);
  EXPECT_EQ(compareOnChip(parameters, a, b, kNames)->sentence,
            "the number of table entries is 0 in rtl, 1026 in golden");
}

TEST(MemoryDifference, ComparesNothingOnChipInATimingOnlyRun) {
  Parameters parameters;
  OnChipState a{std::vector<uint8_t>(64, 1), std::vector<uint8_t>(128), std::vector<int16_t>(1026)};
  EXPECT_FALSE(compareOnChip(parameters, a, OnChipState(), kNames));
}

} // namespace
