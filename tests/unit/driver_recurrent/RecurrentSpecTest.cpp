// Is what a user asks for the scheduler's problem, and is a random layer one that can be asked for?
#include "workloads/driver/recurrent/RandomRecurrent.h"
#include "workloads/driver/recurrent/RecurrentOptions.h"

#include <gtest/gtest.h>
#include <set>
#include <sstream>

using namespace lockstep;

namespace {

RecurrentSpec layer(const std::string &cell, int64_t hidden, int64_t batch, int64_t steps) {
  RecurrentSpec spec;
  spec.cell = cell, spec.hidden = hidden, spec.batch = batch, spec.steps = steps;
  return spec;
}

std::string errorOf(const RecurrentSpec &spec, RecurrentPart part = RecurrentPart::Both) {
  const Status status = checkRecurrentSpec(spec, part);
  return status ? "" : status.error().message;
}

std::string keysOf(const RecurrentSpec &spec) { return rowOf(spec).dump(); }

TEST(RecurrentSpec, IsTheSchedulersProblem) {
  RecurrentSpec spec = layer("lstm", 33, 4, 9);
  spec.peepholes = spec.reverse = spec.lengths = spec.initial_c = spec.y_c = true;
  spec.y = false, spec.state = "int8", spec.output = "int8", spec.clip = 2.5, spec.state_fraction_bits = 13;
  spec.cell_fraction_bits = 9;
  const RecurrentProblem p = problemOf(spec);
  EXPECT_EQ(p.cell, CellKind::Lstm);
  EXPECT_EQ(p.hidden, 33);
  EXPECT_EQ(p.batch, 4);
  EXPECT_EQ(p.steps, 9);
  EXPECT_TRUE(p.peepholes && p.reverse && p.has_lengths && p.initial_c && p.writes_y_c && p.state_int8);
  EXPECT_FALSE(p.writes_y || p.initial_h);
  EXPECT_EQ(p.output, RecurrentOutput::Int8);
  EXPECT_EQ(p.clip, 10240);
  EXPECT_EQ(p.state_fraction_bits, 13);
  EXPECT_EQ(p.cell_fraction_bits, 9);
}

TEST(RecurrentSpec, OfATableIsCudnnsGruOrAPlainRnn) {
  const RecurrentProblem gru = problemOf(specOf({"gru", 2816, 4, 1500}));
  EXPECT_EQ(gru.cell, CellKind::Gru);
  EXPECT_TRUE(gru.linear_before_reset);
  EXPECT_EQ(gru.steps, 1500);
  EXPECT_EQ(gru.clip, 32767);
  EXPECT_EQ(problemOf(specOf({"vanilla", 32, 1, 672})).cell, CellKind::Rnn);
}

TEST(RecurrentSpec, HasAProjectionOfAllStepsAtOnce) {
  RecurrentSpec spec = layer("gru", 20, 3, 7);
  spec.x_zero_point = 5;
  EXPECT_EQ(projectionOf(spec).k, 20);
  spec.input = 11;
  const GemmProblem g = projectionOf(spec);
  EXPECT_EQ(g.m, 21);
  EXPECT_EQ(g.n, 60);
  EXPECT_EQ(g.k, 11);
  EXPECT_EQ(g.output, GemmOutput::Int16);
  EXPECT_EQ(g.a_zero_point, 5);
  EXPECT_TRUE(g.has_bias && g.per_column);
}

TEST(RecurrentSpec, HasANameThatTellsItsVariants) {
  EXPECT_EQ(labelOf(layer("gru", 2816, 4, 1500)), "gru 2816 b4 t1500");
  RecurrentSpec spec = layer("lstm", 8, 1, 2);
  spec.peepholes = spec.reverse = true, spec.state = "int8";
  EXPECT_EQ(labelOf(spec), "lstm 8 b1 t2 peepholes reverse int8-state");
}

TEST(RecurrentSpec, CountsTheMultiplicationsOfTheDefinition) {
  EXPECT_EQ(macsOf(layer("gru", 10, 2, 5)), 3000u);
  EXPECT_EQ(macsOf(layer("lstm", 10, 2, 5)), 4000u);
  EXPECT_EQ(macsOf(layer("rnn", 10, 2, 5)), 1000u);
}

TEST(RecurrentSpec, IsRefusedInASentenceThatNamesTheLimit) {
  EXPECT_EQ(errorOf(layer("mut", 8, 1, 1)), "recurrent: cell is `mut`; allowed are gru, lstm, rnn");
  EXPECT_EQ(errorOf(layer("gru", 0, 1, 1)), "recurrent: hidden is 0; allowed is 1 to 65536");
  EXPECT_EQ(errorOf(layer("gru", 8, -1, 1)), "recurrent: batch is -1; allowed is 1 to 65536");
  EXPECT_EQ(errorOf(layer("gru", 8, 1, 1 << 25)), "recurrent: steps is 33554432; allowed is 1 to 16777216");
  RecurrentSpec spec = layer("gru", 8, 1, 1);
  spec.state = "int4";
  EXPECT_EQ(errorOf(spec), "recurrent: state is `int4`; allowed are int8, int16");
  spec = layer("gru", 8, 1, 1), spec.clip = -1;
  EXPECT_EQ(errorOf(spec), "recurrent: clip is -1; allowed is 0 (none) to 1000000");
  spec = layer("gru", 8, 1, 1), spec.cell_fraction_bits = 13;
  EXPECT_EQ(errorOf(spec), "recurrent: cell_fraction_bits is 13; allowed is 8 to 12");
  spec.cell_fraction_bits = 11;
  EXPECT_NE(errorOf(spec), "") << "a GRU has no cell";
  spec = layer("gru", 8, 1, 1), spec.peepholes = true;
  EXPECT_NE(errorOf(spec), "") << "peepholes of a GRU";
}

TEST(RecurrentSpec, IsACommandThatAsksForItAgain) {
  auto machine = loadParameters("tiny", {});
  ASSERT_TRUE(bool(machine));
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const RecurrentSpec spec = randomRecurrent(seed, *machine);
    const auto again = recurrentSpecOfCommand(commandOf(spec));
    ASSERT_TRUE(bool(again)) << again.error().message;
    EXPECT_EQ(keysOf(*again), keysOf(spec)) << commandOf(spec);
  }
}

