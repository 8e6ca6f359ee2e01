// Are emitted programs legal, free of races and right, whatever the schedule?
#include "tests/unit/gemm/GemmHarness.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

class EmittedPrograms : public testing::TestWithParam<size_t> {};

TEST_P(EmittedPrograms, AreLegalAndGiveThePlainProductForRandomSchedules) {
  const Parameters machine = machines()[GetParam()];
  Random random(1000 + GetParam());
  int judged = 0;
  for (int round = 0; round < 400; ++round) {
    const GemmProblem problem = randomProblem(random, machine.array_rows * 5);
    const Result<GemmSchedule> schedule = randomSchedule(random, problem, machine);
    if (!schedule)
      continue;
    ++judged;
    ASSERT_EQ(judge(random, problem, *schedule, machine), "")
        << "round " << round << ": " << describe(problem) << "\n"
        << explain(*schedule);
  }
  EXPECT_GT(judged, 200);
}

INSTANTIATE_TEST_SUITE_P(OnEveryMachine, EmittedPrograms, testing::Range<size_t>(0, machines().size()));

} // namespace
} // namespace lockstep::test
