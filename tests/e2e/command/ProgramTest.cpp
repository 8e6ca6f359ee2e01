#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

#include <fstream>

using namespace lockstep;

namespace {

TEST(Program, CopiesItsInputToItsOutputOnEveryEngine) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram());
  std::string input(64, '\0');
  for (size_t i = 0; i < input.size(); ++i)
    input[i] = char(i * 7 - 128);
  std::ofstream(folder.path("x.bin"), std::ios::binary) << input;
  for (const char *engine : {"golden", "systemc", "rtl", "lockstep"}) {
    CommandResult result = runCommand({"run", program, "--engine", engine, "--input",
                                       "x=" + folder.path("x.bin"), "--output-dir", folder.path(engine)});
    ASSERT_EQ(result.exit_code, 0) << engine << ": " << result.err;
    std::string npy = *readText(folder.path(engine) + "/y.npy");
    EXPECT_EQ(npy.substr(npy.size() - 64), input) << engine;
  }
}

TEST(Program, TellsItsCyclesAndCountersInJson) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram());
  CommandResult result =
      runCommand({"run", program, "--engine", "lockstep", "--json", folder.path("run.json")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::vector<Row> rows = readRows(folder.path("run.json"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["cycles_equal"], true);
  for (const auto &[unit, counters] : rows[0]["units"].items()) {
    uint64_t sum = 0;
    for (const auto &[name, cycles] : counters.items())
      sum += cycles.get<uint64_t>();
    EXPECT_EQ(sum, rows[0]["cycles"]) << unit;
  }
}

TEST(Program, IsTheSameAfterObjdumpAndAsm) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram());
  std::string bytes = *readText(program);
  std::string text = runCommand({"objdump", program}).out;
  EXPECT_NE(text.find("store"), std::string::npos);
  EXPECT_EQ(*readText(assembleIn(folder, text)), bytes);
}

TEST(Program, PassesItsCheck) {
  TemporaryFolder folder;
  CommandResult result = runCommand({"check", assembleIn(folder, copyProgram())});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("legal and free of races"), std::string::npos);
}

TEST(Program, WritesATraceWithATrackForEachUnitThatWorks) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram());
  ASSERT_EQ(runCommand({"run", program, "--trace", folder.path("trace.json")}).exit_code, 0);
  std::string trace = *readText(folder.path("trace.json"));
  EXPECT_TRUE(Row::accept(trace));
  for (const char *unit : {"load", "store"})
    EXPECT_NE(trace.find(unit), std::string::npos);
}

TEST(Program, WritesWavesOfTheRtl) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram());
  CommandResult result = runCommand({"run", program, "--engine", "rtl", "--wave", folder.path("wave.fst")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_GT(readText(folder.path("wave.fst"))->size(), 1000u);
}

} // namespace
