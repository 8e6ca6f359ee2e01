#include "workloads/driver/support/Summary.h"
#include "workloads/driver/gemm/GemmTables.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

Row row(double percent, bool bits, Row cyclesEqual = nullptr) {
  return {{"m", 2},
          {"n", 3},
          {"k", 5},
          {"cycles", 100},
          {"bound_cycles", percent},
          {"bound_percent", percent},
          {"bits_equal", bits},
          {"cycles_equal", cyclesEqual},
          {"simulation_seconds", 0.5},
          {"onednn_macs_per_second", 30.0}};
}

TEST(Summary, AddsUpAndTakesTheGeometricMean) {
  Summary summary = summarize({row(25, true), row(100, true, true)}, 1);
  EXPECT_EQ(summary.rows, 2u);
  EXPECT_EQ(summary.failed, 1u);
  EXPECT_EQ(summary.cycles, 200);
  EXPECT_EQ(summary.macs, 60);
  EXPECT_NEAR(summary.geometric_mean_percent, 50, 1e-9);
  EXPECT_EQ(summary.least_percent, 25);
  EXPECT_EQ(summary.simulation_seconds, 1);
  EXPECT_NEAR(summary.onednn_seconds, 2, 1e-9);
  EXPECT_EQ(summary.bits_compared, 2u);
  EXPECT_EQ(summary.cycles_compared, 1u);
  EXPECT_EQ(summary.different, 0u);
}

TEST(Summary, CountsARowOnceThatDiffersTwice) {
  EXPECT_EQ(summarize({row(50, false, false), row(50, true, false), row(50, true)}, 0).different, 2u);
  EXPECT_NE(showSummary(summarize({row(50, false)}, 0), 1).find("1 DIFFER"), std::string::npos);
  EXPECT_NE(showSummary(summarize({row(50, true)}, 0), 1).find("all equal"), std::string::npos);
}

TEST(Summary, OfUntimedRowsHasNoPercentage) {
  Row untimed = {{"m", 1}, {"n", 1}, {"k", 1}, {"cycles", nullptr}, {"bits_equal", true}};
  EXPECT_EQ(showSummary(summarize({untimed}, 0), 1).find("geometric"), std::string::npos);
}

TEST(GemmFilter, TakesNumbersAndStars) {
  GemmSpec gemm;
  gemm.m = 35, gemm.n = 700, gemm.k = 2048;
  for (const char *text : {"", "35x700x2048", "*x700x*", "*x*x*"})
    EXPECT_TRUE(matches(gemm, *parseGemmFilter(text))) << text;
  for (const char *text : {"3x700x2048", "*x70x*", "*x*x20480"})
    EXPECT_FALSE(matches(gemm, *parseGemmFilter(text))) << text;
  for (const char *text : {"35", "35x700", "axbxc", "35x700x2048x1"})
    EXPECT_FALSE(bool(parseGemmFilter(text))) << text;
}

TEST(GemmTable, OfAllIsTheThreeTablesTogether) {
  EXPECT_EQ(readGemmTable("deepbench/gemm_inference_device")->size(), 13u);
  EXPECT_EQ(readGemmTable("deepbench/gemm_all")->size(), 248u);
}

} // namespace
