#include "compiler/quantize/PrintReport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace lockstep;
using testing::HasSubstr;

namespace {

QuantizationReport example() {
  QuantizationReport report;
  report.options.calibrator = Calibrator::Jeffreys;
  report.samples = 64;
  report.tensors = {{"image", -1, 2, 1.5, 1.5 / 127, 3, 0.25, 40.5, 0.9995}};
  report.layers = {{"conv_0", "Conv", 38.25}, {"gemm_0", "Gemm", 999}};
  report.cells = {{"lstm_0", 20.5, 10}};
  report.output_sqnr_db = 33.125;
  report.output_cosine = 0.5;
  return report;
}

} // namespace

TEST(Report, TheTextShowsModelLayersAndTensors) {
  std::string text = printReport(example());
  EXPECT_THAT(text, HasSubstr("jeffreys"));
  EXPECT_THAT(text, HasSubstr("64 samples"));
  EXPECT_THAT(text, HasSubstr("33.12 dB"));
  EXPECT_THAT(text, HasSubstr("conv_0"));
  EXPECT_THAT(text, HasSubstr("exact"));
  EXPECT_THAT(text, HasSubstr("25.0000 %"));
  EXPECT_THAT(text, testing::ContainsRegex("lstm_0 +20.5 +10\n"));
}

TEST(Report, TheJsonHasEveryField) {
  nlohmann::json json = nlohmann::json::parse(reportJson(example()));
  EXPECT_EQ(json["options"]["calibrator"], "jeffreys");
  EXPECT_EQ(json["samples"], 64);
  EXPECT_EQ(json["tensors"][0]["clipped_share"], 0.25);
  EXPECT_EQ(json["tensors"][0]["zero_point"], 3);
  EXPECT_EQ(json["layers"][1]["label"], "gemm_0");
  EXPECT_EQ(json["cells"][0]["label"], "lstm_0");
  EXPECT_EQ(json["cells"][0]["largest"], 20.5);
  EXPECT_EQ(json["cells"][0]["fraction_bits"], 10);
  EXPECT_EQ(json["output_sqnr_db"], 33.125);
}

TEST(Report, NamesOfAnyBytesGiveValidJson) {
  QuantizationReport report = example();
  report.tensors[0].name = "\xff\xfe\"";
  EXPECT_TRUE(nlohmann::json::accept(reportJson(report)));
}

TEST(Calibrator, NamesGoBothWays) {
  for (const char *name : {"min-max", "percentile", "entropy", "mse", "jeffreys"})
    EXPECT_STREQ(calibratorName(*calibratorNamed(name)), name);
  EXPECT_THAT(calibratorNamed("median").error().message,
              HasSubstr("min-max, percentile, entropy, mse, jeffreys"));
}
