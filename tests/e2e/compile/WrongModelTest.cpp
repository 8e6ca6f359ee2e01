#include "tests/e2e/command/Command.h"
#include "tests/e2e/compile/Models.h"

#include <gtest/gtest.h>

#include <fstream>

using namespace lockstep;

namespace {

/// The command fails with one sentence that contains `part`.
void expectRefusal(const std::vector<std::string> &arguments, const std::string &part) {
  CommandResult result = runCommand(arguments);
  expectOneSentence(result);
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
}

TEST(WrongModel, IsRefusedWithOneSentence) {
  TemporaryFolder folder;
  std::ofstream(folder.path("broken.onnx")) << "this is no model, whatever its name says";
  std::ofstream(folder.path("broken.mlir")) << "func.func @main( nonsense";
  std::ofstream(folder.path("model.txt")) << "text";
  for (const char *command : {"compile", "run"}) {
    expectRefusal({command, folder.path("broken.onnx")}, "broken.onnx");
    expectRefusal({command, folder.path("broken.mlir")}, "broken.mlir");
  }
  expectRefusal({"compile", folder.path("none.onnx")}, "there is no such model file");
  expectRefusal({"compile", folder.path("model.txt")}, ".onnx or .mlir");
  expectRefusal({"verify", folder.path("broken.onnx"), "--data", digitsTest()}, "broken.onnx");
  expectRefusal({"quantize", folder.path("broken.onnx"), "--calibrate", digitsTest()}, "broken.onnx");
}

TEST(WrongModel, OptionsSayWhatIsAllowed) {
  std::string model = modelFile("digits_mlp.onnx");
  expectRefusal({"compile", model, "--emit", "assembled"},
                "import, quantized, partitioned, mapped, scheduled, program");
  expectRefusal({"compile", model, "--calibrator", "magic", "--calibrate", digitsCalibration()}, "jeffreys");
  expectRefusal({"compile", model, "--calibrate", "none.npz"}, "none.npz");
  expectRefusal({"compile", model, "--bits", "7", "--calibrate", digitsCalibration()}, "8");
  expectRefusal({"compile", model, "--hw", "gigantic"}, "gigantic");
  expectRefusal({"compile", model, "--shape", "image=0x1"}, "--shape");
  expectRefusal({"compile", model, "--host-triple", "pdp11-unknown-none"}, "pdp11");
  expectRefusal({"verify", model, "--data", digitsTest(), "--engines", "golden,quantum"}, "systemc");
  expectRefusal({"verify", model, "--data", digitsTest(), "--labels", "none.npy"}, "none.npy");
  expectRefusal({"run", model, "--engine", "warp"}, "reference");
}

TEST(WrongModel, DamagedPackagesAreRefused) {
  TemporaryFolder folder;
  ASSERT_EQ(runCommand({"compile", modelFile("digits_mlp.onnx"), "-o", folder.path("good.lsp")}).exit_code,
            0);
  std::string bytes = *readText(folder.path("good.lsp"));
  for (size_t size : {size_t(0), size_t(3), bytes.size() / 2, bytes.size() - 1}) {
    std::ofstream(folder.path("cut.lsp"), std::ios::binary) << bytes.substr(0, size);
    CommandResult result = runCommand({"run", folder.path("cut.lsp")});
    EXPECT_EQ(result.exit_code, 2) << size << ": " << result.err;
    expectOneSentence(result);
  }
}

} // namespace
