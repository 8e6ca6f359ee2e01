// DeepBench's recurrent tables as a whole: minutes to an hour each.
#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace lockstep;

namespace {

using Arguments = std::vector<std::string>;

std::vector<Row> bench(Arguments arguments) {
  TemporaryFolder folder;
  arguments.insert(arguments.begin(), {"bench", "deepbench/rnn_all"});
  arguments.insert(arguments.end(), {"--json", folder.path("rows.json")});
  CommandResult result = runCommand(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err << result.out;
  return readRows(folder.path("rows.json"));
}

TEST(RecurrentTables, AllLayersHaveTheBitsOfTheReferenceAtAllSteps) {
  const std::vector<Row> rows = bench({"--part", "recurrent"});
  EXPECT_EQ(rows.size(), 125u);
  for (const Row &row : rows) {
    EXPECT_EQ(row["bits_equal"], true) << row;
    EXPECT_EQ(row["steps_run"], row["steps"]) << row;
    EXPECT_LE(row["program_bytes"], 65536) << row;
  }
}

TEST(RecurrentTables, LayersUnderFiveMinutesOfRtlAreEqualInBitsAndCyclesAtAllStepsTheOthersForFewer) {
  const std::vector<Row> rows = bench({"--part", "recurrent", "--engine", "lockstep", "--assertions", "off"});
  EXPECT_EQ(rows.size(), 125u);
  size_t whole = 0;
  for (const Row &row : rows) {
    EXPECT_EQ(row["bits_equal"], true) << row;
    EXPECT_EQ(row["cycles_equal"], true) << row;
    whole += row["steps_run"] == row["steps"];
  }
  EXPECT_GE(whole, 72u);
}

void expectGrusNearTheBound(const Arguments &machine) {
  Arguments arguments = {"--part", "recurrent", "--timing-only", "--filter", "gru"};
  arguments.insert(arguments.end(), machine.begin(), machine.end());
  const std::vector<Row> rows = bench(arguments);
  ASSERT_EQ(rows.size(), 73u);
  double logarithms = 0;
  for (const Row &row : rows) {
    EXPECT_GE(row["bound_percent"].get<double>(), 88) << row;
    logarithms += std::log(row["bound_percent"].get<double>());
  }
  EXPECT_GE(std::exp(logarithms / 73), 95);
}

TEST(RecurrentTables, GrusReach95PercentOfTheBoundInTheMeanAnd88Everywhere) {
  expectGrusNearTheBound({});
  expectGrusNearTheBound({"--set", "memory.latency_cycles=100"});
}

TEST(RecurrentTables, GrusReach95PercentOfTheBoundInTheMeanAnd88EverywhereWithAWideWeightPort) {
  expectGrusNearTheBound({"--hw", "recurrent"});
  expectGrusNearTheBound({"--hw", "recurrent", "--set", "memory.latency_cycles=100"});
}

} // namespace
