#include "tests/e2e/command/Command.h"
#include "tests/e2e/compile/Models.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

TEST(Quantize, ReportsAccuracyBeforeAndAfterOnTheFileThatItWrites) {
  TemporaryFolder folder;
  CommandResult result =
      runCommand({"quantize", modelFile("digits_cnn.onnx"), "--calibrate", digitsCalibration(), "-o",
                  folder.path("int8.onnx"), "--data", digitsTest(), "--json", folder.path("report.json")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  Row report = Row::parse(*readText(folder.path("report.json")));
  double before = report["accuracy_percent_float"], after = report["accuracy_percent_quantized"];
  EXPECT_GT(before, 98);
  EXPECT_LT(before - after, 0.5);
  EXPECT_GT(report["tensors"].size(), 5u);
  CommandResult verify =
      runCommand({"verify", folder.path("int8.onnx"), "--data", digitsTest(), "--engines", "golden", "--hw",
                  "tiny", "--samples", "4", "--json", folder.path("verify.json")});
  EXPECT_EQ(verify.exit_code, 0) << verify.err << verify.out;
}

TEST(Quantize, GivesAModelThatCompilesToTheSamePackageAsTheFloatModelWithItsCalibration) {
  TemporaryFolder folder;
  std::string model = modelFile("digits_mlp.onnx");
  ASSERT_EQ(runCommand(
                {"quantize", model, "--calibrate", digitsCalibration(), "-o", folder.path("digits_mlp.onnx")})
                .exit_code,
            0);
  ASSERT_EQ(runCommand({"compile", folder.path("digits_mlp.onnx"), "-o", folder.path("a.lsp")}).exit_code, 0);
  ASSERT_EQ(runCommand({"compile", model, "--calibrate", digitsCalibration(), "-o", folder.path("b.lsp")})
                .exit_code,
            0);
  EXPECT_EQ(*readText(folder.path("a.lsp")), *readText(folder.path("b.lsp")));
}

} // namespace
