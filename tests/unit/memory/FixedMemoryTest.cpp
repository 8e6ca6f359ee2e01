#include "sim/memory/FixedMemory.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

TEST(FixedMemory, DeliversTheFirstBeatALatencyAfterTheRequest) {
  FixedMemory memory(20);
  BurstTiming timing = memory.read(7, 0x1000, 64, 4);
  EXPECT_EQ(timing.first_beat, 27u);
  EXPECT_EQ(timing.last_beat, 30u);
}

TEST(FixedMemory, DeliversBurstsBackToBackWhenRequestsAreFasterThanBeats) {
  FixedMemory memory(20);
  memory.read(1, 0, 64, 4);
  BurstTiming second = memory.read(2, 64, 64, 4);
  EXPECT_EQ(second.first_beat, 25u);
  BurstTiming third = memory.read(9, 128, 16, 1);
  EXPECT_EQ(third.first_beat, 29u);
  EXPECT_EQ(third.last_beat, 29u);
  EXPECT_EQ(memory.read(10, 192, 16, 1).first_beat, 30u);
  EXPECT_EQ(memory.read(12, 192, 16, 1).first_beat, 32u);
}

TEST(FixedMemory, RespondsToAWriteALatencyAfterItsLastBeat) {
  FixedMemory memory(20);
  EXPECT_EQ(memory.write(10, 0, 64, 4), 30u);
  EXPECT_EQ(memory.write(14, 64, 64, 4), 34u);
}

TEST(FixedMemory, GivesOneResponseInEachCycle) {
  FixedMemory memory(20);
  EXPECT_EQ(memory.write(10, 0, 4, 1), 30u);
  EXPECT_EQ(memory.write(10, 4, 4, 1), 31u);
  EXPECT_EQ(memory.write(11, 8, 4, 1), 32u);
}

TEST(FixedMemory, KeepsReadsAndWritesApart) {
  FixedMemory memory(3);
  memory.write(0, 0, 64, 16);
  EXPECT_EQ(memory.read(0, 0, 64, 16).first_beat, 3u);
  EXPECT_TRUE(memory.channelsAreIndependent());
}

TEST(FixedMemory, ForgetsThePastOnReset) {
  FixedMemory memory(5);
  memory.read(1000, 0, 64, 4);
  memory.write(1000, 0, 64, 4);
  memory.reset();
  EXPECT_EQ(memory.read(1, 0, 64, 4).first_beat, 6u);
  EXPECT_EQ(memory.write(1, 0, 64, 4), 6u);
}

TEST(FixedMemory, PredictsOnACloneWithoutChangingItself) {
  FixedMemory memory(5);
  memory.read(1, 0, 64, 4);
  auto prediction = memory.clone();
  EXPECT_EQ(prediction->read(1, 64, 64, 4).first_beat, 10u);
  EXPECT_EQ(memory.read(1, 64, 64, 4).first_beat, 10u);
}

} // namespace
