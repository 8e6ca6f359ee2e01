#include "tests/e2e/command/Command.h"
#include "tests/e2e/compile/Models.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

std::vector<std::string> verifyDigits(const std::vector<std::string> &more) {
  std::vector<std::string> arguments = {"verify",      modelFile("digits_cnn.onnx"), "--data", digitsTest(),
                                        "--calibrate", digitsCalibration()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(Verify, FindsBitsAndCyclesEqualOnEveryEngine) {
  TemporaryFolder folder;
  CommandResult result =
      runCommand(verifyDigits({"--samples", "16", "--rtl-samples", "2", "--hw", "tiny", "--engines",
                               "reference,golden,systemc,rtl,lockstep", "--min-accuracy", "90", "--junit",
                               folder.path("junit.xml"), "--json", folder.path("verify.json")}));
  ASSERT_EQ(result.exit_code, 0) << result.err << result.out;
  Row report = Row::parse(*readText(folder.path("verify.json")));
  EXPECT_EQ(report["passed"], true);
  EXPECT_EQ(report["executions"].size(), 6u) << "float, reference, and four engines";
  for (const Row &execution : report["executions"])
    if (execution["hw"] == "tiny")
      EXPECT_EQ(execution["bits_equal"], true) << execution;
  EXPECT_EQ(report["executions"][4]["cycles_equal"], true) << "RTL and SystemC";
  EXPECT_EQ(report["executions"][4]["samples"], 2);
  std::string junit = *readText(folder.path("junit.xml"));
  EXPECT_NE(junit.find("failures=\"0\""), std::string::npos);
  EXPECT_NE(junit.find("classname=\"tiny\" name=\"rtl cycles\""), std::string::npos);
}

TEST(Verify, FailsWhereAThresholdIsMissed) {
  TemporaryFolder folder;
  CommandResult result =
      runCommand(verifyDigits({"--samples", "8", "--hw", "tiny", "--engines", "systemc", "--min-accuracy",
                               "100.5", "--max-cycles-total", "10", "--max-cycles-per-run", "1000000000",
                               "--junit", folder.path("junit.xml")}));
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_NE(result.out.find("FAILED model min-accuracy"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("FAILED tiny max-cycles-total"), std::string::npos);
  EXPECT_EQ(result.out.find("FAILED tiny max-cycles-per-run"), std::string::npos);
  EXPECT_NE(readText(folder.path("junit.xml"))->find("failures=\"2\""), std::string::npos);
}

TEST(Verify, TakesTheFirstSamplesOfTheDataIfNothingElseCalibrates) {
  CommandResult result = runCommand({"verify", modelFile("digits_mlp.onnx"), "--data", digitsTest(),
                                     "--samples", "8", "--engines", "golden", "--hw", "tiny"});
  EXPECT_EQ(result.exit_code, 0) << result.err << result.out;
  EXPECT_NE(result.out.find("note: calibrated with the first 64 samples"), std::string::npos);
}

TEST(Verify, WantsLabelsForAccuracies) {
  CommandResult result =
      runCommand({"verify", modelFile("digits_mlp.onnx"), "--data", digitsCalibration(), "--samples", "2",
                  "--engines", "golden", "--hw", "tiny", "--min-accuracy", "90"});
  EXPECT_EQ(result.exit_code, 2);
  expectOneSentence(result);
}

} // namespace
