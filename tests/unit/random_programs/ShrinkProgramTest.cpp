#include "tests/support/ShrinkProgram.h"

#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"
#include "hw/numbers/Numbers.h"
#include "tests/support/RandomPrograms.h"

#include <gtest/gtest.h>

#include <optional>

namespace lockstep {
namespace {

uint64_t countTransposedLoads(const Program &program) {
  uint64_t count = 0;
  for (const EncodedInstruction &bits : program.instructions) {
    const Instruction instruction = *decode(bits);
    const auto *load = std::get_if<LoadInstruction>(&instruction);
    count += load && load->transpose;
  }
  return count;
}

TEST(ShrinkProgram, LeavesOneInstructionOfAFaultThatNeedsOne) {
  int tried = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Program program = randomProgram(randomParameters(seed), seed);
    if (countTransposedLoads(program) == 0)
      continue;
    ++tried;
    const Program small =
        shrinkProgram(program, [](const Program &p) { return countTransposedLoads(p) > 0; });
    ASSERT_EQ(small.instructions.size(), 2u) << "seed " << seed;
    const auto load = std::get<LoadInstruction>(*decode(small.instructions[0]));
    EXPECT_EQ(load.count_0 * load.count_1 * load.count_2 * load.row_bytes, 1u) << "seed " << seed;
    EXPECT_EQ(load.wait_0 + load.post_0, 0u) << "seed " << seed;
  }
  EXPECT_GT(tried, 10);
}

/// The last elementwise that multiplies and has a result of `type`.
std::optional<ElementwiseInstruction> findProduct(const Program &program, LaneType type) {
  std::optional<ElementwiseInstruction> found;
  for (const EncodedInstruction &bits : program.instructions) {
    const Instruction instruction = *decode(bits);
    const auto *e = std::get_if<ElementwiseInstruction>(&instruction);
    if (e && static_cast<LaneOperation>(e->operation) == LaneOperation::Multiply &&
        static_cast<LaneType>(e->output_type) == type)
      found = *e;
  }
  return found;
}

TEST(ShrinkProgram, LeavesTheSimplestElementwiseThatTheFaultNeeds) {
  int tried = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Program program = randomProgram(randomParameters(seed), seed);
    if (!findProduct(program, LaneType::Int16))
      continue;
    ++tried;
    const Program small =
        shrinkProgram(program, [](const Program &p) { return findProduct(p, LaneType::Int16).has_value(); });
    ASSERT_EQ(small.instructions.size(), 2u) << "seed " << seed;
    const ElementwiseInstruction e = *findProduct(small, LaneType::Int16);
    EXPECT_EQ(e.count_0 * e.count_1 * e.count_2, 1u) << "seed " << seed;
    EXPECT_EQ(e.function + e.table + e.wait_0 + e.post_0, 0u) << "seed " << seed;
    EXPECT_EQ(e.output_stride_0, 0) << "seed " << seed;
  }
  EXPECT_GT(tried, 3);
}

/// The first byte of the scratchpad's first word after a run.
int firstByte(const Program &program) {
  ExternalMemory memory = std::move(*buildMemory(program));
  Golden golden(program.parameters);
  EXPECT_TRUE(golden.run(program, memory));
  return golden.onChip().scratchpad[0];
}

TEST(ShrinkProgram, KeepsWhatTheFaultNeedsAndStaysLegal) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Program program = randomProgram(randomParameters(seed), seed);
    const int byte = firstByte(program);
    const Program small = shrinkProgram(
        program, [&](const Program &p) { return firstByte(p) == byte; }, 300);
    EXPECT_TRUE(checkProgram(small));
    EXPECT_EQ(firstByte(small), byte) << "seed " << seed;
    EXPECT_LE(small.instructions.size(), program.instructions.size());
  }
}

TEST(ShrinkProgram, StopsAfterTheTrialsAllowed) {
  const Program program = randomProgram(randomParameters(1), 1);
  unsigned calls = 0;
  shrinkProgram(
      program,
      [&](const Program &) {
        ++calls;
        return true;
      },
      3);
  EXPECT_EQ(calls, 3u);
}

} // namespace
} // namespace lockstep
