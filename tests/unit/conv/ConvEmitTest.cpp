// Are a convolution's instructions a layer among others: no halt, semaphores at zero, the last store at the
// end?
#include "tests/unit/conv/ConvHarness.h"

#include "compiler/gemm/LayerChain.h"
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"

#include <cstring>
#include <gtest/gtest.h>
#include <map>

namespace lockstep::test {
namespace {

/// Posts less waits of each semaphore, over straight-line code.
std::map<unsigned, int> balances(const std::vector<Instruction> &code) {
  std::map<unsigned, int> balance;
  for (const Instruction &instruction : code) {
    const SemaphoreList posts = postsOf(instruction), waits = waitsOf(instruction);
    for (unsigned i = 0; i < posts.count; ++i)
      ++balance[posts.ids[i]];
    for (unsigned i = 0; i < waits.count; ++i)
      --balance[waits.ids[i]];
  }
  return balance;
}

TEST(ConvEmit, LeavesAllSemaphoresAtZeroAndEndsWithAStore) {
  Random random(7);
  const Parameters machine = *loadParameters("tiny");
  for (int i = 0; i < 30; ++i) {
    const ConvProblem problem = randomConv(random, 12);
    const auto alternatives = convAlternatives(problem, machine);
    ASSERT_TRUE(bool(alternatives));
    for (const ConvAlternative &alternative : *alternatives) {
      if (!alternative.schedule || alternative.schedule->mapping == ConvMapping::MatrixProduct)
        continue; // which has loops: the GEMM's tests
      const ConvAddresses addresses{1 << 16, 1 << 20, 1 << 24, 1 << 28, 1 << 16};
      ConvSchedule schedule = *alternative.schedule;
      schedule.looped = false; // loops dispatch the same: LoopRollerTest
      const auto code = emitConv(problem, schedule, addresses, machine);
      ASSERT_TRUE(bool(code)) << code.error().message;
      EXPECT_TRUE(std::holds_alternative<StoreInstruction>(code->back()));
      for (const auto &[semaphore, balance] : balances(*code))
        EXPECT_EQ(balance, 0) << alternative.mapping << ", semaphore " << semaphore;
    }
  }
}

TEST(ConvEmit, IsDeterministic) {
  Random random(8);
  const Parameters machine = *loadParameters("small");
  const ConvProblem problem = randomConv(random, 20);
  const auto alternatives = convAlternatives(problem, machine);
  ASSERT_TRUE(alternatives && alternatives->front().schedule);
  const auto first = emitConvProgram(problem, *alternatives->front().schedule, machine);
  const auto second = emitConvProgram(problem, *alternatives->front().schedule, machine);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->instructions, second->instructions);
}

/// Layer one's output region is layer two's input.
TEST(ConvEmit, StandsBehindAnotherLayerInOneProgram) {
  const Parameters machine = *loadParameters("tiny");
  ConvProblem one, two;
  one.in_height = 6, one.in_width = 7, one.in_channels = 3, one.out_channels = 5;
  one.kernel_height = one.kernel_width = 3, one.pad_left = one.pad_top = 1, one.shift = 36;
  two.in_height = one.outHeight(), two.in_width = one.outWidth(), two.in_channels = 5, two.out_channels = 4;
  two.kernel_height = two.kernel_width = 2, two.shift = 36;
  const auto first = convAlternatives(one, machine), second = convAlternatives(two, machine);
  ASSERT_TRUE(first && second);

  Program program;
  program.parameters = machine;
  program.regions = {{"input", 0x10000, 126, RegionKind::Input},
                     {"weights_1", 0x20000, 4096, RegionKind::Constant},
                     {"middle", 0x30000, 4096, RegionKind::Workspace},
                     {"weights_2", 0x40000, 4096, RegionKind::Constant},
                     {"output", 0x50000, 4096, RegionKind::Output}};
  LayerChain chain;
  for (const auto &[problem, schedule, addresses] :
       {std::tuple{one, first->front().schedule, ConvAddresses{0x10000, 0x20000, 0x30000, 0, 0}},
        {two, second->front().schedule, ConvAddresses{0x30000, 0x40000, 0x50000, 0, 0}}}) {
    const auto code = emitConv(problem, *schedule, addresses, machine);
    ASSERT_TRUE(bool(code));
    ASSERT_TRUE(bool(chain.append(*code)));
  }
  program.program_address = 0x60000;
  for (const Instruction &instruction : chain.finish())
    program.instructions.push_back(*encode(instruction));
  program.regions.push_back(
      {"program", 0x60000, program.instructions.size() * kInstructionBytes, RegionKind::Program});
  const auto report = checkProgram(program);
  ASSERT_TRUE(bool(report)) << report.error().message;

  Random random(3);
  ConvInputs inputs = randomInputs(random, one), next = randomInputs(random, two);
  auto memory = buildMemory(program);
  const auto put = [&](uint64_t address, const std::vector<int8_t> &bytes) {
    std::memcpy(memory->find(address, bytes.size()), bytes.data(), bytes.size());
  };
  put(0x10000, inputs.input);
  put(0x20000, packConvWeights(one, *first->front().schedule, inputs.weights));
  put(0x40000, packConvWeights(two, *second->front().schedule, next.weights));
  ASSERT_TRUE(bool(Golden(machine).run(program, *memory)));
  const std::vector<uint8_t> middle = expectedConv(one, inputs, 0);
  next.input.assign(middle.begin(), middle.end());
  const std::vector<uint8_t> wanted = expectedConv(two, next, 0);
  EXPECT_EQ(std::memcmp(memory->find(0x50000, wanted.size()), wanted.data(), wanted.size()), 0);
}

} // namespace
} // namespace lockstep::test
