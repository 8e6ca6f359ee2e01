#include "sim/memory/DramMemory.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

// Address steps of the default organisation: 64-byte accesses, 4 groups, 128 columns of a row, 4 banks in a
// group.
constexpr uint64_t kNextGroup = 64, kNextColumn = 256, kNextBank = 32768, kNextRow = 131072;

/// Ticks are cycles, and the controller costs nothing: every number below is in ticks.
Parameters plainDram() {
  Parameters parameters;
  parameters.memory_model = MemoryModelKind::Dram;
  parameters.dram_clock_mhz = parameters.clock_core_mhz;
  parameters.dram_controller_cycles = 0;
  return parameters;
}

/// Cycle in which a read of one beat arrives.
uint64_t readAt(DramMemory &memory, uint64_t cycle, uint64_t address) {
  return memory.read(cycle, address, 16, 1).first_beat;
}

TEST(DramMemory, OpensAClosedRowBeforeItReads) {
  DramMemory memory(plainDram());
  EXPECT_EQ(readAt(memory, 10, 0), 10u + 17 + 17 + 4); // activate, column, data
}

TEST(DramMemory, ReadsAnOpenRowAtOnce) {
  DramMemory memory(plainDram());
  readAt(memory, 10, 0);
  EXPECT_EQ(readAt(memory, 100, kNextColumn), 100u + 17 + 4);
}

TEST(DramMemory, PrechargesBeforeItOpensAnotherRowOfABank) {
  DramMemory memory(plainDram());
  readAt(memory, 10, 0);
  EXPECT_EQ(readAt(memory, 100, kNextRow), 100u + 17 + 17 + 17 + 4);
}

TEST(DramMemory, KeepsARowOpenForAsLongAsTRasAsks) {
  DramMemory memory(plainDram());
  readAt(memory, 10, 0); // activate in 10, column in 27: t_rtp would allow 36, t_ras allows 49
  EXPECT_EQ(readAt(memory, 11, kNextRow), 49u + 17 + 17 + 17 + 4);
}

TEST(DramMemory, PrechargesNoSoonerThanTRtpAfterARead) {
  DramMemory memory(plainDram());
  readAt(memory, 10, 0);
  readAt(memory, 60, 0); // column in 60
  EXPECT_EQ(readAt(memory, 61, kNextRow), 69u + 17 + 17 + 17 + 4);
}

TEST(DramMemory, PrechargesNoSoonerThanTWrAfterWriteData) {
  DramMemory memory(plainDram());
  EXPECT_EQ(memory.write(10, 0, 64, 1), 10u + 17 + 12 + 4); // data ends in 43
  EXPECT_EQ(readAt(memory, 11, kNextRow), 43u + 18 + 17 + 17 + 17 + 4);
}

TEST(DramMemory, SpacesColumnsOfOneGroupByTCcdLong) {
  DramMemory memory(plainDram());
  EXPECT_EQ(readAt(memory, 10, 0), 48u);
  EXPECT_EQ(readAt(memory, 10, kNextColumn), 54u);
}

TEST(DramMemory, SpacesColumnsOfTwoGroupsByTCcdShort) {
  DramMemory memory(plainDram());
  readAt(memory, 10, 0);
  readAt(memory, 10, kNextGroup);
  EXPECT_EQ(readAt(memory, 100, 0), 121u);
  EXPECT_EQ(readAt(memory, 100, kNextGroup), 125u);
}

TEST(DramMemory, SpacesActivatesByTRrd) {
  Parameters parameters = plainDram();
  parameters.dram_t_rrd = 30;
  DramMemory memory(parameters);
  EXPECT_EQ(readAt(memory, 10, 0), 48u);
  EXPECT_EQ(readAt(memory, 10, kNextBank), 78u);
  EXPECT_EQ(readAt(memory, 10, kNextGroup), 108u);
}

TEST(DramMemory, WaitsForTheDataBusOfAWriteBeforeItReads) {
  DramMemory memory(plainDram());
  readAt(memory, 10, 0);
  EXPECT_EQ(memory.write(100, 0, 64, 1), 116u);
  EXPECT_EQ(readAt(memory, 101, 0), 116u + 9 + 17 + 4); // t_wtr after the end of write data
}

TEST(DramMemory, StartsWriteDataOnlyWhenReadDataHasLeftTheBus) {
  DramMemory memory(plainDram());
  readAt(memory, 10, 0);
  readAt(memory, 100, 0);                       // data in 117 to 121
  EXPECT_EQ(memory.write(101, 0, 64, 1), 125u); // command in 109, though t_ccd_l allows 106
}

TEST(DramMemory, IsBusyDuringARefreshAndFindsRowsClosedAfterIt) {
  Parameters parameters = plainDram();
  DramMemory memory(parameters);
  readAt(memory, 9000, 0);
  EXPECT_EQ(readAt(memory, 9359, 0), 9359u + 21); // the last tick before the refresh
  EXPECT_EQ(readAt(memory, 9360, 0), 9780u + 17 + 17 + 4);
  EXPECT_EQ(readAt(memory, 9800, 0), 9803u + 21); // open again; t_ccd_l after the column command in 9797
}

