// Bytes of the model against the golden executor, with machines that change from run to run.
#include "Comparison.h"
#include "hw/golden/Golden.h"
#include "tests/support/RandomPrograms.h"

#include <gtest/gtest.h>

#include <cstring>

namespace lockstep {
namespace {

bool sameBytes(const Program &program, const ExternalMemory &a, const ExternalMemory &b) {
  for (const Region &region : program.regions)
    if (std::memcmp(a.find(region.address, region.size_bytes), b.find(region.address, region.size_bytes),
                    region.size_bytes))
      return false;
  return true;
}

TEST(SystemC, LeavesTheGoldenBytesEverywhereOnRandomPrograms) {
  const uint64_t first = fromEnvironment("LOCKSTEP_SEED", 1), count = fromEnvironment("LOCKSTEP_COUNT", 60);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const Parameters parameters = randomParameters(seed);
    const Program program = randomProgram(parameters, seed + 1000000);
    Result<ExternalMemory> expected = buildMemory(program), actual = buildMemory(program);
    ASSERT_TRUE(expected && actual);
    Golden golden(parameters);
    ASSERT_TRUE(golden.run(program, *expected));
    const auto engine = makeSystemCEngine(parameters);
    const auto run = engine->run(program, *actual, {});
    ASSERT_TRUE(run) << "seed " << seed << ": " << run.error().message;
    EXPECT_TRUE(sameBytes(program, *expected, *actual)) << "seed " << seed;
    EXPECT_EQ(golden.onChip().scratchpad, engine->onChipState().scratchpad) << "seed " << seed;
    EXPECT_EQ(golden.onChip().accumulator, engine->onChipState().accumulator) << "seed " << seed;
    EXPECT_EQ(golden.onChip().tables, engine->onChipState().tables) << "seed " << seed;
  }
}

TEST(SystemC, TakesTheSameCyclesWithAndWithoutValues) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Parameters parameters = randomParameters(seed);
    const Program program = randomProgram(parameters, seed);
    const auto engine = makeSystemCEngine(parameters);
    Result<ExternalMemory> memory = buildMemory(program);
    RunOptions timing;
    timing.values = false;
    const auto without = engine->run(program, *memory, timing);
    EXPECT_TRUE(engine->onChipState().scratchpad.empty());
    EXPECT_TRUE(engine->onChipState().tables.empty());
    const auto with = engine->run(program, *memory, {});
    ASSERT_TRUE(with && without);
    EXPECT_EQ(with->total_cycles, without->total_cycles) << "seed " << seed;
  }
}

TEST(SystemC, RunsForgetEarlierRunsOfOtherMachines) {
  const Parameters one = randomParameters(1), other = randomParameters(2);
  const Program program = randomProgram(one, 1), otherProgram = randomProgram(other, 2);
  const auto engine = makeSystemCEngine(one), otherEngine = makeSystemCEngine(other);
  reference::EventLog before, between, after;
  const auto first = runTimed(*engine, program, &before);
  ASSERT_TRUE(runTimed(*otherEngine, otherProgram, &between));
  const auto second = runTimed(*engine, program, &after);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->total_cycles, second->total_cycles);
  const auto expected = reference::runReference(program, one, 5000000);
  EXPECT_EQ("", firstDifference(expected, after));
  EXPECT_EQ("", firstDifference(expected, *second));
}

} // namespace
} // namespace lockstep
