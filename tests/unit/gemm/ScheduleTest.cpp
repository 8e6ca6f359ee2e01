// Does the scheduler find schedules that fit, are right, and are good?
#include "tests/unit/gemm/GemmHarness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace lockstep::test {
namespace {

GemmProblem shape(int64_t m, int64_t n, int64_t k, bool aTransposed = false, bool bTransposed = false) {
  GemmProblem problem;
  problem.m = m, problem.n = n, problem.k = k;
  problem.a_transposed = aTransposed, problem.b_transposed = bTransposed;
  return problem;
}

Parameters baseWithLatency(int64_t cycles) {
  Parameters machine = *loadParameters("base");
  machine.memory_latency_cycles = cycles;
  return machine;
}

class ScheduledPrograms : public testing::TestWithParam<size_t> {};

TEST_P(ScheduledPrograms, AreLegalAndGiveThePlainProduct) {
  const Parameters machine = machines()[GetParam()];
  Random random(2000 + GetParam());
  int judged = 0;
  for (int round = 0; round < 40; ++round) {
    const GemmProblem problem = randomProblem(random, machine.array_rows * 5);
    const std::vector<GemmSchedule> list = bestSchedules(problem, machine, 3);
    if (list.empty())
      continue; // parameters of many columns in a tiny accumulator
    ++judged;
    for (const GemmSchedule &schedule : list)
      ASSERT_EQ(judge(random, problem, schedule, machine), "")
          << "round " << round << ": " << describe(problem) << "\n"
          << explain(schedule);
  }
  EXPECT_GT(judged, 25);
}

INSTANTIATE_TEST_SUITE_P(OnEveryMachine, ScheduledPrograms, testing::Range<size_t>(0, machines().size()));

TEST(Schedule, HandlesVectorsAndSingleElementsInAllLayouts) {
  const Parameters machine = *loadParameters("base");
  Random random(7);
  for (int64_t m : {1, 5, 70})
    for (int64_t n : {1, 3, 50})
      for (int64_t k : {1, 2, 100})
        for (int layout = 0; layout < 12; ++layout) {
          GemmProblem problem = shape(m, n, k, layout & 1, layout & 2);
          problem.output = layout & 8 ? GemmOutput::Int16 : layout & 4 ? GemmOutput::Int32 : GemmOutput::Int8;
          problem.has_bias = true;
          problem.shift = 40;
          for (const GemmSchedule &schedule : bestSchedules(problem, machine, 2))
            ASSERT_EQ(judge(random, problem, schedule, machine), "")
                << describe(problem) << explain(schedule);
        }
}

/// Cycles that the program may take on `base`; measured ones are within a thousandth of the prediction.
struct Target {
  int64_t m, n, k, latency;
  uint64_t cycles;
  bool a_transposed = false, b_transposed = false;
};

std::ostream &operator<<(std::ostream &out, const Target &t) {
  return out << t.m << "x" << t.n << "x" << t.k << (t.a_transposed ? " at" : "")
             << (t.b_transposed ? " bt" : "") << " latency " << t.latency;
}

class Targets : public testing::TestWithParam<Target> {};

TEST_P(Targets, ArePredictedToBeMet) {
  const Target t = GetParam();
  const Result<GemmSchedule> schedule =
      scheduleGemm(shape(t.m, t.n, t.k, t.a_transposed, t.b_transposed), baseWithLatency(t.latency));
  ASSERT_TRUE(schedule) << schedule.error().message;
  EXPECT_LE(schedule->predicted_cycles, t.cycles) << explain(*schedule);
  EXPECT_GE(schedule->predicted_cycles, schedule->bound_cycles);
}

INSTANTIATE_TEST_SUITE_P(
    OfTheBaseMachine, Targets,
    testing::Values(Target{16, 16, 16, 20, 210}, Target{64, 64, 64, 20, 1500},
                    Target{128, 128, 128, 20, 9000}, Target{128, 256, 256, 200, 36000},
                    Target{512, 512, 512, 20, 530000}, Target{1024, 1024, 1024, 20, 4210000},
                    Target{35, 700, 2048, 20, 206000}, Target{35, 700, 2048, 100, 206000},
                    Target{176, 1500, 1408, 100, 1480000}, Target{32, 3072, 1024, 20, 405000},
                    Target{32, 3072, 1024, 100, 405000}, Target{3072, 1, 1024, 20, 201000},
                    Target{3072, 1, 1024, 100, 201000}, Target{3072, 4, 1024, 20, 201000},
                    Target{1760, 128, 1760, 20, 1610000, true, false},
                    Target{1760, 128, 1760, 20, 1610000, false, true}));

TEST(Schedule, ReadsDramInLongRows) {
  Parameters machine = *loadParameters("base");
  machine.memory_model = MemoryModelKind::Dram;
  const Result<GemmSchedule> schedule = scheduleGemm(shape(3072, 1, 1024), machine);
  ASSERT_TRUE(schedule) << schedule.error().message;
  // Rows of 64 bytes, 1024 apart, would take five cycles or more for each access of four beats.
  EXPECT_LE(schedule->predicted_cycles, schedule->bound_cycles * 105 / 100) << explain(*schedule);
}

TEST(Schedule, IsTheSameEveryTime) {
  const GemmProblem problem = shape(100, 37, 211);
  const Parameters machine = *loadParameters("base");
  EXPECT_EQ(explain(*scheduleGemm(problem, machine)), explain(*scheduleGemm(problem, machine)));
}

TEST(Schedule, OffersDifferentAlternativesBestFirst) {
  const std::vector<GemmSchedule> list = bestSchedules(shape(64, 96, 128), *loadParameters("base"), 4);
  ASSERT_EQ(list.size(), 4u);
  for (size_t i = 1; i < list.size(); ++i)
    EXPECT_NE(explain(list[0]), explain(list[i]));
}

TEST(Schedule, RefusesAnImpossibleProblemWithTheFieldAndItsLimits) {
  GemmProblem problem = shape(0, 4, 4);
  const Result<GemmSchedule> schedule = scheduleGemm(problem, *loadParameters("base"));
  ASSERT_FALSE(schedule);
  EXPECT_THAT(schedule.error().message, testing::HasSubstr("m is 0; allowed is 1 to"));
  problem = shape(4, 4, 4);
  problem.a_zero_point = 200;
  EXPECT_THAT(scheduleGemm(problem, *loadParameters("base")).error().message,
              testing::HasSubstr("a_zero_point is 200; allowed is -128 to 127"));
  problem = shape(4, 4, 4);
  problem.output = GemmOutput::Int32;
  problem.per_column = true;
  EXPECT_FALSE(scheduleGemm(problem, *loadParameters("base")));
}

TEST(Schedule, OfInt16IsWithinAPercentOfInt8WhereTheArrayIsTheLimit) {
  const Parameters machine = *loadParameters("base");
  GemmProblem problem = shape(1024, 3072, 1024, false, true);
  problem.has_bias = problem.per_column = true;
  const Result<GemmSchedule> int8 = scheduleGemm(problem, machine);
  problem.output = GemmOutput::Int16;
  const Result<GemmSchedule> int16 = scheduleGemm(problem, machine);
  ASSERT_TRUE(int8 && int16);
  EXPECT_LE(int16->predicted_cycles, int8->predicted_cycles * 101 / 100) << explain(*int16);
  EXPECT_LE(int16->predicted_cycles, int16->bound_cycles * 101 / 100) << explain(*int16);
}

TEST(Schedule, TakesAnInt16ProblemWhateverItsZeroPointAndClamp) {
  GemmProblem problem = shape(4, 4, 4);
  problem.output = GemmOutput::Int16;
  problem.output_zero_point = 1000, problem.clamp_minimum = 5, problem.clamp_maximum = 3;
  problem.per_column = true;
  EXPECT_TRUE(scheduleGemm(problem, *loadParameters("base")));
  problem.per_column = false;
  problem.shift = 1;
  EXPECT_THAT(scheduleGemm(problem, *loadParameters("base")).error().message,
              testing::HasSubstr("shift is 1; allowed is 2 to 62"));
}

TEST(Schedule, RefusesMatricesLargerThanAProgramFileHolds) {
  const Result<GemmSchedule> schedule = scheduleGemm(shape(1 << 24, 1, 1 << 24), *loadParameters("base"));
  ASSERT_FALSE(schedule);
  EXPECT_THAT(schedule.error().message, testing::HasSubstr("the size of a, b and c in bytes"));
}

TEST(Schedule, ManagesTheLongestReduction) {
  const Result<GemmSchedule> schedule = scheduleGemm(shape(3, 2, 1 << 24), *loadParameters("base"));
  ASSERT_TRUE(schedule) << schedule.error().message;
  EXPECT_TRUE(emitGemm(shape(3, 2, 1 << 24), *schedule, *loadParameters("base")));
}

TEST(Schedule, TakesBlocksOfAFewRowsWhereNothingElseFits) {
  // Two banks of 32 words: the output shares one with the streamed operand, so a block has 6 rows at most.
  Parameters machine = machines()[7];
  machine.accumulator_banks = 8;
  machine.accumulator_size_bytes = 8 * 128 * machine.accumulatorWordBytes();
  GemmProblem problem = shape(113, 27, 50, true, true);
  problem.output = GemmOutput::Int32;
  const Result<GemmSchedule> schedule = scheduleGemm(problem, machine);
  ASSERT_TRUE(schedule) << schedule.error().message;
  Random random(5);
  EXPECT_EQ(judge(random, problem, *schedule, machine), "") << explain(*schedule);
}

TEST(Schedule, RefusesAMachineWithoutRoomForOneTile) {
  Parameters machine = *loadParameters("base");
  machine.scratchpad_banks = 8;
  machine.scratchpad_size_bytes = 8 * 2 * 16; // 2 words in each bank: a tile of 16 words takes all
  const Result<GemmSchedule> schedule = scheduleGemm(shape(64, 64, 64), machine);
  ASSERT_FALSE(schedule);
  EXPECT_THAT(schedule.error().message, testing::HasSubstr("no schedule of 64 x 64 x 64 fits"));
}

TEST(Emit, RefusesAScheduleOfAnotherProblem) {
  const Parameters machine = *loadParameters("base");
  const Result<GemmSchedule> schedule = scheduleGemm(shape(64, 64, 64), machine);
  const Result<Program> program = emitGemm(shape(64, 65, 64), *schedule, machine);
  ASSERT_FALSE(program);
  EXPECT_THAT(program.error().message,
              testing::HasSubstr("blocks of the column dimension add up to 64 of 65"));
}

TEST(Emit, RefusesImpossibleRings) {
  const GemmProblem problem = shape(64, 64, 64);
  const Parameters machine = *loadParameters("base");
  GemmSchedule schedule = *scheduleGemm(problem, machine);
  schedule.accumulator_slots = 0;
  EXPECT_FALSE(emitGemm(problem, schedule, machine));
  schedule = *scheduleGemm(problem, machine);
  schedule.stationary_residency = schedule.columns_outer ? Residency::Whole : Residency::Panel;
  EXPECT_THAT(emitGemm(problem, schedule, machine).error().message,
              testing::HasSubstr("the stationary operand is held"));
  schedule = *scheduleGemm(problem, machine);
  schedule.transposed_output = !schedule.transposed_output;
  EXPECT_THAT(emitGemm(problem, schedule, machine).error().message,
              testing::HasSubstr("the output has to be"));
}

TEST(Emit, RefusesAScheduleThatDoesNotFitTheMachine) {
  const GemmProblem problem = shape(512, 512, 512);
  const Result<GemmSchedule> schedule = scheduleGemm(problem, *loadParameters("base"));
  Parameters smaller = *loadParameters("base");
  smaller.accumulator_size_bytes /= 8;
  const Result<Program> program = emitGemm(problem, *schedule, smaller);
  ASSERT_FALSE(program);
  EXPECT_THAT(program.error().message, testing::HasSubstr("banks of the accumulator"));
}

} // namespace
} // namespace lockstep::test
