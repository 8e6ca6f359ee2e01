// Random legal programs on random legal machines: golden, SystemC and RTL agree in every event, cycle,
// counter and byte.
#include "tests/lockstep/random/RandomRun.h"
#include "tests/support/RandomPrograms.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

constexpr uint64_t kProgramsPerMachine = 18;

class RandomLockstep : public ::testing::TestWithParam<uint64_t> {};

TEST_P(RandomLockstep, HoldsForAllProgramsAndBitsHoldUnderAxiStalls) {
  const Parameters parameters = randomParameters(GetParam());
  auto engines = EnginePair::make(parameters);
  ASSERT_TRUE(bool(engines)) << engines.error().message;
  uint64_t events = 0;
  for (uint64_t i = 0; i < kProgramsPerMachine; ++i) {
    const uint64_t seed = GetParam() * 1000 + i;
    const RandomOutcome outcome = compareRandomProgram(*engines, parameters, seed);
    ASSERT_EQ(outcome.difference, "") << "lockstep_random --machine-seed " << GetParam() << " --program-seed "
                                      << seed << " shrinks this failure";
    ASSERT_EQ(differenceUnderStress(*engines, parameters, seed), "") << "program seed " << seed;
    events += outcome.events;
  }
  std::cout << "machine seed " << GetParam() << " (" << parameters.array_rows << "x"
            << parameters.array_columns << "), program seeds " << GetParam() * 1000 << " to "
            << GetParam() * 1000 + kProgramsPerMachine - 1 << ": " << events << " equal events\n";
  EXPECT_GT(events, 1000u);
}

INSTANTIATE_TEST_SUITE_P(Machines, RandomLockstep, ::testing::Range<uint64_t>(1, 13),
                         [](const auto &info) { return "Seed" + std::to_string(info.param); });

} // namespace
