// Recurrent layers through the whole command: schedulers, program, engines, integer reference.
#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace lockstep;

namespace {

using Arguments = std::vector<std::string>;

/// Runs the command with --json and returns its rows.
std::vector<Row> rowsOf(Arguments arguments) {
  TemporaryFolder folder;
  arguments.insert(arguments.end(), {"--json", folder.path("rows.json")});
  CommandResult result = runCommand(arguments);
  EXPECT_EQ(result.exit_code, 0) << testing::PrintToString(arguments) << result.err << result.out;
  return result.exit_code == 0 ? readRows(folder.path("rows.json")) : std::vector<Row>{};
}

void expectEqual(const std::vector<Row> &rows, size_t count) {
  ASSERT_EQ(rows.size(), count);
  for (const Row &row : rows) {
    EXPECT_EQ(row["bits_equal"], true) << row;
    EXPECT_EQ(row["cycles_equal"], true) << row;
  }
}

TEST(Recurrent, IsEqualInBitsAndCyclesOnTinyForEveryCell) {
  for (const char *cell : {"gru", "lstm", "rnn"})
    expectEqual(rowsOf({"recurrent", "--cell", cell, "--hidden", "9", "--batch", "3", "--steps", "4", "--hw",
                        "tiny", "--engine", "lockstep", "--part", "both"}),
                1);
}

TEST(Recurrent, IsEqualInBitsAndCyclesWithEveryVariant) {
  const Arguments tiny = {"recurrent", "--hw",        "tiny",   "--engine", "lockstep", "--hidden",
                          "7",         "--batch",     "2",      "--steps",  "3",        "--reverse",
                          "--lengths", "--initial-h", "--clip", "1.5"};
  Arguments gru = tiny, lstm = tiny;
  gru.insert(gru.end(), {"--linear-before-reset", "0", "--state", "int8", "--output", "int8"});
  lstm.insert(lstm.end(),
              {"--cell", "lstm", "--peepholes", "--initial-c", "--y-c", "1", "--values", "extreme"});
  expectEqual(rowsOf(gru), 1);
  expectEqual(rowsOf(lstm), 1);
}

TEST(Recurrent, LayersOfATableRunAtAllStepsOnSystemC) {
  const std::vector<Row> rows = rowsOf({"bench", "deepbench/rnn_inference_device"});
  ASSERT_EQ(rows.size(), 3u);
  for (const Row &row : rows) {
    EXPECT_EQ(row["bits_equal"], true) << row;
    EXPECT_EQ(row["steps_run"], row["steps"]) << row;
    EXPECT_LE(row["bound_cycles"], row["cycles"]) << row;
    EXPECT_LE(row["layer_bound_cycles"], row["layer_cycles"]) << row;
    EXPECT_LE(row["program_bytes"], 65536) << row;
  }
}

TEST(Recurrent, LayersOfATableRunFewerStepsWhereTheRtlWouldTakeLong) {
  const std::vector<Row> rows =
      rowsOf({"bench", "deepbench/rnn_inference_device", "--hw", "tiny", "--filter", "rnn 32", "--engine",
              "lockstep", "--rtl-cycles", "30000", "--part", "recurrent"});
  expectEqual(rows, 1);
  EXPECT_GE(rows[0]["steps_run"], 10);
  EXPECT_LT(rows[0]["steps_run"], rows[0]["steps"]);
  EXPECT_NEAR(rows[0]["cycles"].get<double>(), 30000, 1500);
}

TEST(Recurrent, LayersOverTheLimitRunShortAndTheOthersWhole) {
  const std::vector<Row> rows =
      rowsOf({"bench", "deepbench/rnn_inference_device", "--hw", "tiny", "--filter", "rnn", "--engine",
              "lockstep", "--rtl-cycles", "200000", "--rtl-short", "5000", "--part", "recurrent"});
  expectEqual(rows, 2);
  EXPECT_LT(rows[0]["steps_run"], rows[0]["steps"]) << rows[0];
  EXPECT_NEAR(rows[0]["cycles"].get<double>(), 5000, 1000);
  EXPECT_EQ(rows[1]["steps_run"], rows[1]["steps"]) << rows[1];
  EXPECT_GT(rows[1]["cycles"], 100000);
}

TEST(Recurrent, SummaryTellsEachCell) {
  const CommandResult result =
      runCommand({"bench", "deepbench/rnn_inference_device", "--timing-only", "--steps", "5"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("lstm: 1 rows; of the bound: geometric mean "), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("rnn: 2 rows; of the bound: "), std::string::npos) << result.out;
}

TEST(Recurrent, RandomLayersAreAllEqual) {
  const CommandResult result = runCommand({"recurrent", "--random", "40", "--seed", "77", "--hw", "tiny"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "40 random layers from seed 77 on tiny: all equal\n");
}

TEST(Recurrent, ProgramIsWrittenAndRunsByItself) {
  TemporaryFolder folder;
  const std::string file = folder.path("gru.lstp");
  EXPECT_EQ(
      runCommand({"recurrent", "--hidden", "8", "--steps", "2", "--hw", "tiny", "--emit", file}).exit_code,
      0);
  EXPECT_EQ(runCommand({"check", file}).exit_code, 0);
  EXPECT_EQ(runCommand({"run", file}).exit_code, 0);
}

TEST(Recurrent, ExplainsTheScheduleWithoutARun) {
  const CommandResult one = runCommand({"recurrent", "--hidden", "64", "--steps", "10", "--explain"});
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_EQ(one.out.substr(0, 39), "gru 64 b1 t10 on base: bound 7680 cycle") << one.out;
  const CommandResult table = runCommand({"bench", "deepbench/rnn_inference_device", "--explain"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_NE(table.out.find("lstm 256 b1 t150 on base: bound "), std::string::npos) << table.out;
}

TEST(Recurrent, GruIsNearItsBoundWhetherItsWeightsAreStreamedOrResident) {
  for (const char *machine : {"base", "recurrent"}) {
    const std::vector<Row> rows =
        rowsOf({"bench", "deepbench/rnn_inference_server", "--timing-only", "--part", "recurrent", "--filter",
                "gru 1024", "--hw", machine, "--set", "memory.latency_cycles=100"});
    ASSERT_EQ(rows.size(), 3u);
    for (const Row &row : rows)
      EXPECT_GE(row["bound_percent"], 97) << row;
  }
}

TEST(Recurrent, WrongInputIsOneSentence) {
  const std::vector<std::pair<Arguments, const char *>> cases = {
      {{"recurrent", "--cell", "gru"}, "--hidden is missing"},
      {{"recurrent", "--cell", "mut", "--hidden", "8"}, "cell is `mut`; allowed are gru, lstm, rnn"},
      {{"recurrent", "--hidden", "8", "--steps", "0"}, "steps is 0; allowed is 1 to 16777216"},
      {{"recurrent", "--hidden", "8", "--peepholes"}, "LSTM"},
      {{"recurrent", "--hidden", "8", "--y", "0", "--y-h", "0"}, "no output is written"},
      {{"recurrent", "--hidden", "8", "--part", "all"}, "allowed are recurrent, layer and both"},
      {{"recurrent", "--cell", "lstm", "--hidden", "8", "--hw", "tiny", "--set", "vector.tables=1"}, "table"},
      {{"bench", "deepbench/rnn_nowhere"}, "deepbench/rnn_inference_server"},
      {{"bench", "deepbench/rnn_train", "--filter", "gru 3"}, "no row of deepbench/rnn_train"},
      {{"bench", "deepbench/rnn_train", "--steps", "-1"}, "--steps is -1"},
      {{"bench", "deepbench/rnn_train", "deepbench/gemm_train"}, "all of recurrent layers"}};
  for (const auto &[arguments, says] : cases) {
    const CommandResult result = runCommand(arguments);
    SCOPED_TRACE(testing::PrintToString(arguments));
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_NE(result.err.find(says), std::string::npos) << result.err;
    expectOneSentence(result);
  }
}

} // namespace
