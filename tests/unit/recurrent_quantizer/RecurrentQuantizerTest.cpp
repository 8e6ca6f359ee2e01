// Do the integer constants mean what the float layer says? Judged by arithmetic in double.
#include "compiler/recurrent/RecurrentQuantizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <limits>
#include <random>

namespace lockstep {
namespace {

using Random = std::mt19937_64;

std::vector<float> uniform(Random &random, int64_t count, float range) {
  std::uniform_real_distribution<float> distribution(-range, range);
  std::vector<float> values(static_cast<size_t>(count));
  for (float &value : values)
    value = distribution(random);
  return values;
}

RecurrentProblem problemOf(CellKind cell, int64_t hidden) {
  RecurrentProblem problem;
  problem.cell = cell;
  problem.hidden = hidden;
  return problem;
}

RecurrentLayer layerOf(const RecurrentProblem &problem, int64_t input, uint64_t seed) {
  Random random(seed);
  const int64_t rows = (problem.cell == CellKind::Gru    ? 3
                        : problem.cell == CellKind::Lstm ? 4
                                                         : 1) *
                       problem.hidden;
  RecurrentLayer layer;
  layer.w = quantizeRows(uniform(random, rows * input, 0.5f).data(), rows, input);
  layer.r = quantizeRows(uniform(random, rows * problem.hidden, 0.25f).data(), rows, problem.hidden);
  layer.w_bias = uniform(random, rows, 1);
  layer.r_bias = uniform(random, rows, 2);
  layer.functions = CellFunctions::defaults(problem.cell);
  layer.x_scale = 0.03f;
  layer.x_zero_point = -7;
  return layer;
}

QuantizedRecurrent quantized(const RecurrentProblem &problem, const RecurrentLayer &layer, float clip = 0) {
  Result<QuantizedRecurrent> result = quantizeRecurrent(problem, layer, clip);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : QuantizedRecurrent();
}

std::string errorOf(const RecurrentProblem &problem, const RecurrentLayer &layer, float clip = 0) {
  const Result<QuantizedRecurrent> result = quantizeRecurrent(problem, layer, clip);
  if (result)
    return "";
  EXPECT_EQ(result.error().kind, ErrorKind::Usage);
  return result.error().message;
}

int64_t floorShift(__int128 value, int64_t shift) { return static_cast<int64_t>(value >> shift); }

/// a of the manual in 128-bit integers, not saturated: Q3.12.
int64_t gateSum(const QuantizedRecurrent &q, size_t row, const std::vector<int32_t> &state) {
  const size_t hidden = state.size();
  int64_t high = 0, low = 0;
  for (size_t k = 0; k < hidden; ++k) {
    const int64_t weight = q.constants.weights[row * hidden + k];
    high += weight * (q.problem.state_int8 ? state[k] / 256 : floorShift(state[k], 8));
    low += q.problem.state_int8 ? 0 : weight * ((state[k] & 255) - 128);
  }
  const int64_t sum = high + (q.problem.state_int8 ? 0 : floorShift(low + 128, 8)) + q.constants.bias[row];
  const __int128 product = static_cast<__int128>(sum) * q.constants.multiplier[row];
  return floorShift(product + (int64_t{1} << (q.problem.shift - 1)), q.problem.shift);
}

double realSum(const RecurrentLayer &layer, size_t row, const std::vector<int32_t> &state, int fractionBits) {
  double sum = layer.r_bias.empty() ? 0.0 : double{layer.r_bias[row]};
  for (size_t k = 0; k < state.size(); ++k)
    sum += double{layer.r.scales[row]} * layer.r.values[row * state.size() + k] *
           std::ldexp(state[k], -fractionBits);
  return sum;
}

std::vector<int32_t> randomState(Random &random, size_t hidden, bool isInt8) {
  std::vector<int32_t> state(hidden);
  for (int32_t &value : state) {
    const uint64_t pick = random() % 8;
    value = pick == 0 ? 32767 : pick == 1 ? -32768 : static_cast<int16_t>(random());
    if (isInt8)
      value = value / 256 * 256;
  }
  return state;
}

/// Half a step of Q3.12, and of the matrix unit's sums: the wide sum's low half and the bias.
double tolerance(const QuantizedRecurrent &q, size_t row) {
  return 0.5 + 1.01 * std::ldexp(q.constants.multiplier[row], -static_cast<int>(q.problem.shift)) + 0.001;
}

void expectGateSumsOf(const RecurrentProblem &problem, const RecurrentLayer &layer) {
  const QuantizedRecurrent q = quantized(problem, layer);
  Random random(4);
  for (int round = 0; round < 20; ++round) {
    const std::vector<int32_t> state =
        randomState(random, static_cast<size_t>(problem.hidden), problem.state_int8);
    for (size_t row = 0; row < layer.r.scales.size(); ++row)
      ASSERT_NEAR(static_cast<double>(gateSum(q, row, state)),
                  4096 * realSum(layer, row, state, problem.state_fraction_bits), tolerance(q, row))
          << "row " << row;
  }
}

TEST(QuantizeRows, AreWithinHalfAStepAndReachTheEnd) {
  Random random(1);
  const std::vector<float> matrix = uniform(random, 5 * 40, 0.01f);
  const QuantizedRows rows = quantizeRows(matrix.data(), 5, 40);
  for (size_t row = 0; row < 5; ++row) {
    int largest = 0;
    for (size_t k = 0; k < 40; ++k) {
      const int value = rows.values[row * 40 + k];
      EXPECT_NEAR(double{matrix[row * 40 + k]}, double{rows.scales[row]} * value,
                  0.5001 * double{rows.scales[row]});
      largest = std::max(largest, std::abs(value));
    }
    EXPECT_EQ(largest, 127);
  }
}

TEST(RecurrentQuantizer, GateSumsAreThoseOfTheFloatLayer) {
  for (CellKind cell : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn})
    for (int fractionBits : {15, 12, 3}) {
      RecurrentProblem problem = problemOf(cell, 33);
      problem.state_fraction_bits = fractionBits;
      expectGateSumsOf(problem, layerOf(problem, 5, 2));
    }
}

TEST(RecurrentQuantizer, GateSumsOfAnInt8StateAreThoseOfTheFloatLayer) {
  RecurrentProblem problem = problemOf(CellKind::Gru, 17);
  problem.state_int8 = true;
  const RecurrentLayer layer = layerOf(problem, 5, 2);
  expectGateSumsOf(problem, layer);
}

TEST(RecurrentQuantizer, GateSumsHoldForZeroRowsAndForScalesFarApart) {
  const RecurrentProblem problem = problemOf(CellKind::Rnn, 6);
  RecurrentLayer layer = layerOf(problem, 4, 3);
  std::fill_n(layer.r.values.begin(), 6, 0);
  layer.r.scales = {1, 1e-6f, 1e-3f, 1e-2f, 5, 1e-12f};
  layer.r_bias = {-7.5f, 3, 0, 1e-5f, -2, 0};
  expectGateSumsOf(problem, layer);
}

/// A bias beyond int32 at the scale of its weights: the scale gives way.
TEST(RecurrentQuantizer, GateSumsHoldWhereABiasIsFarAboveItsWeights) {
  const RecurrentProblem problem = problemOf(CellKind::Rnn, 4);
  RecurrentLayer layer = layerOf(problem, 4, 3);
  layer.r.scales = {1e-9f, 1e-20f, FLT_MIN, 1e-5f};
  layer.r_bias = {7.9f, -5, 1, 30};
  expectGateSumsOf(problem, layer);
  layer.w.scales = layer.r.scales;
  layer.w_bias = layer.r_bias;
  const QuantizedRecurrent q = quantized(problem, layer);
  for (size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(std::ldexp(static_cast<double>(q.projection.bias[i]) * q.projection.multiplier[i],
                           -q.projection.shift[i]),
                4096 * double{layer.w_bias[i]}, 0.01)
        << i;
}

TEST(RecurrentQuantizer, TheLargestMultiplierHas31Bits) {
  for (float scale : {1e-7f, 0.001f, 0.0078125f, 0.3f, 3.9f}) {
    const RecurrentProblem problem = problemOf(CellKind::Gru, 4);
    RecurrentLayer layer = layerOf(problem, 4, 3);
    layer.r_bias.clear();
    for (size_t i = 0; i < layer.r.scales.size(); ++i)
      layer.r.scales[i] = scale / static_cast<float>(1 + i);
    const QuantizedRecurrent q = quantized(problem, layer);
    EXPECT_GE(q.constants.multiplier[0], 1 << 30) << scale;
    EXPECT_GE(q.problem.shift, 2u);
    EXPECT_LE(q.problem.shift, 62u);
  }
}

TEST(RecurrentQuantizer, AShiftEndsAt62) {
  const RecurrentProblem problem = problemOf(CellKind::Rnn, 2);
  RecurrentLayer layer = layerOf(problem, 2, 3);
  layer.r_bias.clear();
  layer.r.scales = {1e-16f, 1e-15f};
  EXPECT_EQ(quantized(problem, layer).problem.shift, 62u);
}

TEST(RecurrentQuantizer, TheProjectionIsThatOfTheFloatLayer) {
  const RecurrentProblem problem = problemOf(CellKind::Lstm, 9);
  const RecurrentLayer layer = layerOf(problem, 21, 5);
  const QuantizedRecurrent q = quantized(problem, layer);
  Random random(6);
  for (size_t row = 0; row < 4 * 9; ++row) {
    int64_t sum = q.projection.bias[row];
    double real = layer.w_bias[row]; // the recurrent bias is not here
    for (size_t k = 0; k < 21; ++k) {
      const int64_t x = static_cast<int8_t>(random());
      sum += q.projection.weights[row * 21 + k] * (x - layer.x_zero_point);
      real += double{layer.x_scale} * static_cast<double>(x - layer.x_zero_point) *
              double{layer.w.scales[row]} * layer.w.values[row * 21 + k];
    }
    const int64_t shift = q.projection.shift[row];
    EXPECT_GE(q.projection.multiplier[row], 1 << 30);
    EXPECT_NEAR(
        static_cast<double>(floorShift(
            static_cast<__int128>(sum) * q.projection.multiplier[row] + (int64_t{1} << (shift - 1)), shift)),
        4096 * real, 1.3);
  }
}

TEST(RecurrentQuantizer, TablesAreTheFunctionsAtTheirEntries) {
  RecurrentProblem problem = problemOf(CellKind::Lstm, 3);
  problem.state_fraction_bits = 13;
  const QuantizedRecurrent q = quantized(problem, layerOf(problem, 3, 1));
  for (int i = 0; i < 513; ++i) {
    const double x = (i - 256) / 32.0;
    const auto at = static_cast<size_t>(i);
    EXPECT_NEAR(q.constants.f[at], std::min(32768 / (1 + std::exp(-x)), 32767.0), 0.5001) << i;
    EXPECT_NEAR(q.constants.g[at], std::clamp(32768 * std::tanh(x), -32768.0, 32767.0), 0.5001) << i;
    EXPECT_NEAR(q.constants.h[at], 8192 * std::tanh(x), 0.5001) << i;
  }
}

TEST(RecurrentQuantizer, TheCandidateOfAGruAndOfAnRnnHasTheStatesFractionBits) {
  for (CellKind cell : {CellKind::Gru, CellKind::Rnn}) {
    RecurrentProblem problem = problemOf(cell, 3);
    problem.state_fraction_bits = 12;
    RecurrentLayer layer = layerOf(problem, 3, 1);
    layer.functions.g = [](double x) { return x < 0 ? 0 : x; };
    EXPECT_EQ(quantized(problem, layer).constants.g[256 + 100], 100 * 128);
  }
}

TEST(RecurrentQuantizer, TellsWhetherTheTablesOfAnLstmAreOne) {
  RecurrentProblem problem = problemOf(CellKind::Lstm, 3);
  RecurrentLayer layer = layerOf(problem, 3, 1);
  EXPECT_TRUE(quantized(problem, layer).problem.h_is_g);
  layer.functions.h = [](double x) { return std::tanh(2 * x); };
  EXPECT_FALSE(quantized(problem, layer).problem.h_is_g);
  layer = layerOf(problem, 3, 1);
  problem.state_fraction_bits = 14;
  EXPECT_FALSE(quantized(problem, layer).problem.h_is_g);
}

TEST(RecurrentQuantizer, AnInfiniteFunctionSaturates) {
  const RecurrentProblem problem = problemOf(CellKind::Rnn, 3);
  RecurrentLayer layer = layerOf(problem, 3, 1);
  layer.functions.g = [](double x) { return std::exp(1000 * x); };
  EXPECT_EQ(quantized(problem, layer).constants.g[512], 32767);
}

TEST(RecurrentQuantizer, PeepholesHaveTheFractionBitsThatFit) {
  RecurrentProblem problem = problemOf(CellKind::Lstm, 2);
  problem.peepholes = true;
  RecurrentLayer layer = layerOf(problem, 3, 1);
  for (float largest : {0.01f, 0.7f, 1.0f, 3.0f, 1000.0f, 32767.0f}) {
    layer.peepholes = {largest, -largest / 3, 0, 0, largest / 7, -largest};
    const QuantizedRecurrent q = quantized(problem, layer);
    ASSERT_EQ(q.constants.peepholes.size(), 6u);
    EXPECT_GE(q.constants.peepholes[0], 16384);
    for (size_t i = 0; i < 6; ++i)
      EXPECT_NEAR(std::ldexp(q.constants.peepholes[i], -q.problem.peephole_fraction_bits),
                  double{layer.peepholes[i]}, std::ldexp(0.5, -q.problem.peephole_fraction_bits));
  }
}

TEST(RecurrentQuantizer, PeepholesThatACoarseCellCannotMeetSaturateAndWithThemTheirProducts) {
  RecurrentProblem problem = problemOf(CellKind::Lstm, 1);
  problem.peepholes = true, problem.cell_fraction_bits = 8;
  RecurrentLayer layer = layerOf(problem, 3, 1);
  layer.peepholes = {3000, -32767, 1};
  const QuantizedRecurrent q = quantized(problem, layer);
  EXPECT_EQ(q.problem.peephole_fraction_bits,
            4); // the least; the smallest cell, 2^-8, gives 8 with 2048 already
  EXPECT_EQ(q.constants.peepholes, (std::vector<int16_t>{32767, -32768, 16}));
}

TEST(RecurrentQuantizer, TheCellHasTheFractionBitsThatItsLargestValueLeaves) {
  EXPECT_EQ(cellFractionBits(0), 12);
  EXPECT_EQ(cellFractionBits(7.2), 12);
  EXPECT_EQ(cellFractionBits(7.3), 11); // a margin of a tenth
  EXPECT_EQ(cellFractionBits(14.5), 11);
  EXPECT_EQ(cellFractionBits(14.6), 10);
  EXPECT_EQ(cellFractionBits(58.1), 9);
  EXPECT_EQ(cellFractionBits(58.2), 8);
  EXPECT_EQ(cellFractionBits(1e30), 8);
  EXPECT_EQ(cellFractionBits(NAN), 8);
}

TEST(RecurrentQuantizer, ClipIsQ3_12AndEndsAtThePlacesThatAnInt16Has) {
  const RecurrentProblem problem = problemOf(CellKind::Gru, 2);
  const RecurrentLayer layer = layerOf(problem, 2, 1);
  EXPECT_EQ(quantized(problem, layer, 0).problem.clip, 32767);
  EXPECT_EQ(quantized(problem, layer, 1.5f).problem.clip, 6144);
  EXPECT_EQ(quantized(problem, layer, 100).problem.clip, 32767);
  EXPECT_EQ(quantized(problem, layer, 1e-9f).problem.clip, 1);
}

TEST(RecurrentQuantizer, AbsentBiasesAreZero) {
  RecurrentProblem problem = problemOf(CellKind::Rnn, 2);
  problem.state_int8 = true;
  RecurrentLayer layer = layerOf(problem, 2, 1);
  layer.w_bias.clear();
  layer.r_bias.clear();
  const QuantizedRecurrent q = quantized(problem, layer);
  EXPECT_EQ(q.constants.bias, (std::vector<int32_t>{0, 0}));
  EXPECT_EQ(q.projection.bias, (std::vector<int32_t>{0, 0}));
}

TEST(RecurrentQuantizer, RefusesScalesThatNoMultiplierCanExpress) {
  const RecurrentProblem problem = problemOf(CellKind::Rnn, 2);
  RecurrentLayer layer = layerOf(problem, 2, 1);
  layer.r.values = {1, 0, 0, 0};
  layer.r.scales = {1, 1e8f};
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("needs a multiplier beyond 2^31 - 1"));
  layer = layerOf(problem, 2, 1);
  layer.w.values = {0, 0, 0, 0};
  layer.w.scales = {1, 1e8f};
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("needs a multiplier beyond 2^31 - 1"));
}

