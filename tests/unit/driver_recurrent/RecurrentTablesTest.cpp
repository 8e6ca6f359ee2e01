// Do the rows of a table become layers, and rows of results lines for each kind of cell?
#include "workloads/driver/recurrent/RecurrentTables.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

Row resultOf(const char *cell, const char *label, double percent, double layerPercent, int steps) {
  Row row;
  row["cell"] = cell, row["label"] = label, row["steps"] = 10, row["steps_run"] = steps;
  row["bound_percent"] = percent, row["layer_bound_percent"] = layerPercent;
  return row;
}

TEST(RecurrentTables, GiveLayersByFilterLimitAndSteps) {
  RecurrentSelection selection;
  selection.steps = 30, selection.state = "int8";
  const auto layers = recurrentLayers({"deepbench/rnn_inference_server"}, selection, "gru 2816 b2", 3, 5);
  ASSERT_TRUE(bool(layers)) << layers.error().message;
  ASSERT_EQ(layers->size(), 3u);
  EXPECT_EQ(layers->front().hidden, 2816);
  EXPECT_EQ(layers->front().batch, 2);
  EXPECT_EQ(layers->front().steps, 30);
  EXPECT_EQ(layers->front().state, "int8");
  EXPECT_EQ(layers->front().seed, 5u);
}

TEST(RecurrentTables, RefuseWhatCannotBe) {
  RecurrentSelection selection;
  const std::vector<std::string> tables = {"deepbench/rnn_inference_device"};
  EXPECT_EQ(recurrentLayers(tables, selection, "gru", 0, 1).error().message,
            "no row of deepbench/rnn_inference_device has --filter gru in its name");
  selection.steps = -1;
  EXPECT_FALSE(bool(recurrentLayers(tables, selection, "", 0, 1)));
  selection.steps = 0, selection.state = "float";
  EXPECT_FALSE(bool(recurrentLayers(tables, selection, "", 0, 1)));
}

TEST(RecurrentTables, TellGeometricMeanAndLeastOfEachCell) {
  const std::vector<Row> rows = {resultOf("gru", "one", 100, 90, 10), resultOf("gru", "two", 81, 90, 4),
                                 resultOf("rnn", "three", 50, 60, 10)};
  EXPECT_EQ(
      showCells(rows),
      "gru: 2 rows, 1 of them with fewer steps; of the bound: geometric mean 90.00 %, least 81.00 % (two); "
      "whole "
      "layer: geometric mean 90.00 %, least 90.00 % (one)\n"
      "rnn: 1 rows; of the bound: geometric mean 50.00 %, least 50.00 % (three); whole layer: geometric mean "
      "60.00 %, least 60.00 % (three)\n");
  EXPECT_EQ(showCells({Row{{"m", 3}}}), "");
}

} // namespace
