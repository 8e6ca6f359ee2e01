// Does the timing model follow the manual's formulas?
#include "compiler/gemm/TimingModel.h"
#include "compiler/gemm/DramReads.h"

#include <gtest/gtest.h>

#include <limits>

namespace lockstep {
namespace {

constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max() / 2;

Parameters base() { return *loadParameters("base"); }

TEST(RequantizeCycles, AreRowsAndPipelineIfPlain) {
  RequantizeInstruction r;
  r.count_0 = 16;
  r.count_1 = 3;
  EXPECT_EQ(requantizeCycles(r, base()), 3 * 16 + 6u);
  r.has_bias = 1; // a parameter row for each block, fetched with the pipeline empty
  EXPECT_EQ(requantizeCycles(r, base()), 3 * (1 + 16) + 2 * 6 + 6u);
}

TEST(RequantizeCycles, AddADrainForEachTurnedGroup) {
  RequantizeInstruction r;
  r.count_0 = 20; // a group of 16 and one of 4
  r.count_1 = 1;
  r.transpose = 1;
  r.last_columns = 5;
  EXPECT_EQ(requantizeCycles(r, base()), (16 + 6 + 5) + (4 + 6 + 5u));
}

TEST(RequantizeCycles, OfInt32AreFourForEachRow) {
  RequantizeInstruction r;
  r.output_type = 2;
  r.count_0 = 10;
  r.count_1 = 1;
  EXPECT_EQ(requantizeCycles(r, base()), 4 * 10 + 6u);
}

TEST(RequantizeCycles, OfInt16AreTwoForEachRow) {
  RequantizeInstruction r;
  r.output_type = 3;
  r.count_0 = 10;
  r.count_1 = 1;
  EXPECT_EQ(requantizeCycles(r, base()), 2 * 10 + 6u);
  Parameters wide = base(); // a word of 32 bytes holds a row
  wide.array_rows = 32;
  EXPECT_EQ(requantizeCycles(r, wide), 10 + 6u);
}

TEST(MatrixSide, LoadsTheNextTileWhileOneStreams) {
  MatrixSide matrix(base());
  MatmulInstruction m;
  m.tile_count_0 = 4;
  m.tile_count_1 = m.tile_count_2 = m.tile_count_3 = m.stream_count_1 = 1;
  m.last_rows = m.last_columns = 16;
  m.stream_count_0 = 20;
  matrix.matmul(m, 100); // T = 101, s = 117, then 80 vectors without a gap
  EXPECT_EQ(matrix.natural_finish, 117 + 80 - 1 + 4 + 4 + 2u);
  MatrixSide loadBound(base());
  m.stream_count_0 = 1; // 16 cycles for each tile's load
  loadBound.matmul(m, 100);
  EXPECT_EQ(loadBound.natural_finish, 101 + 4 * 16 + 4 + 4 + 2u);
}

TEST(MatrixSide, HasTwoWeightBuffers) {
  MatrixSide matrix(base());
  MatmulInstruction m;
  m.tile_count_0 = m.tile_count_1 = m.tile_count_2 = m.tile_count_3 = m.stream_count_1 = 1;
  m.last_rows = m.last_columns = 16;
  m.stream_count_0 = 100;
  matrix.matmul(m, 100); // T = 101, s = 117, e = 216
  m.stream_count_0 = 1;
  matrix.matmul(m, 117); // T = 118, s = e = 217
  matrix.matmul(m, 134); // its buffer is free in 217: T = 217, s = e = 233
  EXPECT_EQ(matrix.natural_finish, 233 + 4 + 4 + 2u);
}

TEST(ReadSide, DeliversABeatInEachCycleAfterTheLatency) {
  ReadSide reads(base());
  LoadInstruction load;
  load.row_bytes = 256;
  load.chunk_bytes = 16;
  load.count_0 = load.count_1 = load.count_2 = 1;
  reads.load(load, 27); // requests 28 to 31, beats 48 to 63, pops 49 to 64
  EXPECT_EQ(reads.front_free, 32u);
  EXPECT_EQ(reads.done, 64u);
}

TEST(ReadSide, TakesACycleMoreWhereARowsLastBeatCompletesTwoWords) {
  ReadSide reads(base());
  LoadInstruction load;
  load.external_address = 8; // beats of 8 and 9 bytes: words of 16 and of 1
  load.row_bytes = 17;
  load.chunk_bytes = 16;
  load.count_0 = load.count_1 = load.count_2 = 1;
  reads.load(load, 27);
  EXPECT_EQ(reads.done, 28 + 20 + 1 + 2u);
}

TEST(DramReads, AreSlowerWithinABankGroup) {
  Parameters machine = base();
  machine.memory_model = MemoryModelKind::Dram;
  DramReads inOrder(machine), oneGroup(machine);
  uint64_t endInOrder = 0, endOneGroup = 0;
  for (uint64_t i = 0; i < 32; ++i) {
    endInOrder = inOrder.firstBeat(i, 64 * i, 64);
    endOneGroup = oneGroup.firstBeat(i, 256 * i, 64);
  }
  // 31 columns t_ccd_l = 6 ticks apart, or (but for the opening of four banks) t_ccd_s = 4 ticks.
  EXPECT_GT(endOneGroup, endInOrder + 31 * (6 - 4) * 1000 / 1200 / 2);
}

TEST(TimingModel, ExtrapolatesLongLoopsToTheCycle) {
  std::vector<Instruction> code;
  LoopInstruction loop;
  loop.count = 1000;
  code.push_back(loop);
  RequantizeInstruction r;
  r.count_0 = 100;
  r.count_1 = 1;
  r.last_columns = 16;
  code.push_back(r);
  code.push_back(EndInstruction{});
  code.push_back(HaltInstruction{});
  const uint64_t thousand = predictCycles(base(), code, kNoLimit);
  std::get<LoopInstruction>(code[0]).count = 3;
  const uint64_t three = predictCycles(base(), code, kNoLimit);
  EXPECT_EQ(thousand - three, 997 * (100 + 6 + 1u)); // start to finish, and the next one starts a cycle later
}

TEST(TimingModel, StopsBeyondTheLimit) {
  std::vector<Instruction> code(500, SetInstruction{});
  for (Instruction &instruction : code)
    std::get<SetInstruction>(instruction).destination_register = 9;
  code.push_back(HaltInstruction{});
  EXPECT_GT(predictCycles(base(), code, 100), 100u);
  EXPECT_LT(predictCycles(base(), code, 100), 200u); // and says so early
  EXPECT_GT(predictCycles(base(), code, kNoLimit), 1000u);
}

} // namespace
} // namespace lockstep