TEST(RecurrentQuantizer, RefusesSumsThatAnInt32CannotHoldInQ3_12) {
  const RecurrentProblem problem = problemOf(CellKind::Gru, 2);
  RecurrentLayer layer = layerOf(problem, 2, 1);
  layer.r.scales[3] = 3000;
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("row 1 of gate 1 of R makes sums of up to"));
  layer = layerOf(problem, 2, 1);
  layer.x_scale = 1e6f;
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("row 0 of gate 0 of W makes sums of up to"));
}

TEST(RecurrentQuantizer, RefusesTensorsOfAnotherSizeWithBothSizes) {
  const RecurrentProblem problem = problemOf(CellKind::Gru, 2);
  const RecurrentLayer good = layerOf(problem, 2, 1);
  RecurrentLayer layer = good;
  layer.r.scales.pop_back();
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("R has 12 values and 5 scales; it needs 6 rows"));
  layer = good;
  layer.r.values.resize(18);
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("R has 18 values; it needs 12"));
  layer = good;
  layer.w.values.clear();
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("W has 0 values"));
  layer = good;
  layer.w_bias.resize(4);
  EXPECT_THAT(errorOf(problem, layer),
              testing::HasSubstr("the bias of W has 4 values; allowed are none or 6"));
  layer = good;
  layer.peepholes = {1};
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("there are 1 peepholes; allowed are 0"));
}

