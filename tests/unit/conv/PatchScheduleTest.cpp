// Any schedule that fits computes the same bytes; one that does not belong to the problem is refused.
#include "tests/unit/conv/ConvHarness.h"

#include "compiler/conv/PatchChecks.h"
#include "compiler/conv/PatchPlacement.h"
#include "compiler/gemm/Splits.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

BlockSplit randomSplit(Random &random, int64_t total, int64_t unit) {
  const int64_t units = ceilDivide(total, unit);
  return random() & 1 ? evenSplit(total, unit, pick(random, 1, units))
                      : uniformSplit(total, unit * pick(random, 1, units));
}

PatchSchedule randomSchedule(Random &random, const ConvProblem &p, const Parameters &machine) {
  PatchSchedule s;
  for (s.merged = pick(random, 1, p.groups); p.groups % s.merged != 0;)
    --s.merged;
  s.columns_outer = random() & 1;
  s.row_split = randomSplit(random, p.outHeight(), 1);
  s.pixel_split = randomSplit(random, p.outWidth(), 1);
  s.column_split = randomSplit(random, s.merged * p.out_channels, machine.array_columns);
  s.reduction_split = randomSplit(random, s.merged * p.in_channels, machine.array_rows);
  s.kernel_split = randomSplit(random, p.kernel_height, 1);
  const auto residency = [&](bool followsOuter) {
    return random() & 1 ? Residency::Chunk : followsOuter ? Residency::Panel : Residency::Whole;
  };
  s.patch_residency = residency(!s.columns_outer);
  s.weight_residency = residency(s.columns_outer);
  s.parameters_whole = random() & 1;
  const int64_t pixels = p.batch * blockCount(s.row_split) * blockCount(s.pixel_split);
  const int64_t inner = s.columns_outer ? pixels : blockCount(s.column_split);
  const auto slots = [&](Residency held, int64_t parts) {
    return held == Residency::Chunk   ? pick(random, 1, 4)
           : held == Residency::Panel ? parts + pick(random, 0, 2)
                                      : inner * parts;
  };
  const int64_t parts = blockCount(s.reduction_split);
  s.patch_slots = slots(s.patch_residency, parts);
  s.weight_slots = slots(s.weight_residency, parts * blockCount(s.kernel_split));
  s.parameter_slots = s.parameters_whole && !s.columns_outer ? inner : pick(random, 1, 3);
  s.accumulator_slots = pick(random, 1, 3);
  s.output_slots = pick(random, 1, 3);
  s.output_pieces = pick(random, 1, 3);
  return s;
}

TEST(PatchSchedule, GivesTheSameBytesWhateverItDecides) {
  Random random(21);
  int judged = 0;
  for (int i = 0; i < 4000 && judged < 150; ++i) {
    const Parameters machine = *loadParameters(i % 3 == 0 ? "small" : "tiny");
    const ConvProblem problem = randomConv(random, 14);
    ConvSchedule schedule;
    schedule.machine = machine;
    schedule.looped = random() & 1;
    schedule.patch = randomSchedule(random, problem, machine);
    const PatchShape shape(problem, schedule.patch.merged, machine);
    if (!placePatch(shape, schedule.patch, machine))
      continue;
    ++judged;
    ASSERT_EQ(judge(random, problem, schedule, machine), "") << describe(problem) << "\n"
                                                             << explain(schedule);
  }
  EXPECT_EQ(judged, 150);
}

/// A small layer and a schedule for it, to be spoilt.
struct Spoilt {
  ConvProblem problem;
  PatchSchedule schedule;
  Parameters machine = *loadParameters("tiny");

  Spoilt() {
    problem.in_height = problem.in_width = 6, problem.in_channels = 8, problem.out_channels = 8;
    schedule.row_split = {{6, 1}}, schedule.pixel_split = {{6, 1}};
    schedule.column_split = {{4, 2}}, schedule.reduction_split = {{8, 1}}, schedule.kernel_split = {{1, 1}};
  }
  std::string refusal() const {
    const Status status = checkPatchSchedule(problem, schedule, machine);
    return status ? "" : status.error().message;
  }
};

TEST(PatchSchedule, IsRefusedIfItDoesNotBelongToTheProblem) {
  EXPECT_EQ(Spoilt().refusal(), "");
  Spoilt rows, columns, held, slots, merged;
  rows.schedule.row_split = {{5, 1}};
  EXPECT_EQ(rows.refusal(),
            "convolution schedule: the blocks of output rows add up to 5 of 6, or some but the last "
            "are not multiples of 1.");
  columns.schedule.column_split = {{3, 1}, {5, 1}};
  EXPECT_NE(columns.refusal(), "");
  held.schedule.patch_residency = Residency::Whole;
  EXPECT_EQ(held.refusal(),
            "convolution schedule: the ring of patches cannot be held: it follows the other loop.");
  slots.schedule.weight_residency = Residency::Whole;
  EXPECT_EQ(slots.refusal(), "convolution schedule: the ring of weights has 1 slots; it needs 2.");
  merged.schedule.merged = 2;
  EXPECT_EQ(merged.refusal(), "convolution schedule: 2 merged groups do not divide 1.");
}

TEST(PatchSchedule, IsRefusedIfItDoesNotFitTheMachine) {
  Spoilt large;
  large.schedule.patch_slots = 40;
  const PatchShape shape(large.problem, 1, large.machine);
  const auto placement = placePatch(shape, large.schedule, large.machine);
  ASSERT_FALSE(bool(placement));
  EXPECT_EQ(placement.error().message,
            "convolution schedule: needs 14 banks of the scratchpad, which has 8.");
}

} // namespace
} // namespace lockstep::test
