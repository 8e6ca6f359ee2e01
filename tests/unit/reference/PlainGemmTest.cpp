#include "workloads/reference/PlainGemm.h"
#include "workloads/reference/GemmInputs.h"
#include "workloads/reference/PlainLoops.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace lockstep;

namespace {

struct Sums {
  GemmProblem problem;
  std::vector<uint8_t> a, b;
  GemmOperands operands;
  std::vector<int32_t> sums; // [m, n]

  Sums() : a(20 * 30), b(30 * 25), sums(20 * 25) {
    problem.m = 20, problem.k = 30, problem.n = 25;
    problem.b_zero_point = 3;
    fillMatrix(a.data(), 20, 30, false, 1);
    fillMatrix(b.data(), 30, 25, false, 2);
    operands.a = a.data();
    operands.b = b.data();
    for (int64_t i = 0; i < 20; ++i)
      multiplyRow(problem, operands, i, reinterpret_cast<uint32_t *>(&sums[static_cast<size_t>(i * 25)]));
  }
};

TEST(Freivalds, PassesRightSums) {
  Sums s;
  EXPECT_EQ(Freivalds(s.problem, s.operands, 1).firstWrongRow(0, 20, s.sums.data()), 20);
}

TEST(Freivalds, FindsAnyRowWithOneWrongElement) {
  Sums s;
  for (int64_t i = 0; i < 20; ++i) {
    int32_t &sum = s.sums[static_cast<size_t>(i * 25 + i % 25)];
    sum += 1;
    EXPECT_EQ(Freivalds(s.problem, s.operands, 9).firstWrongRow(0, 20, s.sums.data()), i);
    sum -= 1;
  }
}

TEST(Freivalds, ChecksPanelsByTheirFirstRow) {
  Sums s;
  Freivalds test(s.problem, s.operands, 1);
  EXPECT_EQ(test.firstWrongRow(5, 7, s.sums.data() + 5 * 25), 7);
  EXPECT_EQ(test.firstWrongRow(4, 7, s.sums.data() + 5 * 25), 0);
}

uint8_t rescaled(int32_t sum, int64_t multiplier, int64_t shift) {
  PlainScale scale;
  scale.one_multiplier = multiplier;
  scale.one_shift = shift;
  scale.minimum = -128;
  scale.maximum = 127;
  uint8_t byte;
  rescaleSums(&sum, scale, &byte, 1);
  return byte;
}

TEST(RescaleSums, RoundsTiesUp) {
  EXPECT_EQ(static_cast<int8_t>(rescaled(1, 1 << 30, 31)), 1);  // 0.5
  EXPECT_EQ(static_cast<int8_t>(rescaled(-1, 1 << 30, 31)), 0); // -0.5
  EXPECT_EQ(static_cast<int8_t>(rescaled(-3, 1 << 30, 31)), -1);
  EXPECT_EQ(static_cast<int8_t>(rescaled(5, 1, 2)), 1);
  EXPECT_EQ(static_cast<int8_t>(rescaled(6, 1, 2)), 2);
}

int16_t rescaled16(int32_t sum, int64_t multiplier, int64_t shift) {
  PlainScale scale; // its zero point and limits do not count
  scale.one_multiplier = multiplier;
  scale.one_shift = shift;
  scale.zero_point = 5, scale.minimum = 1, scale.maximum = 2;
  int16_t value;
  rescaleSums16(&sum, scale, &value, 1);
  return value;
}

TEST(RescaleSums16, RoundsTiesUpAndSaturatesToInt16) {
  EXPECT_EQ(rescaled16(1, 1 << 30, 31), 1);
  EXPECT_EQ(rescaled16(-1, 1 << 30, 31), 0);
  EXPECT_EQ(rescaled16(-1001, 1 << 30, 31), -500);
  EXPECT_EQ(rescaled16(65535, 1 << 30, 31), 32767); // 32767.5
  EXPECT_EQ(rescaled16(65533, 1 << 30, 31), 32767); // 32766.5
  EXPECT_EQ(rescaled16(65532, 1 << 30, 31), 32766);
  EXPECT_EQ(rescaled16(-65537, 1 << 30, 31), -32768);
  EXPECT_EQ(rescaled16(-65538, 1 << 30, 31), -32768);
  EXPECT_EQ(rescaled16(INT32_MIN, 0x7fffffff, 31), -32768);
  EXPECT_EQ(rescaled16(INT32_MAX, 0x7fffffff, 31), 32767);
}

TEST(RescaleSums, SaturatesExtremes) {
  EXPECT_EQ(static_cast<int8_t>(rescaled(INT32_MIN, 0x7fffffff, 40)), -128);
  EXPECT_EQ(static_cast<int8_t>(rescaled(INT32_MAX, 0x7fffffff, 40)), 127);
}

} // namespace
