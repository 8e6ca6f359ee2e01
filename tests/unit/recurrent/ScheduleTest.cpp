// What a schedule keeps on the chip, how long its program is, and which layers and machines are refused.
#include "tests/unit/recurrent/RecurrentHarness.h"

#include "compiler/recurrent/RecurrentSchedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

using testing::HasSubstr;

RecurrentProblem gru(int64_t hidden, int64_t batch, int64_t steps) {
  RecurrentProblem p;
  p.hidden = hidden, p.batch = batch, p.steps = steps;
  return p;
}

RecurrentSchedule scheduleOf(const RecurrentProblem &p, const Parameters &machine) {
  const auto schedule = scheduleRecurrent(p, machine);
  if (!schedule) {
    ADD_FAILURE() << schedule.error().message;
    return {};
  }
  return **schedule;
}

size_t instructionsOf(const RecurrentProblem &p, const RecurrentSchedule &schedule,
                      const Parameters &machine) {
  const auto list = emitRecurrent(p, schedule, {}, machine);
  return list ? list->size() : 0;
}

std::string refusal(const RecurrentProblem &p, const Parameters &machine) {
  const auto schedule = scheduleRecurrent(p, machine);
  return schedule ? "" : schedule.error().message;
}

const Parameters base = *loadParameters("base"), recurrent = *loadParameters("recurrent");

TEST(RecurrentSchedules, KeepAllWeightsThatFit) {
  const RecurrentSchedule s = scheduleOf(gru(1024, 1, 100), recurrent);
  EXPECT_FALSE(s.streams());
  EXPECT_EQ(s.resident_weights.words * s.shape.vector_bytes, 3 * 1024 * 1024);
}

TEST(RecurrentSchedules, KeepTheLargestPartOfWeightsThatDoNotFit) {
  const RecurrentSchedule s = scheduleOf(gru(1536, 1, 100), recurrent);
  EXPECT_TRUE(s.streams());
  EXPECT_GE(s.resident_weights.words * s.shape.vector_bytes, recurrent.scratchpad_size_bytes * 88 / 100);
}

TEST(RecurrentSchedules, KeepNoWeightsForASingleStep) {
  const RecurrentSchedule s = scheduleOf(gru(512, 1, 1), base);
  EXPECT_TRUE(s.streams());
  EXPECT_FALSE(s.holdsWeights());
}

TEST(RecurrentSchedules, ShareWeightsAmongAsManyRowsAsCoverTheirLoads) {
  const RecurrentSchedule s = scheduleOf(gru(2816, 32, 100), base);
  EXPECT_GE(2 * s.rows, 16) << "cycles of a tile's load";
  EXPECT_EQ(s.rows * s.groups, 32);
}

TEST(RecurrentSchedules, LetCellsGoThroughMemoryOnlyWhereTheCallerHasAPlaceAndItHelps) {
  RecurrentProblem p = gru(4096, 16, 25);
  p.cell = CellKind::Lstm;
  EXPECT_EQ(cellBytes(scheduleOf(p, base)), 0u);
  const auto found = scheduleRecurrent(p, base, cellsInMemory());
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->rows, 8);
  EXPECT_EQ(cellBytes(**found), 8u * 4096 * 2);
  p.hidden = 256;
  EXPECT_EQ(cellBytes(**scheduleRecurrent(p, base, cellsInMemory())), 0u);
}

TEST(RecurrentSchedules, PlaceEverythingWithoutOverlap) {
  Random random(77);
  for (const Parameters &machine : machines())
    for (int round = 0; round < 20; ++round) {
      const auto found = scheduleRecurrent(randomLayer(random, machine, 20, 20, 5), machine);
      if (!found)
        continue;
      const RecurrentSchedule &s = **found;
      std::vector<WordRange> ranges = {s.out,   s.cells,    s.planes,           s.reset_planes, s.x,
                                       s.masks, s.identity, s.resident_weights, s.ring};
      for (size_t i = 1; i < ranges.size(); ++i)
        EXPECT_GE(ranges[i].first, ranges[i - 1].end());
      EXPECT_LE(s.ring.end(), machine.scratchpadWords());
      EXPECT_LE(s.sums.end(), s.temporaries.first);
      EXPECT_LE(s.temporaries.end(), s.parameters.first);
      EXPECT_LE(s.parameters.end(), machine.accumulatorWords());
    }
}

TEST(RecurrentSchedules, ArePackedIntoTheBytesThatTheySay) {
  Random random(78);
  const Parameters small = machines()[1];
  for (int round = 0; round < 20; ++round) {
    const RecurrentProblem p = randomLayer(random, small, 12, 8, 3);
    const RecurrentSchedule s = scheduleOf(p, small);
    EXPECT_EQ(packRecurrentConstants(p, s, makeLayer(p, 1).constants, small).size(),
              packedConstantBytes(p, s, small));
  }
}

TEST(RecurrentPrograms, AreAsLongForAMillionStepsAsForAThousand) {
  for (const Parameters &machine : {base, recurrent})
    for (int64_t hidden : {256, 1536}) {
      const RecurrentSchedule schedule = scheduleOf(gru(hidden, 4, 1000), machine);
      const size_t thousand = instructionsOf(gru(hidden, 4, 1000), schedule, machine);
      EXPECT_EQ(instructionsOf(gru(hidden, 4, 1000000), schedule, machine), thousand);
      EXPECT_LE(thousand, 1023u);
      EXPECT_GT(thousand, 50u);
    }
}

