// The CPU result against loops with __int128, written here and nowhere else.
#include "workloads/reference/CpuGemm.h"
#include "workloads/reference/GemmInputs.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

using namespace lockstep;

namespace {

/// A problem with its operands and the right output.
struct Example {
  GemmProblem problem;
  std::vector<uint8_t> a, b, output;
  std::vector<int32_t> bias, multiplier, shift;

  GemmOperands operands() const { return {a.data(), b.data(), bias.data(), multiplier.data(), shift.data()}; }
};

int64_t valueOf(uint8_t byte, GemmElement type) {
  return type == GemmElement::Uint8 ? int64_t{byte} : int64_t{static_cast<int8_t>(byte)};
}

int64_t floorDivide(__int128 a, __int128 b) {
  __int128 q = a / b;
  return static_cast<int64_t>(a % b != 0 && (a < 0) ? q - 1 : q);
}

int32_t sumAt(const Example &e, int64_t i, int64_t j) {
  const GemmProblem &p = e.problem;
  __int128 sum = p.has_bias ? e.bias[static_cast<size_t>(j)] : 0;
  for (int64_t k = 0; k < p.k; ++k) {
    uint8_t a = e.a[static_cast<size_t>(p.a_transposed ? k * p.m + i : i * p.k + k)];
    uint8_t b = e.b[static_cast<size_t>(p.b_transposed ? j * p.k + k : k * p.n + j)];
    sum += (valueOf(a, p.a_type) - p.a_zero_point) * (valueOf(b, p.b_type) - p.b_zero_point);
  }
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<unsigned __int128>(sum)));
}

int64_t rescaledAt(const Example &e, int64_t i, int64_t j) {
  const GemmProblem &p = e.problem;
  int64_t multiplier = p.per_column ? e.multiplier[static_cast<size_t>(j)] : p.multiplier;
  int64_t shift = p.per_column ? e.shift[static_cast<size_t>(j)] : p.shift;
  __int128 one = 1;
  int64_t rounded =
      floorDivide(static_cast<__int128>(sumAt(e, i, j)) * multiplier + (one << (shift - 1)), one << shift);
  int64_t result = int64_t{static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint64_t>(rounded)))};
  if (p.output == GemmOutput::Int16)
    return std::min<int64_t>(std::max<int64_t>(result, -32768), 32767);
  result += p.output_zero_point;
  return std::min(std::max(result, p.clamp_minimum), p.clamp_maximum);
}

void computeOutput(Example &e) {
  const GemmProblem &p = e.problem;
  const auto bytes = static_cast<size_t>(elementBytes(p.output));
  e.output.resize(static_cast<size_t>(p.m * p.n) * bytes);
  for (int64_t i = 0; i < p.m; ++i)
    for (int64_t j = 0; j < p.n; ++j) {
      size_t at = static_cast<size_t>(i * p.n + j);
      int64_t value = p.output == GemmOutput::Int32 ? sumAt(e, i, j) : rescaledAt(e, i, j);
      std::memcpy(&e.output[bytes * at], &value, bytes);
    }
}

Example makeExample(GemmProblem problem, uint64_t seed) {
  Example e;
  e.problem = withDefaultScale(problem);
  const GemmProblem &p = e.problem;
  e.a.resize(static_cast<size_t>(p.m * p.k));
  e.b.resize(static_cast<size_t>(p.k * p.n));
  e.bias.resize(static_cast<size_t>(p.n)), e.multiplier.resize(e.bias.size()), e.shift.resize(e.bias.size());
  uint64_t rowsA = static_cast<uint64_t>(p.a_transposed ? p.k : p.m),
           rowsB = static_cast<uint64_t>(p.b_transposed ? p.n : p.k);
  fillMatrix(e.a.data(), rowsA, e.a.size() / rowsA, p.a_type == GemmElement::Uint8, seed);
  fillMatrix(e.b.data(), rowsB, e.b.size() / rowsB, p.b_type == GemmElement::Uint8, seed + 1);
  fillBias(e.bias.data(), e.bias.size(), static_cast<uint64_t>(p.k), seed + 2);
  fillColumnScales(e.multiplier.data(), e.shift.data(), e.bias.size(), static_cast<uint64_t>(p.k), seed + 3,
                   p.output);
  computeOutput(e);
  return e;
}

GemmProblem randomProblem(std::mt19937_64 &random) {
  GemmProblem p;
  p.m = 1 + static_cast<int64_t>(random() % 40), p.n = 1 + static_cast<int64_t>(random() % 40);
  p.k = 1 + static_cast<int64_t>(random() % 200);
  p.a_transposed = random() % 2, p.b_transposed = random() % 2;
  p.a_type = static_cast<GemmElement>(random() % 2), p.b_type = static_cast<GemmElement>(random() % 2);
  auto zeroPoint = [&](GemmElement type) {
    return random() % 3 ? static_cast<int64_t>(random() % 256) - (type == GemmElement::Int8 ? 128 : 0) : 0;
  };
  p.a_zero_point = zeroPoint(p.a_type), p.b_zero_point = zeroPoint(p.b_type);
  p.output = static_cast<GemmOutput>(random() % 4);
  p.has_bias = random() % 2;
  p.per_column = p.output != GemmOutput::Int32 && random() % 2;
  return p;
}

