#include "tests/e2e/command/Command.h"
#include "tests/e2e/compile/Models.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

std::vector<std::string> compileDigits(const std::string &model, const std::vector<std::string> &more) {
  std::vector<std::string> arguments = {"compile", modelFile(model), "--calibrate", digitsCalibration()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(Compile, TellsWhereEachOperatorRunsAndWhy) {
  TemporaryFolder folder;
  CommandResult result =
      runCommand(compileDigits("digits_cnn.onnx", {"--json", folder.path("compile.json")}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  Row row = Row::parse(*readText(folder.path("compile.json")));
  uint64_t onAccelerator = 0;
  for (const Row &place : row["operators"]) {
    onAccelerator += place["target"] == "accelerator";
    EXPECT_TRUE(place["target"] == "accelerator" || !place["operation"].get<std::string>().empty());
  }
  EXPECT_GE(onAccelerator, 5u) << "convolutions and the final product";
  EXPECT_NE(result.out.find("why not on the accelerator"), std::string::npos);
  EXPECT_NE(result.out.find("seconds:"), std::string::npos);
}

TEST(Compile, PrintsEachPhase) {
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"import", "tosa.conv2d"},  {"quantized", "tosa.rescale"}, {"partitioned", "accelerator_0"},
      {"mapped", "accelerator_"}, {"scheduled", "accelerator_"}, {"program", "halt"}};
  for (const auto &[phase, text] : expected) {
    CommandResult result = runCommand(compileDigits("digits_cnn.onnx", {"--emit", phase}));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find(text), std::string::npos) << phase;
  }
}

TEST(Compile, ExplainsTheMappingsOfEachLayer) {
  CommandResult result = runCommand(compileDigits("digits_cnn.onnx", {"--explain", "--hw", "tiny"}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("taken: "), std::string::npos);
}

TEST(Compile, MakesTheSamePackageEachTime) {
  TemporaryFolder folder;
  for (const char *name : {"a.lsp", "b.lsp"})
    ASSERT_EQ(runCommand(compileDigits("digits_mlp.onnx", {"-o", folder.path(name)})).exit_code, 0);
  EXPECT_EQ(*readText(folder.path("a.lsp")), *readText(folder.path("b.lsp")));
}

TEST(Compile, MakesHostCodeForOtherProcessors) {
  TemporaryFolder folder;
  for (const char *triple : {"aarch64-linux-gnu", "riscv64-linux-gnu"}) {
    CommandResult result = runCommand(
        compileDigits("digits_mlp.onnx", {"--host-triple", triple, "-o", folder.path("foreign.lsp")}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    CommandResult run = runCommand({"run", folder.path("foreign.lsp")});
    EXPECT_NE(run.exit_code, 0) << triple << " is not this computer";
    expectOneSentence(run);
  }
}

} // namespace