TEST(RecurrentPrograms, EndWithAnOutputThatAStoreWaitsFor) {
  Random random(79);
  const Parameters tiny = machines()[0];
  for (int round = 0; round < 60; ++round) {
    const RecurrentProblem p = randomLayer(random, tiny, 4, 4, 4);
    const auto list = emitRecurrent(p, scheduleOf(p, tiny), {}, tiny);
    ASSERT_TRUE(list);
    size_t last = 0, store = 0;
    for (size_t i = 0; i < list->size(); ++i) {
      last = std::holds_alternative<ElementwiseInstruction>((*list)[i]) ? i : last;
      store = std::holds_alternative<StoreInstruction>((*list)[i]) && store < last ? i : store;
    }
    const auto &work = std::get<ElementwiseInstruction>((*list)[last]);
    const auto &behind = std::get<StoreInstruction>((*list)[store]);
    const std::vector<uint64_t> posts = {work.post_0, work.post_1, work.post_2};
    EXPECT_NE(behind.wait_0, 0u);
    EXPECT_THAT(posts, testing::Contains(behind.wait_0)) << describe(p);
  }
}

TEST(RecurrentSchedules, ExplainThemselves) {
  const std::string text = explain(scheduleOf(gru(1536, 4, 100), recurrent));
  for (const char *part :
       {"batch: 1 group of 4 rows", "96 blocks of 16", "resident", "ring of", "predicted cycles"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(RecurrentProblems, OutsideOfTheirLimitsAreRefused) {
  RecurrentProblem p = gru(0, 1, 1);
  EXPECT_THAT(refusal(p, base), HasSubstr("hidden is 0; allowed is 1 to 65536"));
  p = gru(4, 1 << 17, 1);
  EXPECT_THAT(refusal(p, base), HasSubstr("batch is 131072"));
  p = gru(4, 1, (1 << 24) + 1);
  EXPECT_THAT(refusal(p, base), HasSubstr("steps is 16777217"));
  p = gru(1 << 16, 1 << 16, 1 << 24);
  EXPECT_THAT(refusal(p, base), HasSubstr("steps x batch x hidden"));
  p = gru(4, 1, 1), p.shift = 63;
  EXPECT_THAT(refusal(p, base), HasSubstr("shift is 63; allowed is 2 to 62"));
  p = gru(4, 1, 1), p.clip = 0;
  EXPECT_THAT(refusal(p, base), HasSubstr("clip is 0"));
  p = gru(4, 1, 1), p.cell_fraction_bits = 10;
  EXPECT_THAT(refusal(p, base), HasSubstr("cell_fraction_bits is 10 of a cell gru"));
  p = gru(4, 1, 1), p.cell = CellKind::Lstm, p.cell_fraction_bits = 7;
  EXPECT_THAT(refusal(p, base), HasSubstr("cell_fraction_bits is 7; allowed is 8 to 12"));
  p.cell_fraction_bits = 8, p.peepholes = true, p.peephole_fraction_bits = 3;
  EXPECT_THAT(refusal(p, base), HasSubstr("are 3 and 8; allowed is a sum of 12 or more"));
  p = gru(4, 1, 1), p.peepholes = true;
  EXPECT_THAT(refusal(p, base), HasSubstr("an LSTM's, not of a cell gru"));
  p = gru(4, 1, 1), p.writes_y = p.writes_y_h = false;
  EXPECT_THAT(refusal(p, base), HasSubstr("no output is written"));
}

TEST(RecurrentProblems, ThatAMachineCannotHoldAreRefusedWithItsSizes) {
  EXPECT_THAT(refusal(gru(1 << 15, 1, 1), base), HasSubstr("8 banks of 2048 scratchpad words"));
  EXPECT_THAT(refusal(gru(1 << 16, 1 << 16, 1), base), HasSubstr("4096 slices of the hidden units"));
  RecurrentProblem apart = gru(64, 1, 4);
  apart.cell = CellKind::Lstm, apart.h_is_g = false;
  EXPECT_THAT(refusal(apart, base),
              HasSubstr("the cell needs 3 function tables; machine base has vector.tables = 2"));
  apart.h_is_g = true;
  EXPECT_EQ(refusal(apart, base), "");
}

TEST(RecurrentBounds, AreThoseOfArrayAndMemory) {
  // steps x ceil(3 H / 16) x ceil(H / 16) x max(tile load, passes x batch)
  EXPECT_EQ(recurrentBound(gru(1024, 1, 10), base).array_cycles, 10u * 192 * 64 * 16);
  EXPECT_EQ(recurrentBound(gru(1024, 32, 10), base).array_cycles, 10u * 192 * 64 * 64);
  EXPECT_EQ(recurrentBound(gru(1024, 1, 10), recurrent).array_cycles, 10u * 192 * 64 * 4);
  RecurrentProblem narrow = gru(1000, 4, 10);
  narrow.state_int8 = true;
  EXPECT_EQ(recurrentBound(narrow, recurrent).array_cycles, 10u * 188 * 63 * 4);
  // x once a step, the weights once, and what exceeds 4 MiB in each further step
  const uint64_t weights = 3u * 1536 * 1536, x = 3u * 1536 * 2;
  EXPECT_EQ(recurrentBound(gru(1536, 1, 10), recurrent).read_cycles,
            (10 * x + weights + 9 * (weights - 4194304) + 15) / 16);
  EXPECT_EQ(recurrentBound(gru(1024, 1, 10), recurrent).read_cycles, (10 * 6144 + 3u * 1024 * 1024) / 16);
  EXPECT_EQ(recurrentBound(gru(1024, 2, 10), base).write_cycles, (10u + 1) * 2 * 1024 * 2 / 16);
}

} // namespace
} // namespace lockstep::test
