// Every sample of the digits' test split gives the integer reference's bits on the machine, for each
// calibrator.
#include "tests/e2e/command/Command.h"
#include "tests/e2e/compile/Models.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

/// The report of `lockstep verify`; the test fails if it does not pass.
Row verified(const std::string &model, const std::vector<std::string> &more) {
  TemporaryFolder folder;
  std::vector<std::string> arguments = {"verify",
                                        modelFile(model + ".onnx"),
                                        "--data",
                                        digitsTest(),
                                        "--calibrate",
                                        digitsCalibration(),
                                        "--json",
                                        folder.path("verify.json"),
                                        "--max-accuracy-drop",
                                        "0.5"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  CommandResult result = runCommand(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err << result.out;
  auto text = readText(folder.path("verify.json"));
  return text ? Row::parse(*text) : Row();
}

void expectEqualBits(const Row &report, size_t executions) {
  size_t found = 0;
  for (const Row &execution : report["executions"])
    if (!execution["bits_equal"].is_null()) {
      EXPECT_EQ(execution["bits_equal"], true) << execution;
      ++found;
    }
  EXPECT_GE(found, executions);
}

class Engines : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

} // namespace

TEST_P(Engines, GiveTheReferencesBitsForEverySample) {
  auto [model, calibrator] = GetParam();
  Row report =
      verified(model, {"--calibrator", calibrator, "--engines", "reference,golden,systemc", "--hw", "base"});
  expectEqualBits(report, 2);
  for (const Row &execution : report["executions"])
    EXPECT_EQ(execution["samples"], 400) << execution;
}

INSTANTIATE_TEST_SUITE_P(
    Digits, Engines,
    testing::Combine(testing::Values("digits_mlp", "digits_cnn", "digits_gru", "digits_lstm"),
                     testing::Values("min-max", "percentile", "entropy", "mse", "jeffreys")),
    [](const auto &info) {
      std::string name = std::get<0>(info.param) + "_" + std::get<1>(info.param);
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

class RtlMachines : public testing::TestWithParam<std::string> {};

TEST_P(RtlMachines, GiveEqualBitsAndCyclesOnRtl) {
  for (const char *model : {"digits_mlp", "digits_cnn", "digits_gru", "digits_lstm"}) {
    Row report = verified(model, {"--hw", GetParam(), "--engines", "reference,golden,systemc,rtl,lockstep",
                                  "--samples", "8", "--rtl-samples", "2"});
    expectEqualBits(report, 4);
    size_t compared = 0;
    for (const Row &execution : report["executions"])
      if (execution.contains("cycles_equal") && !execution["cycles_equal"].is_null()) {
        EXPECT_EQ(execution["cycles_equal"], true) << execution;
        ++compared;
      }
    EXPECT_GE(compared, 1u);
  }
}

INSTANTIATE_TEST_SUITE_P(Digits, RtlMachines, testing::Values("tiny", "small", "base"),
                         [](const auto &info) { return info.param; });
