// Are recurrent layers workloads of a sweep like GEMMs?
#include "workloads/driver/sweep/SweepSpec.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

Result<std::vector<SweepPoint>> parse(const std::string &yaml) {
  return parseSweep(yaml, "s.yaml", [](const std::string &) { return Error{ErrorKind::Usage, "no table"}; });
}

TEST(RecurrentSweep, HasLayersAndTablesBesideGemms) {
  const auto points = parse("parameters: {array.weight_load_bytes_per_cycle: [16, 64]}\n"
                            "workloads:\n"
                            "  - {cell: lstm, hidden: 40, batch: 2, steps: 7, state: int8, clip: 1.5}\n"
                            "  - {m: 3, n: 4, k: 5}\n"
                            "  - deepbench/rnn_inference_device\n");
  ASSERT_TRUE(bool(points)) << points.error().message;
  ASSERT_EQ(points->size(), 10u);
  const RecurrentSpec &layer = *points->front().recurrent;
  EXPECT_EQ(labelOf(layer), "lstm 40 b2 t7 int8-state clip");
  EXPECT_FALSE((*points)[1].recurrent.has_value());
  EXPECT_EQ((*points)[1].gemm.k, 5u);
  EXPECT_EQ(labelOf(*points->back().recurrent), "lstm 256 b1 t150");
  EXPECT_EQ(points->back().run.sets.front(), "array.weight_load_bytes_per_cycle=64");
}

TEST(RecurrentSweep, PointIsReadBackAsItWasWritten) {
  const auto points = parse("workloads: [{cell: gru, hidden: 5, linear_before_reset: false, seed: 9}]\n");
  ASSERT_TRUE(bool(points)) << points.error().message;
  const Row row = rowOf(points->front());
  const auto again = sweepPointOf(row);
  ASSERT_TRUE(bool(again)) << again.error().message;
  EXPECT_EQ(rowOf(*again), row);
  EXPECT_FALSE(again->recurrent->linear_before_reset);
}

TEST(RecurrentSweep, WrongLayerNamesLineAndKey) {
  const auto errorOf = [](const std::string &layer) {
    return parse("workloads:\n  - " + layer + "\n").error().message;
  };
  EXPECT_EQ(errorOf("{cell: gru, hidden: 0}"), "s.yaml:2: recurrent: hidden is 0; allowed is 1 to 65536");
  EXPECT_EQ(errorOf("{cell: gru, hiden: 8}"), "s.yaml:2: recurrent: the key `hiden` is unknown");
  EXPECT_EQ(errorOf("{cell: gru, hidden: many}"),
            "s.yaml:2: recurrent: hidden is \"many\", which is not of its type");
  EXPECT_EQ(errorOf("deepbench/rnn_nothing").substr(0, 9), "s.yaml:2:");
}

} // namespace
