#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

const std::vector<std::string> subcommands = {"bench", "gemm",  "recurrent", "fidelity", "explain",
                                              "run",   "asm",   "objdump",   "check",    "hw",
                                              "area",  "sweep", "speed"};

TEST(Help, OfEverySubcommandExplainsEveryOption) {
  for (const std::string &name : subcommands) {
    CommandResult result = runCommand({name, "--help"});
    EXPECT_EQ(result.exit_code, 0) << name;
    EXPECT_NE(result.out.find("Usage: lockstep " + name), std::string::npos) << result.out;
  }
}

TEST(Help, ListsEverySubcommandAndTheExitCodes) {
  CommandResult result = runCommand({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const std::string &name : subcommands)
    EXPECT_NE(result.out.find("\n  " + name + " "), std::string::npos) << name;
  EXPECT_NE(result.out.find("Exit codes: 0"), std::string::npos);
}

TEST(Hardware, IsListedShownAndDocumented) {
  CommandResult list = runCommand({"hw", "list"});
  for (const char *name : {"tiny", "small", "base", "large", "datacenter"})
    EXPECT_NE(list.out.find(name), std::string::npos) << list.out;
  EXPECT_NE(runCommand({"hw", "show", "--set", "memory.latency_cycles=77"}).out.find("latency_cycles: 77"),
            std::string::npos);
  EXPECT_NE(runCommand({"hw", "manual"}).out.find("matmul_c8"), std::string::npos);
  EXPECT_NE(runCommand({"hw", "sv-package"}).out.find("package lockstep_pkg"), std::string::npos);
  EXPECT_NE(runCommand({"hw", "graph"}).out.find("scratchpad"), std::string::npos);
  EXPECT_NE(runCommand({"hw", "graph", "--format", "dot"}).out.find("digraph"), std::string::npos);
  EXPECT_TRUE(Row::accept(runCommand({"hw", "graph", "--format", "json"}).out));
}

TEST(Hardware, ShownIsReadBackAsTheSameMachine) {
  TemporaryFolder folder;
  std::string shown = runCommand({"hw", "show", "--hw", "small", "--set", "vector.lanes=2"}).out;
  ASSERT_TRUE(bool(writeText(shown, folder.path("mine.yaml"))));
  EXPECT_EQ(runCommand({"hw", "show", "--hw", folder.path("mine.yaml")}).out, shown);
}

} // namespace
