// Wrong inputs: one clear sentence, the documented exit code, in every engine alike.
#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

using namespace lockstep;

namespace {

struct Case {
  std::vector<std::string> arguments;
  int exit_code;
  const char *says;
};

void expectCases(const std::vector<Case> &cases) {
  for (const Case &each : cases) {
    CommandResult result = runCommand(each.arguments);
    SCOPED_TRACE(testing::PrintToString(each.arguments));
    EXPECT_EQ(result.exit_code, each.exit_code) << result.err;
    EXPECT_NE(result.err.find(each.says), std::string::npos) << result.err;
    expectOneSentence(result);
  }
}

TEST(WrongInput, OnTheCommandLineNamesWhatIsAllowed) {
  expectCases({
      {{"bnech"}, 2, "`bnech` is no subcommand; allowed are compile"},
      {{"gemm", "-m", "4", "-n", "4"}, 2, "-k is required"},
      {{"gemm", "-m", "0", "-n", "4", "-k", "4"}, 2, "m is 0; allowed is 1 to"},
      {{"gemm", "-m", "4", "-n", "4", "-k", "4", "--engine", "verilog"},
       2,
       "golden, systemc, rtl and lockstep"},
      {{"gemm", "-m", "4", "-n", "4", "-k", "4", "--output", "int4"}, 2, "allowed: int16, int32, int8, uint8"},
      {{"gemm", "-m", "4", "-n", "4", "-k", "4", "--engine", "golden", "--timing-only"},
       2,
       "needs an engine with time"},
      {{"gemm", "-m", "4", "-n", "4", "-k", "4", "--wave", "x.fst"},
       2,
       "--wave needs the engine rtl or lockstep"},
      {{"bench", "deepbench/gemm_nowhere"}, 2, "gemm_inference_device"},
      {{"bench", "deepbench/gemm_train", "--filter", "1x2"}, 2, "MxNxK"},
      {{"sweep", "no-such-file.yaml"}, 2, "no-such-file.yaml"},
      {{"run", "no-such-file.lstp"}, 2, "no-such-file.lstp"},
  });
}

TEST(WrongInput, InParametersNamesFileLineFieldAndLimit) {
  TemporaryFolder folder;
  std::ofstream(folder.path("odd.yaml")) << "name: odd\narray:\n  rows: 16\n  columns: 1000\n";
  std::ofstream(folder.path("typo.yaml")) << "name: typo\narray:\n  rwos: 16\n";
  expectCases({
      {{"hw", "show", "--hw", "nobody"}, 2, "nobody"},
      {{"hw", "show", "--set", "memory.latncy_cycles=3"}, 2, "memory.latency_cycles"},
      {{"hw", "show", "--set", "memory.latency_cycles=0"}, 2, "1 to 100000"},
      {{"hw", "show", "--set", "memory.latency_cycles=many"}, 2, "memory.latency_cycles"},
      {{"hw", "show", "--set", "latency=3"}, 2, "group.name=value"},
      {{"hw", "show", "--set", "vector.lanes=5"}, 2, "lanes"},
      {{"hw", "show", "--set", "scratchpad.banks=3"}, 2, "power"},
      {{"hw", "show", "--hw", folder.path("odd.yaml")}, 2, "odd.yaml:4: "},
      {{"hw", "show", "--hw", folder.path("typo.yaml")}, 2, "typo.yaml:3: "},
  });
}

/// Every engine refuses the program with the same sentence and exit code.
void expectAlike(const std::string &program, int exitCode, const std::string &says) {
  std::set<std::string> sentences;
  for (const char *engine : {"golden", "systemc", "rtl", "lockstep"}) {
    CommandResult result = runCommand({"run", program, "--engine", engine});
    EXPECT_EQ(result.exit_code, exitCode) << engine << ": " << result.err;
    EXPECT_NE(result.err.find(says), std::string::npos) << engine << ": " << result.err;
    expectOneSentence(result);
    sentences.insert(sentenceOf(result));
  }
  EXPECT_EQ(sentences.size(), 1u);
}

TEST(WrongInput, TruncatedProgramIsRefusedByEveryEngine) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram());
  std::string bytes = *readText(program);
  std::ofstream(program, std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  expectAlike(program, 2, "program.lstp");
}

