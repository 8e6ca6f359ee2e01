#include "hw/golden/Sequencer.h"
#include "tests/support/ProgramBuilder.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Resolve, AddsRegistersAndClearsTheirFields) {
  MatmulInstruction matmul;
  matmul.stationary_address = 100, matmul.stationary_register = 1;
  matmul.streamed_address = 200, matmul.streamed_register = 2;
  matmul.accumulator_address = 300, matmul.accumulator_register = 3;
  Registers registers{};
  registers[1] = 1, registers[2] = 2, registers[3] = 3;
  const auto resolved = std::get<MatmulInstruction>(resolve(matmul, registers));
  EXPECT_EQ(resolved.stationary_address, 101u);
  EXPECT_EQ(resolved.streamed_address, 202u);
  EXPECT_EQ(resolved.accumulator_address, 303u);
  EXPECT_EQ(resolved.stationary_register + resolved.streamed_register + resolved.accumulator_register, 0u);
}

TEST(Resolve, WrapsAtTheWidthOfTheField) {
  Registers registers{};
  registers[4] = ~uint64_t{0}; // -1
  LoadInstruction load;
  load.external_address = 0, load.external_register = 4;
  load.local_address = 0, load.local_register = 4;
  const auto resolved = std::get<LoadInstruction>(resolve(load, registers));
  EXPECT_EQ(resolved.external_address, ~uint64_t{0});
  EXPECT_EQ(resolved.local_address, (uint64_t{1} << 24) - 1);
  RequantizeInstruction requantize;
  requantize.accumulator_address = 1, requantize.accumulator_register = 4;
  requantize.parameter_register = 4;
  const auto rescaled = std::get<RequantizeInstruction>(resolve(requantize, registers));
  EXPECT_EQ(rescaled.accumulator_address, 0u);
  EXPECT_EQ(rescaled.parameter_address, (uint64_t{1} << 20) - 1);
}

TEST(Resolve, LeavesEverythingElseAsItIs) {
  StoreInstruction store;
  store.external_stride_0 = -5, store.row_bytes = 9, store.count_2 = 3, store.wait_1 = 7;
  const auto resolved = std::get<StoreInstruction>(resolve(store, Registers{}));
  EXPECT_EQ(encode(Instruction(resolved)).operator*(), encode(Instruction(store)).operator*());
}

TEST(RingAdd, SubtractsTheModulusOnceWhenTheSumReachesIt) {
  EXPECT_EQ(ringAdd(6, 2, 8), 0u);
  EXPECT_EQ(ringAdd(5, 2, 8), 7u);
  EXPECT_EQ(ringAdd(30, 2, 8), 24u);
  EXPECT_EQ(ringAdd(6, 2, 0), 8u);
}

TEST(RingAdd, ComparesUnsigned) {
  EXPECT_EQ(ringAdd(0, -1, 8), ~uint64_t{0} - 8);
  EXPECT_EQ(ringAdd(0, -1, 0), ~uint64_t{0});
}

TEST(SequencerState, LoadsArgumentsIntoRegistersOneToEight) {
  const SequencerState state({10, 11, 12, 13, 14, 15, 16, 17});
  for (unsigned i = 0; i < kNumRegisters; ++i)
    EXPECT_EQ(state.registers[i], i >= 1 && i <= 8 ? i + 9 : 0u);
}

TEST(SequencerState, KeepsRegisterZeroAtZero) {
  SequencerState state;
  state.execute(setOf(0, 5));
  EXPECT_EQ(state.registers[0], 0u);
  EXPECT_EQ(state.pc, 1u);
}

TEST(SequencerState, JumpsBackUntilTheCountIsUsedUp) {
  SequencerState state({2});
  EXPECT_EQ(state.execute(loopOf(1, 1)), SequencerEffect::Advance); // 1 + 2 iterations
  for (int iteration = 0; iteration < 2; ++iteration) {
    state.pc = 5;
    EXPECT_EQ(state.execute(EndInstruction{}), SequencerEffect::JumpBack);
    EXPECT_EQ(state.pc, 1u);
  }
  state.pc = 5;
  EXPECT_EQ(state.execute(EndInstruction{}), SequencerEffect::Advance);
  EXPECT_EQ(state.pc, 6u);
  EXPECT_EQ(state.loopDepth(), 0u);
}

TEST(SequencerState, NestsEightLoopsAndNoMore) {
  SequencerState state;
  for (unsigned depth = 0; depth < kMaxLoopDepth; ++depth)
    EXPECT_EQ(state.execute(loopOf(1)), SequencerEffect::Advance);
  EXPECT_EQ(state.execute(loopOf(1)), SequencerEffect::LoopStackError);
  for (unsigned depth = 0; depth < kMaxLoopDepth; ++depth)
    EXPECT_EQ(state.execute(EndInstruction{}), SequencerEffect::Advance);
  EXPECT_EQ(state.execute(EndInstruction{}), SequencerEffect::LoopStackError);
}

} // namespace
} // namespace lockstep
