// Each deliberate fault of the model is seen by the comparison that should see it.
#include "Comparison.h"
#include "RandomStreams.h"
#include "hw/golden/Golden.h"
#include "sim/systemc/Faults.h"
#include "tests/support/RandomPrograms.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

class TimingFault : public testing::TestWithParam<unsigned> {};

TEST_P(TimingFault, ChangesTheCourseOfSomeRandomStream) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RandomStreams random(seed);
    const Parameters parameters = random.parameters();
    const Program program = random.program(parameters, 12);
    if (!compareWithReference(*makeSystemCEngine(parameters), program, parameters, GetParam()).empty())
      return;
  }
  FAIL() << "nobody noticed";
}

INSTANTIATE_TEST_SUITE_P(SystemC, TimingFault,
                         testing::Values(kFaultPostLost, kFaultVectorShort, kFaultExtraCredit,
                                         kFaultFetchPriority, kFaultTurningBuffer, kFaultQueueDeep,
                                         kFaultWeightSwap, kFaultElementwiseShort, kFaultReduceGap));

class ValueFault : public testing::TestWithParam<unsigned> {};

TEST_P(ValueFault, ChangesSomeByteOfSomeRandomProgram) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    const Parameters parameters = randomParameters(seed);
    const Program program = randomProgram(parameters, seed);
    Result<ExternalMemory> expected = buildMemory(program), actual = buildMemory(program);
    Golden golden(parameters);
    ASSERT_TRUE(golden.run(program, *expected));
    RunOptions options;
    options.fault = GetParam();
    const auto engine = makeSystemCEngine(parameters);
    const auto run = engine->run(program, *actual, options);
    if (!run || golden.onChip().scratchpad != engine->onChipState().scratchpad ||
        golden.onChip().accumulator != engine->onChipState().accumulator)
      return;
  }
  FAIL() << "nobody noticed";
}

INSTANTIATE_TEST_SUITE_P(SystemC, ValueFault,
                         testing::Values(kFaultLoadAddress, kFaultAccumulateIgnored, kFaultPairOffset));

} // namespace
} // namespace lockstep