TEST(DramMemory, OpensARowAgainWhenARefreshFallsBetweenActivateAndColumn) {
  DramMemory memory(plainDram());
  EXPECT_EQ(readAt(memory, 9350, 0), 9780u + 17 + 17 + 4); // activate in 9350, column would be in 9367
}

TEST(DramMemory, LeavesOutThePrechargeWhenARefreshHasClosedTheRow) {
  DramMemory memory(plainDram());
  readAt(memory, 9000, 0);
  EXPECT_EQ(readAt(memory, 9365, kNextRow), 9780u + 17 + 17 + 4);
}

TEST(DramMemory, DoesNotRefreshWithoutTRfc) {
  Parameters parameters = plainDram();
  parameters.dram_t_rfc = 0;
  DramMemory memory(parameters);
  readAt(memory, 9350, 0);
  EXPECT_EQ(readAt(memory, 93600, 0), 93621u);
}

TEST(DramMemory, RoundsUpBetweenTheTwoClocks) {
  Parameters parameters = plainDram();
  parameters.dram_clock_mhz = 1200;
  parameters.dram_controller_cycles = 20;
  DramMemory memory(parameters);
  // Cycle 21 is tick ceil(25.2) = 26; data ends in tick 26 + 38 = 64, which is cycle ceil(53.3) = 54; and
  // back.
  EXPECT_EQ(readAt(memory, 1, 0), 74u);
  EXPECT_EQ(readAt(memory, 100, 0), 158u); // tick 144, data ends in 165: cycle 138
}

TEST(DramMemory, ReadsEveryAccessThatTheBeatsOfABurstTouch) {
  DramMemory memory(plainDram());
  readAt(memory, 10, 0);
  readAt(memory, 10, kNextGroup);
  EXPECT_EQ(memory.read(100, 32, 64, 4).first_beat, 125u);
  EXPECT_EQ(memory.read(200, 0, 64, 4).first_beat, 221u);
  EXPECT_EQ(memory.read(300, 9, 50, 4).first_beat, 321u);
}

TEST(DramMemory, TouchesAllBytesOfABeatThatIsWiderThanAnAccess) {
  Parameters parameters = plainDram();
  parameters.memory_read_bytes_per_cycle = 128;
  parameters.memory_burst_bytes = 128;
  DramMemory memory(parameters);
  readAt(memory, 10, 0);
  readAt(memory, 10, kNextGroup);
  EXPECT_EQ(memory.read(100, 100, 1, 1).first_beat, 125u);
}

TEST(DramMemory, DeliversOneBeatInEachCycleInOrder) {
  DramMemory memory(plainDram());
  BurstTiming first = memory.read(10, 0, 256, 16);
  EXPECT_EQ(first.first_beat, 48u + 3 * 4);
  EXPECT_EQ(first.last_beat, first.first_beat + 15);
  EXPECT_EQ(memory.read(10, 512, 256, 16).first_beat, first.last_beat + 1);
}

TEST(DramMemory, GivesOneResponseInEachCycle) {
  Parameters parameters = plainDram();
  parameters.clock_core_mhz = 100; // many ticks in a cycle
  parameters.dram_clock_mhz = 1000;
  DramMemory memory(parameters);
  uint64_t first = memory.write(10, 0, 64, 1);
  EXPECT_EQ(memory.write(10, 0, 64, 1), first + 1);
}

TEST(DramMemory, IsTheSameAfterResetAndOnAClone) {
  DramMemory memory(plainDram());
  uint64_t fresh = readAt(memory, 10, 0);
  auto copy = memory.clone();
  EXPECT_EQ(copy->read(100, 0, 64, 1).first_beat, 121u);
  memory.reset();
  EXPECT_EQ(readAt(memory, 10, 0), fresh);
}

/// Bytes per second of a long train of 64-byte reads `step` bytes apart, requested as fast as possible.
double bandwidth(uint64_t step) {
  Parameters parameters;
  parameters.memory_model = MemoryModelKind::Dram;
  parameters.memory_read_bytes_per_cycle = 64;
  parameters.clock_core_mhz = 2000;
  DramMemory memory(parameters);
  const uint64_t count = 200000;
  uint64_t last = 0;
  for (uint64_t i = 0; i < count; ++i)
    last = memory.read(1 + i, i * step, 64, 1).last_beat;
  return double(count * 64) * 2000e6 / double(last);
}

TEST(DramMemory, ReachesThePeakOf19GigabytesPerSecondOnStreamsBetweenRefreshes) {
  double refresh_loss = 420.0 / 9360.0;
  EXPECT_GT(bandwidth(64), 19.2e9 * (1 - refresh_loss) * 0.99);
  EXPECT_LE(bandwidth(64), 19.2e9);
}

TEST(DramMemory, LosesAThirdWhenAllColumnsAreOfOneGroup) {
  EXPECT_LT(bandwidth(kNextColumn), 19.2e9 * 4 / 6);
  EXPECT_GT(bandwidth(kNextColumn), 19.2e9 * 4 / 6 * 0.9);
}

TEST(DramMemory, IsFarSlowerWhenEveryAccessOpensARow) { EXPECT_LT(bandwidth(kNextRow), 19.2e9 / 10); }

} // namespace
