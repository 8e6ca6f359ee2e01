// Programs of recurrent layers are legal, free of races, and give the reference's bits on the golden
// executor.
#include "tests/unit/recurrent/RecurrentHarness.h"

#include "compiler/recurrent/RecurrentSchedule.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

RecurrentProblem layerOf(CellKind cell, int64_t hidden, int64_t batch, int64_t steps) {
  RecurrentProblem p;
  p.cell = cell, p.hidden = hidden, p.batch = batch, p.steps = steps;
  p.shift = usualShift(p);
  return p;
}

TEST(RecurrentLayers, OfOneBlockHaveTheReferencesBits) {
  for (CellKind cell : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn})
    EXPECT_EQ(judge(makeLayer(layerOf(cell, 4, 1, 3), 1), machines()[0]), "") << cellName(cell);
}

TEST(RecurrentLayers, OfASingleHiddenUnitHaveTheReferencesBits) {
  for (CellKind cell : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn})
    EXPECT_EQ(judge(makeLayer(layerOf(cell, 1, 1, 1), 2), machines()[2]), "") << cellName(cell);
}

TEST(RecurrentLayers, AtTheEdgesOfBlocksHaveTheReferencesBits) {
  const Parameters small = machines()[1];
  for (CellKind cell : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn})
    for (int64_t hidden : {7, 8, 9, 15, 16, 17})
      EXPECT_EQ(judge(makeLayer(layerOf(cell, hidden, 3, 3), 3), small), "")
          << cellName(cell) << " " << hidden;
}

/// What the random layers below have met.
struct Seen {
  int rings = 0, whole_slots = 0, parts = 0, mixed = 0, groups = 0, streamed_parameters = 0, judged = 0;
  void add(const RecurrentSchedule &s) {
    rings += s.streams();
    whole_slots += s.streams() && s.whole_slots;
    parts += s.parts > 1;
    mixed += s.streams() && s.holdsWeights();
    groups += s.groups > 1;
    streamed_parameters += !s.parameters_resident;
  }
};

/// Every fourth layer has extreme values.
Seen judgeRandom(const Parameters &machine, uint64_t seed, int count, int64_t blocks, int64_t batch,
                 int64_t steps) {
  Random random(seed);
  Seen seen;
  for (int round = 0; round < count; ++round) {
    const RecurrentProblem p = randomLayer(random, machine, blocks, batch, steps);
    const auto schedule = scheduleRecurrent(p, machine);
    if (!schedule)
      continue;
    seen.add(**schedule);
    ++seen.judged;
    const auto kind = round % 4 == 3 ? RecurrentValueKind::Extreme : RecurrentValueKind::Usual;
    EXPECT_EQ(judge(makeLayer(p, seed + uint64_t(round), kind), machine), "")
        << describe(p) << " on " << machine.name << ", round " << round << "\n"
        << explain(**schedule);
  }
  return seen;
}

class RandomRecurrentLayers : public testing::TestWithParam<size_t> {
protected:
  const Parameters machine = machines()[GetParam()];
};

TEST_P(RandomRecurrentLayers, OfAFewBlocksHaveTheReferencesBits) {
  EXPECT_GE(judgeRandom(machine, 700 + GetParam(), 60, 4, 5, 6).judged, 50);
}

TEST_P(RandomRecurrentLayers, ThatDoNotFitHaveTheReferencesBitsWithStreamedWeights) {
  const Seen seen = judgeRandom(machine, 800 + GetParam(), 16, 30, 6, 3);
  EXPECT_GE(seen.rings, 4);
  EXPECT_GE(seen.mixed, 2);
}

TEST_P(RandomRecurrentLayers, OfLargeBatchesHaveTheReferencesBitsInGroups) {
  const Seen seen = judgeRandom(machine, 900 + GetParam(), 12, 10, machine.name == "base" ? 160 : 90, 3);
  EXPECT_GE(seen.groups, 2);
}

INSTANTIATE_TEST_SUITE_P(OnMachines, RandomRecurrentLayers, testing::Range<size_t>(0, machines().size()));

TEST(RecurrentLayers, WhoseCellsGoThroughMemoryHaveTheReferencesBits) {
  Random random(1100);
  int inMemory = 0;
  for (int round = 0; round < 40; ++round) {
    const Parameters machine = machines()[size_t(round % 3 == 2)];
    RecurrentProblem p = randomLayer(random, machine, 20, 40, 4);
    p.cell = CellKind::Lstm, p.hidden += 40, p.batch += 20;
    p.peepholes = round % 4 == 1, p.initial_c = round % 2, p.writes_y_c = round % 5 == 0;
    const auto schedule = scheduleRecurrent(p, machine, cellsInMemory());
    if (!schedule || !(*schedule)->cells_in_memory)
      continue;
    ++inMemory;
    EXPECT_EQ(judge(makeLayer(p, 1100 + uint64_t(round)), machine), "") << describe(p) << "\n"
                                                                        << explain(**schedule);
  }
  EXPECT_GE(inMemory, 8);
}

TEST(RecurrentLayers, MeetEveryKindOfSchedule) {
  Seen all;
  for (uint64_t seed = 0; seed < 3; ++seed) {
    const Seen seen = judgeRandom(machines()[seed], 1000 + seed, 12, 40, 40, 2);
    all.whole_slots += seen.whole_slots, all.parts += seen.parts;
    all.streamed_parameters += seen.streamed_parameters;
  }
  EXPECT_GE(all.whole_slots, 1);
  EXPECT_GE(all.parts, 1);
  EXPECT_GE(all.streamed_parameters, 1);
}

} // namespace
} // namespace lockstep::test
