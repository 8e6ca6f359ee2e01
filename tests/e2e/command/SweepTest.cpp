#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

using namespace lockstep;

namespace {

constexpr char sweep[] = "hw: [tiny, small]\n"
                         "parameters:\n"
                         "  memory.latency_cycles: [5, 50]\n"
                         "workloads:\n"
                         "  - {m: 8, n: 8, k: 8}\n"
                         "  - {m: 9, n: 3, k: 20, b_transposed: true}\n";

size_t countLines(const std::string &text) { return size_t(std::count(text.begin(), text.end(), '\n')); }

TEST(Sweep, RunsEveryPointOnceAndResumesWithNothingToDo) {
  TemporaryFolder folder;
  std::ofstream(folder.path("s.yaml")) << sweep;
  CommandResult first = runCommand({"sweep", folder.path("s.yaml")});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  std::string csv = *readText(folder.path("s.csv"));
  EXPECT_EQ(countLines(csv), 1u + 8) << csv;
  EXPECT_NE(first.err.find("[8/8]"), std::string::npos) << first.err;
  CommandResult second = runCommand({"sweep", folder.path("s.yaml")});
  ASSERT_EQ(second.exit_code, 0) << second.err;
  EXPECT_NE(second.err.find("8 points, 8 of them done before"), std::string::npos) << second.err;
  EXPECT_EQ(*readText(folder.path("s.csv")), csv);
}

TEST(Sweep, AddsThePointsOfAnEditedFile) {
  TemporaryFolder folder;
  std::ofstream(folder.path("s.yaml")) << sweep;
  ASSERT_EQ(runCommand({"sweep", folder.path("s.yaml")}).exit_code, 0);
  std::ofstream(folder.path("s.yaml"), std::ios::app) << "  - {m: 1, n: 1, k: 1}\n";
  CommandResult result = runCommand({"sweep", folder.path("s.yaml")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("12 points, 8 of them done before"), std::string::npos) << result.err;
}

TEST(Sweep, KeepsImpossibleMachinesAsFailedPoints) {
  TemporaryFolder folder;
  std::ofstream(folder.path("s.yaml"))
      << "hw: tiny\nparameters:\n  vector.lanes: [4, 3]\nworkloads:\n  - {m: 4, n: 4, k: 4}\n";
  EXPECT_EQ(runCommand({"sweep", folder.path("s.yaml")}).exit_code, 1);
  std::string csv = *readText(folder.path("s.csv"));
  EXPECT_NE(csv.find(",done,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",failed,"), std::string::npos) << csv;
}

} // namespace
