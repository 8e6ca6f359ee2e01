// Small GEMMs through the whole command: scheduler, program, engines, CPU reference.
#include "tests/e2e/command/Command.h"
#include "workloads/driver/gemm/GemmSpec.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

using Arguments = std::vector<std::string>;

/// Runs `gemm` with a --json file and returns its row.
Row runGemm(const Arguments &options) {
  TemporaryFolder folder;
  Arguments arguments = {"gemm", "--json", folder.path("row.json")};
  arguments.insert(arguments.end(), options.begin(), options.end());
  CommandResult result = runCommand(arguments);
  EXPECT_EQ(result.exit_code, 0) << testing::PrintToString(options) << result.err << result.out;
  std::vector<Row> rows = result.exit_code == 0 ? readRows(folder.path("row.json")) : std::vector<Row>{};
  return rows.size() == 1 ? rows[0] : Row::object();
}

Arguments sized(const char *m, const char *n, const char *k, Arguments rest) {
  Arguments all = {"-m", m, "-n", n, "-k", k};
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

void expectLockstep(const Arguments &arguments) {
  Row row = runGemm(arguments);
  EXPECT_EQ(row.value("bits_equal", false), true) << testing::PrintToString(arguments) << row;
  EXPECT_EQ(row.value("cycles_equal", false), true) << testing::PrintToString(arguments) << row;
}

TEST(Gemm, IsEqualInBitsAndCyclesOnTinyInEveryLayoutAndType) {
  for (const char *layout : {"", "--a-transposed", "--b-transposed"})
    for (const char *output : {"int8", "uint8", "int16", "int32"}) {
      Arguments options = {"--engine", "lockstep", "--hw", "tiny", "--output", output};
      if (*layout)
        options.push_back(layout);
      expectLockstep(sized("13", "9", "11", options));
    }
}

TEST(Gemm, IsEqualInBitsAndCyclesWithBiasColumnsAndZeroPoints) {
  expectLockstep(sized("10", "7", "21",
                       {"--engine", "lockstep", "--hw", "tiny", "--bias", "--per-column", "--a-type", "uint8",
                        "--a-zero-point", "131", "--b-zero-point", "-5", "--output-zero-point", "3"}));
}

TEST(Gemm, OfInt16IsEqualInBitsAndCyclesOnEveryNamedMachine) {
  for (const char *machine : {"tiny", "small", "base"})
    expectLockstep(
        sized("19", "37", "50",
              {"--engine", "lockstep", "--hw", machine, "--bias", "--per-column", "--output", "int16"}));
  expectLockstep(sized("40", "1", "30", {"--engine", "lockstep", "--hw", "small", "--output", "int16"}));
}

TEST(Gemm, IsEqualInBitsAndCyclesOnSmallWithTheDramMemory) {
  expectLockstep(
      sized("33", "40", "50", {"--engine", "lockstep", "--hw", "small", "--set", "memory.model=dram"}));
}

TEST(Gemm, IsEqualInBitsAndCyclesOnBase) {
  expectLockstep(sized("35", "70", "128", {"--engine", "lockstep", "--set", "memory.latency_cycles=100"}));
}

TEST(Gemm, HasTheSameCyclesWithAndWithoutValues) {
  Row with = runGemm(sized("100", "60", "90", {"--hw", "small"}));
  Row without = runGemm(sized("100", "60", "90", {"--hw", "small", "--timing-only"}));
  EXPECT_EQ(with["cycles"], without["cycles"]);
  EXPECT_TRUE(without["bits_equal"].is_null());
}

TEST(Gemm, RunsOnTheGoldenExecutorWithoutCycles) {
  Row row = runGemm(sized("5", "6", "7", {"--hw", "tiny", "--engine", "golden"}));
  EXPECT_EQ(row["bits_equal"], true);
  EXPECT_TRUE(row["cycles"].is_null());
}

TEST(Gemm, RowHasTheKeysOfTheTable) {
  Row row = runGemm(sized("16", "16", "16", {}));
  for (const Column &column : gemmColumns())
    EXPECT_TRUE(row.contains(column.key)) << column.key;
  EXPECT_EQ(row["bound_cycles"], 32);
}

TEST(Gemm, GivesTheSameRowAgain) {
  Row first = runGemm(sized("50", "60", "70", {"--hw", "small"})),
      second = runGemm(sized("50", "60", "70", {"--hw", "small"}));
  for (const char *key : {"cycles", "instructions", "read_bytes", "units"})
    EXPECT_EQ(first[key], second[key]) << key;
}

TEST(Bench, PrintsOneRowForEachGemmAndTotals) {
  TemporaryFolder folder;
  CommandResult result = runCommand({"bench", "deepbench/gemm_inference_device", "--filter", "3072x1x*",
                                     "--limit", "2", "--timing-only", "--json", folder.path("rows.json")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(readRows(folder.path("rows.json")).size(), 2u);
  EXPECT_NE(result.out.find("geometric mean"), std::string::npos) << result.out;
  EXPECT_NE(result.err.find("[2/2]"), std::string::npos) << result.err;
}

TEST(Explain, TellsTheChoiceAndTheAlternatives) {
  CommandResult result = runCommand({"explain", "-m", "35", "-n", "700", "-k", "2048"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("predicted"), std::string::npos) << result.out;
}

} // namespace