TEST(RecurrentQuantizer, RefusesNumbersThatMeanNothing) {
  const RecurrentProblem problem = problemOf(CellKind::Gru, 2);
  const RecurrentLayer good = layerOf(problem, 2, 1);
  RecurrentLayer layer = good;
  layer.r.scales[5] = 0;
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("the scale of row 1 of gate 2 of R is 0"));
  layer = good;
  layer.w_bias[0] = NAN;
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("the bias of row 0 of gate 0 of W is not finite"));
  layer = good;
  layer.x_scale = -1;
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("the scale of x is -1"));
  layer = good;
  layer.x_zero_point = 128;
  EXPECT_THAT(errorOf(problem, layer),
              testing::HasSubstr("the zero point of x is 128; allowed is -128 to 127"));
  layer = good;
  layer.functions.f = {};
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("the function f is missing"));
  layer = good;
  layer.functions.g = [](double x) { return std::sqrt(x); };
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("the function g is not a number at -8"));
  EXPECT_THAT(errorOf(problem, good, -1), testing::HasSubstr("clip is -1"));
  EXPECT_THAT(errorOf(problem, good, NAN), testing::HasSubstr("clip is"));
}

TEST(RecurrentQuantizer, RefusesAnImpossibleProblem) {
  RecurrentProblem problem = problemOf(CellKind::Gru, 2);
  const RecurrentLayer layer = layerOf(problem, 2, 1);
  problem.hidden = 0;
  EXPECT_THAT(errorOf(problem, layer), testing::HasSubstr("hidden"));
}

} // namespace
} // namespace lockstep
