#include "workloads/reference/GemmInputs.h"
#include "workloads/reference/CpuGemm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

using namespace lockstep;

namespace {

std::vector<uint8_t> matrix(uint64_t rows, uint64_t columns, bool isUnsigned, uint64_t seed) {
  std::vector<uint8_t> bytes(rows * columns);
  fillMatrix(bytes.data(), rows, columns, isUnsigned, seed);
  return bytes;
}

TEST(GemmInputs, RepeatForTheSameSeedOnly) {
  EXPECT_EQ(matrix(30, 30, false, 1), matrix(30, 30, false, 1));
  EXPECT_NE(matrix(30, 30, false, 1), matrix(30, 30, false, 2));
}

TEST(GemmInputs, UseEveryByteAboutEquallyOften) {
  std::array<int, 256> counts{};
  for (uint8_t byte : matrix(1024, 1024, false, 3))
    ++counts[byte];
  counts[0x00] = counts[0x7f] = counts[0x80] = 4096; // these have rows and runs of their own
  auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  EXPECT_GT(*least, 3600); // uniform: 4096, less the special rows
  EXPECT_LT(*most, 4400);
}

TEST(GemmInputs, HaveExtremesInTheSmallestMatrix) {
  EXPECT_EQ(matrix(1, 2, false, 1), (std::vector<uint8_t>{0x80, 0x7f}));
  EXPECT_EQ(matrix(2, 1, true, 1), (std::vector<uint8_t>{0x00, 0xff}));
}

TEST(GemmInputs, HaveZeroRowsAndRunsOfExtremes) {
  std::vector<uint8_t> bytes = matrix(1000, 64, false, 4);
  int zeroRows = 0;
  for (size_t r = 0; r < 1000; ++r)
    zeroRows += std::all_of(&bytes[r * 64], &bytes[r * 64] + 64, [](uint8_t byte) { return byte == 0; });
  EXPECT_GT(zeroRows, 3);
  std::vector<uint8_t> minima(16, 0x80), maxima(16, 0x7f);
  EXPECT_NE(std::search(bytes.begin(), bytes.end(), minima.begin(), minima.end()), bytes.end());
  EXPECT_NE(std::search(bytes.begin(), bytes.end(), maxima.begin(), maxima.end()), bytes.end());
}

TEST(GemmInputs, ScaleIsLegalForEveryDepth) {
  for (uint64_t k = 1; k <= uint64_t{1} << 24; k = k * 3 / 2 + 1) {
    GemmScale scale = scaleFor(k);
    EXPECT_GE(scale.multiplier, int64_t{1} << 30);
    EXPECT_LT(scale.multiplier, int64_t{1} << 31);
    EXPECT_GE(scale.shift, 2);
    EXPECT_LE(scale.shift, 62);
    double ideal = 40 / (5461.25 * std::sqrt(static_cast<double>(k)));
    EXPECT_NEAR(std::ldexp(static_cast<double>(scale.multiplier), static_cast<int>(-scale.shift)) / ideal, 1,
                1e-6);
  }
}

/// The aim of the scale: values everywhere in int8, few at its ends.
TEST(GemmInputs, ScaleSpreadsResultsOverInt8) {
  GemmProblem p;
  p.m = 100, p.n = 100, p.k = 300;
  p = withDefaultScale(p);
  std::vector<uint8_t> a = matrix(100, 300, false, 1), b = matrix(300, 100, false, 2), c(100 * 100);
  ASSERT_TRUE(computeGemm(p, {a.data(), b.data(), nullptr, nullptr, nullptr}, c.data()));
  double squares = 0;
  int ends = 0;
  for (uint8_t byte : c) {
    int value = static_cast<int8_t>(byte);
    squares += value * value;
    ends += value == -128 || value == 127;
  }
  EXPECT_NEAR(std::sqrt(squares / 10000), 40, 5);
  EXPECT_LT(ends, 500);
}

TEST(GemmInputs, ScaleOfInt16IsFinerByEightBits) {
  for (uint64_t k : {1, 77, 1 << 24}) {
    EXPECT_EQ(scaleFor(k, GemmOutput::Int16).shift, scaleFor(k).shift - 8);
    EXPECT_EQ(scaleFor(k, GemmOutput::Int16).multiplier, scaleFor(k).multiplier);
    EXPECT_EQ(scaleFor(k, GemmOutput::Int8).shift, scaleFor(k).shift);
  }
}

TEST(GemmInputs, ColumnScalesLieAroundTheScale) {
  std::vector<int32_t> multiplier(50), shift(50);
  fillColumnScales(multiplier.data(), shift.data(), 50, 64, 1);
  GemmScale one = scaleFor(64);
  double middle = std::ldexp(static_cast<double>(one.multiplier), static_cast<int>(-one.shift));
  for (size_t i = 0; i < 50; ++i) {
    double factor = std::ldexp(multiplier[i], -shift[i]) / middle;
    EXPECT_GT(factor, 0.499);
    EXPECT_LT(factor, 1.501);
  }
}

} // namespace
