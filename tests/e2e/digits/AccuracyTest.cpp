// The digits models keep their accuracy as integers: 64 calibration samples, 400 test samples, every
// calibrator.
#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/Quantize.h"
#include "compiler/quantize/ReferenceRuns.h"
#include "compiler/tensor/TensorFile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace lockstep;

namespace {

const std::string models = LOCKSTEP_SOURCE_DIR "/workloads/models/";

const Tensor &named(const NamedTensors &tensors, const std::string &name) {
  return std::find_if(tensors.begin(), tensors.end(), [&](const auto &tensor) { return tensor.name == name; })
      ->tensor;
}

/// Right answers of the model over the test split, in percent.
double accuracy(const onnx::ModelProto &model, const NamedTensors &test, Arithmetic arithmetic) {
  auto batch = BatchRuns::of(model.graph(), test);
  EXPECT_TRUE(batch) << (batch ? "" : batch.error().message);
  auto runs = ReferenceRuns::compile(model, *batch, {}, arithmetic);
  EXPECT_TRUE(runs) << (runs ? "" : runs.error().message);
  if (!runs)
    return 0;
  std::vector<int64_t> labels(400);
  std::memcpy(labels.data(), named(test, "label").bytes.data(), labels.size() * sizeof(int64_t));
  unsigned right = 0;
  EXPECT_TRUE(runs->forEach([&](uint64_t run, const auto &results) {
    auto *logits = reinterpret_cast<const float *>(results.at("logits")->bytes.data());
    right += std::max_element(logits, logits + 10) - logits == labels[run] ? 1 : 0;
  }));
  return 100.0 * right / double(labels.size());
}

struct Variant {
  const char *name;
  bool symmetric, per_channel, bias_correction;
};

class Accuracy : public testing::TestWithParam<std::tuple<const char *, Calibrator>> {};

} // namespace

TEST_P(Accuracy, AsIntegersWithinHalfAPointOfFloat) {
  auto [name, calibrator] = GetParam();
  auto model = readModel(models + name + ".onnx");
  auto calibration = readNpz(models + "digits_calibration.npz"), test = readNpz(models + "digits_test.npz");
  ASSERT_TRUE(model && calibration && test);
  ASSERT_LE(named(*calibration, "image").shape[0], 64u);
  ASSERT_EQ(named(*test, "image").shape[0], 400u);
  double wanted = accuracy(*model, *test, Arithmetic::AsWritten);
  EXPECT_GT(wanted, 97);
  for (const Variant &variant : {Variant{"symmetric", true, true, false},
                                 {"asymmetric", false, true, false},
                                 {"bias correction", true, true, true},
                                 {"per tensor", true, false, false}}) {
    QuantizeOptions options;
    options.calibrator = calibrator;
    options.symmetric = variant.symmetric;
    options.per_channel = variant.per_channel;
    options.bias_correction = variant.bias_correction;
    auto quantized = quantizeModel(*model, *calibration, options);
    ASSERT_TRUE(quantized) << quantized.error().message;
    double got = accuracy(quantized->model, *test, Arithmetic::Integer);
    std::printf("%s, %s, %s: %.2f %%, float %.2f %%, SQNR %.1f dB\n", name, calibratorName(calibrator),
                variant.name, got, wanted, quantized->report.output_sqnr_db);
    EXPECT_GE(got, wanted - 0.5) << variant.name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Digits, Accuracy,
    testing::Combine(testing::Values("digits_mlp", "digits_cnn", "digits_gru", "digits_lstm"),
                     testing::Values(Calibrator::MinMax, Calibrator::Percentile, Calibrator::Entropy,
                                     Calibrator::MeanSquaredError, Calibrator::Jeffreys)),
    [](const auto &info) {
      std::string name = std::string(std::get<0>(info.param)) + "_" + calibratorName(std::get<1>(info.param));
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });
