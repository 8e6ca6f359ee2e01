// What the scheduler reaches on `base`, as cycles from start to idle: no shape may get slower unnoticed.
#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

struct Goal {
  const char *m, *n, *k;
  const char *latency;
  uint64_t cycles;
  const char *layout = nullptr;
};

void PrintTo(const Goal &goal, std::ostream *stream) {
  *stream << goal.m << "x" << goal.n << "x" << goal.k << " at latency " << goal.latency;
}

class Efficiency : public testing::TestWithParam<Goal> {};

TEST_P(Efficiency, StaysWithinItsCycles) {
  const Goal &goal = GetParam();
  TemporaryFolder folder;
  std::vector<std::string> arguments = {"gemm",   "-m",
                                        goal.m,   "-n",
                                        goal.n,   "-k",
                                        goal.k,   "--timing-only",
                                        "--set",  std::string("memory.latency_cycles=") + goal.latency,
                                        "--json", folder.path("row.json")};
  if (goal.layout)
    arguments.push_back(goal.layout);
  CommandResult result = runCommand(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::vector<Row> rows = readRows(folder.path("row.json"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_LE(rows[0]["cycles"].get<uint64_t>(), goal.cycles);
}

INSTANTIATE_TEST_SUITE_P(
    Base, Efficiency,
    testing::Values(Goal{"16", "16", "16", "20", 210}, Goal{"64", "64", "64", "20", 1500},
                    Goal{"128", "128", "128", "20", 9000}, Goal{"128", "256", "256", "200", 36000},
                    Goal{"512", "512", "512", "20", 530000}, Goal{"1024", "1024", "1024", "20", 4210000},
                    Goal{"35", "700", "2048", "20", 206000}, Goal{"35", "700", "2048", "100", 206000},
                    Goal{"176", "1500", "1408", "100", 1480000}, Goal{"32", "3072", "1024", "20", 405000},
                    Goal{"32", "3072", "1024", "100", 405000}, Goal{"3072", "1", "1024", "20", 201000},
                    Goal{"3072", "1", "1024", "100", 201000}, Goal{"3072", "4", "1024", "20", 201000},
                    Goal{"1760", "128", "1760", "20", 1610000, "--a-transposed"},
                    Goal{"1760", "128", "1760", "20", 1610000, "--b-transposed"}));

} // namespace
