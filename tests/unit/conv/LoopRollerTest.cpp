// Do hardware loops dispatch what the straight-line code dispatched?
#include "compiler/conv/LoopRoller.h"

#include "hw/golden/Walker.h"
#include "tests/unit/conv/ConvHarness.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

/// Unit instructions as they reach their units, encoded.
std::vector<EncodedInstruction> dispatched(const std::vector<Instruction> &code) {
  SequencerState state;
  std::vector<EncodedInstruction> list;
  while (state.pc < code.size()) {
    const Instruction &instruction = code[state.pc];
    if (unitOf(instruction) == Unit::Sequencer) {
      EXPECT_NE(state.execute(instruction), SequencerEffect::LoopStackError);
      continue;
    }
    list.push_back(*encode(resolve(instruction, state.registers)));
    state.advance();
  }
  return list;
}

LoadInstruction loadOf(uint64_t external, uint64_t local) {
  LoadInstruction load;
  load.external_address = external, load.local_address = local;
  load.row_bytes = load.chunk_bytes = load.count_0 = load.count_1 = load.count_2 = 1;
  return load;
}

TEST(LoopRoller, RollsARingThatWrapsAround) {
  std::vector<Instruction> code;
  for (uint64_t i = 0; i < 20; ++i)
    code.push_back(loadOf(1000 + 64 * i, 16 + i % 3 * 8));
  const std::vector<Instruction> rolled = rollLoops(code, {{Ring{16, 8, 3}}, {}});
  EXPECT_EQ(rolled.size(), 7u); // set, set, loop, load, add, add, end
  EXPECT_EQ(dispatched(rolled), dispatched(code));
}

TEST(LoopRoller, LeavesAloneWhatDoesNotRepeat) {
  std::vector<Instruction> code;
  for (uint64_t i = 0; i < 20; ++i)
    code.push_back(loadOf(1000 + i * i, 16));
  EXPECT_EQ(rollLoops(code, {{Ring{16, 8, 3}}, {}}).size(), code.size());
}

TEST(LoopRoller, DispatchesTheSameForRandomConvolutions) {
  Random random(41);
  const Parameters machine = *loadParameters("tiny");
  const ConvAddresses addresses{1 << 16, 1 << 20, 1 << 24, 1 << 28, 1 << 16};
  size_t straight = 0, looped = 0;
  for (int i = 0; i < 120; ++i) {
    const ConvProblem problem = i % 3 == 0   ? randomConv(random, 12)
                                : i % 3 == 1 ? randomDepthwise(random, 12)
                                             : randomFirstLayer(random);
    const auto alternatives = convAlternatives(problem, machine);
    ASSERT_TRUE(bool(alternatives));
    for (const ConvAlternative &alternative : *alternatives) {
      if (!alternative.schedule || alternative.schedule->mapping == ConvMapping::MatrixProduct)
        continue;
      ConvSchedule schedule = *alternative.schedule;
      schedule.looped = false;
      const auto before = emitConv(problem, schedule, addresses, machine);
      schedule.looped = true;
      const auto after = emitConv(problem, schedule, addresses, machine);
      ASSERT_TRUE(before && after);
      ASSERT_EQ(dispatched(*after), dispatched(*before)) << alternative.mapping << ": " << describe(problem);
      straight += before->size();
      looped += after->size();
    }
  }
  EXPECT_LT(looped, straight);
}

TEST(LoopRoller, KeepsAWholeNetworksLayerSmall) {
  ConvProblem problem; // 56 x 56 x 128, 3x3, 256 outputs
  problem.in_height = problem.in_width = 56, problem.in_channels = 128, problem.out_channels = 256;
  problem.kernel_height = problem.kernel_width = 3;
  problem.pad_top = problem.pad_bottom = problem.pad_left = problem.pad_right = 1;
  const Parameters machine = *loadParameters("base");
  const auto alternatives = convAlternatives(problem, machine);
  ASSERT_TRUE(bool(alternatives));
  const auto program = emitConvProgram(problem, *alternatives->front().schedule, machine);
  ASSERT_TRUE(bool(program));
  EXPECT_LT(program->instructions.size() * kInstructionBytes, 128u << 10);
}

} // namespace
} // namespace lockstep::test