TEST(RecurrentSpec, OfACommandWithUnknownOptionsIsRefused) {
  EXPECT_FALSE(bool(recurrentSpecOfCommand("--hidden 8 --size 9")));
}

TEST(RandomRecurrent, IsTheSameForTheSameSeedAndOfEveryVariant) {
  auto machine = loadParameters("small", {});
  ASSERT_TRUE(bool(machine));
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const RecurrentSpec spec = randomRecurrent(seed, *machine);
    EXPECT_EQ(keysOf(spec), keysOf(randomRecurrent(seed, *machine)));
    EXPECT_EQ(errorOf(spec), "") << commandOf(spec);
    EXPECT_TRUE(spec.y || spec.y_h);
    forEachField(spec, [&](const char *key, const auto &value) {
      std::ostringstream text;
      text << key << " " << value;
      seen.insert(text.str());
    });
  }
  for (const char *variant : {"cell gru",
                              "cell lstm",
                              "cell rnn",
                              "linear_before_reset 0",
                              "linear_before_reset 1",
                              "peepholes 1",
                              "reverse 1",
                              "lengths 1",
                              "initial_h 1",
                              "initial_c 1",
                              "state int8",
                              "state int16",
                              "output int8",
                              "output int16",
                              "values extreme",
                              "y 0",
                              "y_h 0",
                              "y_c 1",
                              "cell_fraction_bits 8",
                              "cell_fraction_bits 9",
                              "cell_fraction_bits 10",
                              "cell_fraction_bits 11",
                              "cell_fraction_bits 12",
                              "hidden 1",
                              "hidden 7",
                              "hidden 8",
                              "hidden 9",
                              "hidden 15",
                              "hidden 16",
                              "hidden 17",
                              "batch 1",
                              "steps 1",
                              "steps 6"})
    EXPECT_TRUE(seen.count(variant)) << variant;
}

TEST(RandomRecurrent, HasMoreWeightsThanTheScratchpadHoldsNowAndThen) {
  auto machine = loadParameters("tiny", {});
  ASSERT_TRUE(bool(machine));
  int streaming = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const RecurrentProblem p = problemOf(randomRecurrent(seed, *machine));
    streaming += gatesOf(p.cell) * p.hidden * p.hidden > machine->scratchpad_size_bytes;
  }
  EXPECT_GE(streaming, 20);
}

} // namespace
