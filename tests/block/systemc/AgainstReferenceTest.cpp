// The event-driven model against the machine written down cycle by cycle. LOCKSTEP_SEED and LOCKSTEP_COUNT
// choose others.
#include "Comparison.h"
#include "RandomStreams.h"
#include "tests/support/ProgramBuilder.h"
#include "tests/support/RandomPrograms.h"
#include "tests/support/TestMachine.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(SystemC, KeepsEveryCycleOfTheManualOnRandomStreams) {
  const uint64_t first = fromEnvironment("LOCKSTEP_SEED", 1), count = fromEnvironment("LOCKSTEP_COUNT", 300);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    RandomStreams random(seed);
    const Parameters parameters = random.parameters();
    const Program program = random.program(parameters, 12);
    ASSERT_EQ("", compareWithReference(*makeSystemCEngine(parameters), program, parameters))
        << "seed " << seed;
  }
}

TEST(SystemC, KeepsEveryCycleOfTheManualOnRandomLegalPrograms) {
  const uint64_t first = fromEnvironment("LOCKSTEP_SEED", 1), count = fromEnvironment("LOCKSTEP_COUNT", 60);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const Parameters parameters = randomParameters(seed);
    const Program program = randomProgram(parameters, seed);
    ASSERT_EQ("", compareWithReference(*makeSystemCEngine(parameters), program, parameters))
        << "seed " << seed;
  }
}

// The start: one fetch in each cycle, while a load has bursts to request, so that fetches are known ahead of
// time. The second sync of the vector unit waits for a place in its queue, which hangs on posts not made yet;
// then the loop jumps back, and fetch pauses. Nobody may have fetched ahead of that.
TEST(SystemC, FetchesNothingAheadOfAJumpThatAFullQueueHoldsBack) {
  Parameters parameters = testMachine(4, 4);
  parameters.memory_read_bytes_per_cycle = parameters.memory_burst_bytes = 64;
  parameters.memory_latency_cycles = 1;
  parameters.sequencer_instruction_buffer = 32;
  parameters.sequencer_fetch_ahead = 16;
  parameters.sequencer_queue_depth = 1;
  LoadInstruction load;
  load.row_bytes = 64;
  load.chunk_bytes = 4;
  load.chunk_stride = 1;
  load.count_0 = 60;
  load.count_1 = load.count_2 = 1;
  ProgramBuilder builder(parameters);
  builder.region("data", 0, 64, RegionKind::Input)
      .add(load)
      .add(syncOf(Unit::Matrix, -1, -1))
      .add(loopOf(3))
      .add(syncOf(Unit::Matrix, -1, 0))
      .add(syncOf(Unit::Store, 0, 1))
      .add(syncOf(Unit::Vector, 1, -1))
      .add(syncOf(Unit::Vector, -1, -1))
      .add(EndInstruction{});
  for (int i = 0; i < 30; ++i)
    builder.add(setOf(1, 0));
  EXPECT_EQ("", compareWithReference(*makeSystemCEngine(parameters), builder.finish(), parameters));
}

} // namespace
} // namespace lockstep
