// Are the bytes of emitted convolutions those of plain loops, on the golden executor?
#include "tests/unit/conv/ConvHarness.h"

#include <functional>
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

using Make = std::function<ConvProblem(Random &)>;

void judgeMany(const Parameters &machine, const Make &make, int count, uint64_t seed) {
  Random random(seed);
  for (int i = 0; i < count && !testing::Test::HasFailure(); ++i) {
    const ConvProblem problem = make(random);
    const Status status = checkConvProblem(problem);
    ASSERT_TRUE(bool(status)) << status.error().message << describe(problem);
    EXPECT_GE(judgeAll(random, problem, machine), 1) << machine.name << ": " << describe(problem);
  }
}

void judgeRandom(const std::string &machine, int64_t channels, int count, uint64_t seed) {
  judgeMany(
      *loadParameters(machine), [&](Random &random) { return randomConv(random, channels); }, count, seed);
}

TEST(ConvBits, AreThoseOfPlainLoopsOnTiny) { judgeRandom("tiny", 14, 60, 1); }
TEST(ConvBits, AreThoseOfPlainLoopsOnSmall) { judgeRandom("small", 20, 40, 2); }
TEST(ConvBits, AreThoseOfPlainLoopsOnBase) { judgeRandom("base", 40, 40, 3); }
TEST(ConvBits, AreThoseOfPlainLoopsOnLarge) { judgeRandom("large", 70, 15, 4); }
TEST(ConvBits, AreThoseOfPlainLoopsOnDatacenter) { judgeRandom("datacenter", 40, 3, 5); }

TEST(ConvBits, AreThoseOfPlainLoopsOnOddMachines) {
  for (const Parameters &machine : oddMachines()) {
    ASSERT_TRUE(bool(checkParameters(machine))) << checkParameters(machine).error().message;
    judgeMany(
        machine, [](Random &random) { return randomConv(random, 17); }, 15, 6);
    judgeMany(
        machine, [](Random &random) { return randomDepthwise(random, 20); }, 5, 7);
    judgeMany(
        machine, [](Random &random) { return randomFirstLayer(random); }, 5, 8);
  }
}

TEST(ConvBits, OfDepthwiseLayersAreThoseOfPlainLoops) {
  judgeMany(
      *loadParameters("tiny"), [](Random &random) { return randomDepthwise(random, 9); }, 30, 9);
  judgeMany(
      *loadParameters("base"), [](Random &random) { return randomDepthwise(random, 40); }, 30, 10);
}

TEST(ConvBits, OfFirstLayersAreThoseOfPlainLoops) {
  judgeMany(
      *loadParameters("tiny"), [](Random &random) { return randomFirstLayer(random); }, 30, 11);
  judgeMany(
      *loadParameters("base"), [](Random &random) { return randomFirstLayer(random); }, 30, 12);
}

} // namespace
} // namespace lockstep::test