TEST(CpuGemm, AgreesWithWideIntegersOnRandomProblems) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 150; ++i) {
    Example e = makeExample(randomProblem(random), random());
    for (bool oneDnn : {false, true}) {
      CpuGemmOptions options;
      options.allow_onednn = oneDnn;
      options.panel_bytes = 1 + random() % 4000; // several panels, often of a single row
      GemmComparison result = compareGemm(e.problem, e.operands(), e.output.data(), options);
      ASSERT_TRUE(result.equal) << i << ": " << result.difference;
      EXPECT_EQ(result.freivalds_rows_checked, static_cast<uint64_t>(e.problem.m));
      EXPECT_EQ(result.plain_rows_checked, std::min<uint64_t>(8, static_cast<uint64_t>(e.problem.m)));
      EXPECT_EQ(result.used_onednn, oneDnn && oneDnnIsExact());
    }
  }
}

TEST(CpuGemm, ComputesWhatItCompares) {
  std::mt19937_64 random(8);
  Example e = makeExample(randomProblem(random), 5);
  std::vector<uint8_t> output(e.output.size());
  ASSERT_TRUE(computeGemm(e.problem, e.operands(), output.data()));
  EXPECT_EQ(output, e.output);
}

TEST(CpuGemm, NamesTheFirstElementThatDiffers) {
  GemmProblem p;
  p.m = 30, p.n = 20, p.k = 50;
  Example e = makeExample(p, 1);
  int8_t right = static_cast<int8_t>(e.output[7 * 20 + 13]);
  e.output[7 * 20 + 13] ^= 1;
  e.output[7 * 20 + 14] ^= 1;
  e.output[29 * 20] ^= 1;
  GemmComparison result = compareGemm(e.problem, e.operands(), e.output.data());
  EXPECT_FALSE(result.equal);
  EXPECT_EQ(result.row, 7);
  EXPECT_EQ(result.column, 13);
  EXPECT_EQ(result.expected, right);
  EXPECT_EQ(result.actual, static_cast<int8_t>(right ^ 1));
  EXPECT_NE(result.difference.find("(row 7, column 13)"), std::string::npos) << result.difference;
}

TEST(CpuGemm, NamesTheFirstInt32ElementThatDiffers) {
  GemmProblem p;
  p.m = 9, p.n = 11, p.k = 5;
  p.output = GemmOutput::Int32;
  Example e = makeExample(p, 1);
  e.output[4 * (8 * 11 + 10) + 3] ^= 0x80;
  GemmComparison result = compareGemm(e.problem, e.operands(), e.output.data());
  EXPECT_EQ(result.row, 8);
  EXPECT_EQ(result.column, 10);
  EXPECT_EQ(result.actual,
            static_cast<int64_t>(static_cast<int32_t>(static_cast<uint32_t>(result.expected) ^ 0x80000000u)));
}

TEST(CpuGemm, NamesTheFirstInt16ElementThatDiffers) {
  GemmProblem p;
  p.m = 9, p.n = 11, p.k = 5;
  p.output = GemmOutput::Int16;
  Example e = makeExample(p, 1);
  e.output[2 * (4 * 11 + 10) + 1] ^= 0x80;
  GemmComparison result = compareGemm(e.problem, e.operands(), e.output.data());
  EXPECT_EQ(result.row, 4);
  EXPECT_EQ(result.column, 10);
  EXPECT_EQ(result.actual, static_cast<int16_t>(static_cast<uint16_t>(result.expected) ^ 0x8000u));
}

TEST(CpuGemm, WrapsAroundOverLongReductions) {
  GemmProblem p;
  p.m = 2, p.n = 3, p.k = 200000; // 200000 * 2^14 is beyond 2^31; also more than oneDNN gets at once
  p.output = GemmOutput::Int32;
  Example e = makeExample(p, 1);
  std::fill(e.a.begin(), e.a.end(), 0x80);
  std::fill(e.b.begin(), e.b.end(), 0x80);
  computeOutput(e);
  EXPECT_TRUE(compareGemm(e.problem, e.operands(), e.output.data()).equal);
}

TEST(CpuGemm, ChecksAtLeastOneRowByPlainCodeHoweverDearItIs) {
  GemmProblem p;
  p.m = 10, p.n = 10, p.k = 10;
  Example e = makeExample(p, 1);
  CpuGemmOptions options;
  options.plain_row_macs = 1;
  EXPECT_EQ(compareGemm(e.problem, e.operands(), e.output.data(), options).plain_rows_checked, 1u);
}

} // namespace
