// Exported QDQ models with GRU and LSTM in ONNX Runtime, which computes the cells in float from the
// dequantized weights.
#include "OnnxRuntime.h"
#include "Reference.h"

#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/Comparison.h"
#include "compiler/quantize/Quantize.h"
#include "compiler/quantize/ReferenceRuns.h"
#include "compiler/tensor/TensorFile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace lockstep;

namespace {

const std::string models = LOCKSTEP_SOURCE_DIR "/workloads/models/";

std::vector<float> floatsOf(const Tensor &tensor) {
  std::vector<float> values(tensor.bytes.size() / sizeof(float));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

/// The model's output over all samples as float operators on the host compute it.
std::vector<float> asWritten(const onnx::ModelProto &model, const NamedTensors &inputs,
                             const std::string &output) {
  auto batch = BatchRuns::of(model.graph(), inputs);
  EXPECT_TRUE(batch);
  auto runs = ReferenceRuns::compile(model, *batch, {}, Arithmetic::AsWritten);
  EXPECT_TRUE(runs) << runs.error().message;
  std::vector<float> all;
  Status status = runs->forEach([&](uint64_t, const auto &results) {
    const std::vector<float> some = floatsOf(*results.at(output));
    all.insert(all.end(), some.begin(), some.end());
  });
  EXPECT_TRUE(status);
  return all;
}

void compareDigits(const std::string &name) {
  auto model = readModel(models + name);
  auto calibration = readNpz(models + "digits_calibration.npz"), test = readNpz(models + "digits_test.npz");
  ASSERT_TRUE(model && calibration && test);
  auto quantized = quantizeModel(*model, *calibration, {});
  ASSERT_TRUE(quantized) << quantized.error().message;
  const NamedTensors inputs = firstSamples(*test, 100);
  const std::string output = quantized->model.graph().output(0).name();
  auto ran = runOnnxRuntime(quantized->model, inputs, {output});
  ASSERT_TRUE(ran) << ran.error().message;
  auto reference = integerReference(quantized->model, inputs, {output});
  ASSERT_TRUE(reference) << reference.error().message;
  const std::vector<float> theirs = floatsOf((*ran)[0].tensor), integer = floatsOf(reference->at(output));
  const std::vector<float> written = asWritten(quantized->model, inputs, output);
  ASSERT_EQ(theirs.size(), integer.size());
  ASSERT_EQ(theirs.size(), written.size());
  // The same arithmetic in another order: a state beside a tie moves an output by a few steps of its scale.
  Comparison between, beside;
  for (size_t i = 0; i < theirs.size(); ++i) {
    between.add(theirs[i], integer[i]);
    beside.add(theirs[i], written[i]);
  }
  EXPECT_GT(beside.sqnrDb(), 45) << "float against float";
  EXPECT_GT(between.sqnrDb(), 35) << "integer form against float";
}

} // namespace

TEST(OnnxRuntime, AQuantizedGruComesCloseToItsIntegerForm) { compareDigits("digits_gru.onnx"); }
TEST(OnnxRuntime, AQuantizedLstmComesCloseToItsIntegerForm) { compareDigits("digits_lstm.onnx"); }
