// Are the bytes of emitted convolutions those of plain loops, on the golden executor?
#include "tests/unit/conv/ConvHarness.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

/// Judges every alternative; counts those with a schedule.
int judgeAll(Random &random, const ConvProblem &problem, const Parameters &machine) {
  const Result<std::vector<ConvAlternative>> list = convAlternatives(problem, machine);
  EXPECT_TRUE(list) << describe(problem);
  if (!list)
    return 0;
  int working = 0;
  for (const ConvAlternative &alternative : *list) {
    EXPECT_NE(bool(alternative.schedule), !alternative.refusal.empty());
    if (!alternative.schedule)
      continue;
    ++working;
    EXPECT_EQ(judge(random, problem, *alternative.schedule, machine), "")
        << machine.name << ": " << alternative.mapping << ": " << describe(problem) << "\n"
        << explain(*alternative.schedule);
  }
  return working;
}

void judgeRandom(const std::string &machine, int64_t channels, int count, uint64_t seed) {
  Random random(seed);
  const Parameters parameters = *loadParameters(machine);
  for (int i = 0; i < count && !testing::Test::HasFailure(); ++i) {
    const ConvProblem problem = randomConv(random, channels);
    ASSERT_TRUE(checkConvProblem(problem)) << checkConvProblem(problem).error().message << describe(problem);
    EXPECT_GE(judgeAll(random, problem, parameters), 1) << describe(problem);
  }
}

TEST(ConvBits, AreThoseOfPlainLoopsOnTiny) { judgeRandom("tiny", 14, 60, 1); }
TEST(ConvBits, AreThoseOfPlainLoopsOnSmall) { judgeRandom("small", 20, 40, 2); }
TEST(ConvBits, AreThoseOfPlainLoopsOnBase) { judgeRandom("base", 40, 40, 3); }

} // namespace
} // namespace lockstep::test
