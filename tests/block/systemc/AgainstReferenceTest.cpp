// The event-driven model against the machine written down cycle by cycle. LOCKSTEP_SEED and LOCKSTEP_COUNT
// choose others.
#include "Comparison.h"
#include "RandomStreams.h"
#include "tests/support/RandomPrograms.h"

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
    RandomProgramOptions options;
    options.all_vector_instructions = true;
    const Program program = randomProgram(parameters, seed, options);
    ASSERT_EQ("", compareWithReference(*makeSystemCEngine(parameters), program, parameters))
        << "seed " << seed;
  }
}

} // namespace
} // namespace lockstep