TEST(WrongInput, CorruptedProgramIsRefusedByEveryEngine) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram());
  std::string bytes = *readText(program);
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(program, std::ios::binary) << bytes;
  expectAlike(program, 2, "checksum");
}

TEST(WrongInput, IllegalInstructionIsRefusedByEveryEngineWithTheLabelOfItsRule) {
  TemporaryFolder folder;
  std::string text = copyProgram();
  text.replace(text.find("chunk_bytes=4"), 13, "chunk_bytes=9");
  expectAlike(assembleIn(folder, text), 1, "load_c2");
}

TEST(WrongInput, AddressBeyondItsRegionIsRefusedByEveryEngine) {
  TemporaryFolder folder;
  expectAlike(assembleIn(folder, copyProgram("wait=s0", "x+16")), 1, "load_c4");
  expectAlike(assembleIn(folder, copyProgram("wait=s0", "x", "x")), 1, "store_c4");
}

TEST(WrongInput, RacyProgramIsRefusedByEveryEngine) {
  TemporaryFolder folder;
  expectAlike(assembleIn(folder, copyProgram("")), 1, "race_c1");
}

TEST(WrongInput, WaitThatNobodyPostsIsRefusedByEveryEngine) {
  TemporaryFolder folder;
  expectAlike(assembleIn(folder, copyProgram("wait=s0,s1")), 1, "semaphore_c2");
}

TEST(WrongInput, DeadlockOfAnUncheckedProgramNamesTheWaitingUnitInBothEnginesWithTime) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram("wait=s0,s1"));
  for (const char *engine : {"systemc", "rtl"}) {
    CommandResult result = runCommand({"run", program, "--unchecked", "--engine", engine});
    EXPECT_EQ(result.exit_code, 1) << engine << ": " << result.err;
    EXPECT_NE(result.err.find("store"), std::string::npos) << engine << ": " << result.err;
    EXPECT_NE(result.err.find("deadlock"), std::string::npos) << engine << ": " << result.err;
    expectOneSentence(result);
  }
}

TEST(WrongInput, MaxCyclesEndsARunInBothEnginesWithTime) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram());
  for (const char *engine : {"systemc", "rtl"}) {
    CommandResult result = runCommand({"run", program, "--max-cycles", "30", "--engine", engine});
    EXPECT_EQ(result.exit_code, 1) << engine << ": " << result.err;
    EXPECT_NE(result.err.find("30"), std::string::npos) << engine << ": " << result.err;
    expectOneSentence(result);
  }
}

TEST(WrongInput, TensorOfAnotherShapeIsNamed) {
  TemporaryFolder folder;
  std::string program = assembleIn(folder, copyProgram());
  std::ofstream(folder.path("x.bin")) << "short";
  expectCases({
      {{"run", program, "--input", "x=" + folder.path("x.bin")},
       2,
       "input x has 5 bytes, but the program wants 64"},
      {{"run", program, "--input", "z=" + folder.path("x.bin")}, 2, "no such symbol; it has x, y"},
      {{"run", program, "--input", "x=" + folder.path("x.txt")}, 2, ".npy or .bin"},
  });
}

TEST(WrongInput, AssemblyErrorsNameLineAndColumn) {
  TemporaryFolder folder;
  std::ofstream(folder.path("bad.s"))
      << ".machine tiny\n.region code 0x1000 4096 program\nlaod row_bytes=1\n";
  expectCases({{{"asm", folder.path("bad.s")}, 2, "bad.s:3:1"}});
}

} // namespace
