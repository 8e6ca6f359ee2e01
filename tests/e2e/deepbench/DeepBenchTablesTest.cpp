// DeepBench's GEMM tables as a whole: minutes each.
#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace lockstep;

namespace {

std::vector<Row> bench(std::vector<std::string> arguments) {
  TemporaryFolder folder;
  arguments.insert(arguments.begin(), "bench");
  arguments.insert(arguments.end(), {"--json", folder.path("rows.json")});
  CommandResult result = runCommand(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err << result.out;
  return readRows(folder.path("rows.json"));
}

void expectDeviceTableInLockstep(const std::vector<std::string> &settings) {
  std::vector<std::string> arguments = {"deepbench/gemm_inference_device", "--engine", "lockstep",
                                        "--assertions", "off"};
  for (const std::string &setting : settings)
    arguments.insert(arguments.end(), {"--set", setting});
  std::vector<Row> rows = bench(arguments);
  EXPECT_EQ(rows.size(), 13u);
  for (const Row &row : rows) {
    EXPECT_EQ(row["bits_equal"], true) << row;
    EXPECT_EQ(row["cycles_equal"], true) << row;
  }
}

TEST(DeepBench, DeviceTableIsEqualInBitsAndCyclesAtLatency20) { expectDeviceTableInLockstep({}); }

TEST(DeepBench, DeviceTableIsEqualInBitsAndCyclesAtLatency100) {
  expectDeviceTableInLockstep({"memory.latency_cycles=100"});
}

TEST(DeepBench, DeviceTableIsEqualInBitsAndCyclesWithTheDramMemory) {
  expectDeviceTableInLockstep({"memory.model=dram"});
}

TEST(DeepBench, AllTablesHaveTheBitsOfTheCpu) {
  std::vector<Row> rows = bench({"deepbench/gemm_all"});
  EXPECT_EQ(rows.size(), 248u);
  for (const Row &row : rows) {
    EXPECT_EQ(row["bits_equal"], true) << row;
    EXPECT_GE(row["plain_rows_checked"], 1) << row;
  }
}

TEST(DeepBench, ServerTableReaches97PercentOfTheBoundInTheMeanAnd90Everywhere) {
  std::vector<Row> rows =
      bench({"deepbench/gemm_inference_server", "--timing-only", "--set", "memory.latency_cycles=100"});
  ASSERT_EQ(rows.size(), 75u);
  double logarithms = 0;
  for (const Row &row : rows) {
    EXPECT_GE(row["bound_percent"].get<double>(), 90) << row;
    logarithms += std::log(row["bound_percent"].get<double>());
  }
  EXPECT_GE(std::exp(logarithms / 75), 97);
}

} // namespace
