#include "compiler/tensor/TensorFile.h"
#include "tests/e2e/command/Command.h"
#include "tests/e2e/compile/Models.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

TEST(RunModel, GivesTheSameBytesOnEveryEngineAndFromThePackage) {
  TemporaryFolder folder;
  std::string model = modelFile("digits_cnn.onnx"), package = folder.path("model.lsp");
  ASSERT_EQ(runCommand({"compile", model, "--calibrate", digitsCalibration(), "--hw", "tiny", "-o", package})
                .exit_code,
            0);
  auto run = [&](const std::string &file, const std::string &engine, const std::vector<std::string> &more) {
    std::vector<std::string> arguments = {"run",      file,
                                          "--engine", engine,
                                          "--input",  digitsCalibration(),
                                          "--output", folder.path(engine + ".npz")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    CommandResult result = runCommand(arguments);
    EXPECT_EQ(result.exit_code, 0) << engine << ": " << result.err;
    auto outputs = readNpz(folder.path(engine + ".npz"));
    EXPECT_TRUE(bool(outputs)) << engine;
    return outputs ? *outputs : NamedTensors();
  };
  NamedTensors expected = run(model, "reference", {"--calibrate", digitsCalibration()});
  ASSERT_EQ(expected.size(), 1u);
  EXPECT_EQ(expected[0].name, "logits");
  EXPECT_EQ(expected[0].tensor.shape, (std::vector<uint64_t>{64, 10}));
  for (const char *engine : {"golden", "systemc"}) {
    NamedTensors outputs = run(package, engine, {});
    ASSERT_EQ(outputs.size(), 1u);
    EXPECT_EQ(outputs[0].tensor.bytes, expected[0].tensor.bytes) << engine;
  }
}

TEST(RunModel, ProfilesEachLayerAndTracesItByName) {
  TemporaryFolder folder;
  CommandResult result =
      runCommand({"run", modelFile("digits_cnn.onnx"), "--calibrate", digitsCalibration(), "--hw", "tiny",
                  "--json", folder.path("run.json"), "--trace", folder.path("trace.json")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  Row row = readRows(folder.path("run.json")).at(0);
  uint64_t cycles = 0;
  for (const Row &layer : row["layers"]) {
    cycles += layer["cycles"].get<uint64_t>();
    EXPECT_LE(layer["bound_cycles"], layer["cycles"]) << layer["layer"];
  }
  EXPECT_EQ(cycles, row["run_cycles"][0]) << "the layers' cycles add up to the whole";
  EXPECT_GE(row["layers"].size(), 5u);
  std::string trace = *readText(folder.path("trace.json"));
  EXPECT_TRUE(Row::accept(trace));
  EXPECT_NE(trace.find("\"name\":\"layers\""), std::string::npos);
  EXPECT_NE(trace.find("\"name\":" + row["layers"][0]["layer"].dump()), std::string::npos);
}

TEST(RunModel, RunsInLockstepWithTheRtl) {
  CommandResult result = runCommand({"run", modelFile("digits_mlp.onnx"), "--calibrate", digitsCalibration(),
                                     "--hw", "tiny", "--engine", "lockstep"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("all bytes are equal"), std::string::npos);
}

TEST(RunModel, WritesOutputsIntoAFolder) {
  TemporaryFolder folder;
  CommandResult result = runCommand(
      {"run", modelFile("digits_mlp.onnx"), "--engine", "reference", "--output", folder.path("out")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  auto logits = readTensor(folder.path("out") + "/logits.npy");
  ASSERT_TRUE(bool(logits));
  EXPECT_EQ(logits->shape, (std::vector<uint64_t>{1, 10}));
}

} // namespace
