// Does the reference of recurrent layers compute the manual's chapter "Recurrent cells", and what ONNX means
// by it?
#include "workloads/reference/RecurrentReference.h"
#include "hw/numbers/Numbers.h"
#include "workloads/reference/RecurrentValues.h"
#include "workloads/reference/StateProducts.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace lockstep;

namespace {

using Random = std::mt19937_64;

int64_t pick(Random &random, int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(random);
}

RecurrentProblem layer(CellKind cell, int64_t hidden, int64_t batch, int64_t steps) {
  RecurrentProblem problem;
  problem.cell = cell, problem.hidden = hidden, problem.batch = batch, problem.steps = steps;
  problem.shift = usualShift(problem);
  return problem;
}

RecurrentProblem randomLayer(Random &random) {
  const auto flag = [&] { return pick(random, 0, 1) == 1; };
  RecurrentProblem p =
      layer(CellKind(pick(random, 0, 2)), pick(random, 1, 40), pick(random, 1, 5), pick(random, 1, 7));
  p.linear_before_reset = flag(), p.peepholes = p.cell == CellKind::Lstm && flag(), p.reverse = flag();
  p.has_lengths = flag(), p.initial_h = flag(), p.initial_c = p.cell == CellKind::Lstm && flag();
  p.state_int8 = flag(), p.clip = flag() ? 32767 : int32_t(pick(random, 1, 32766));
  p.output = flag() ? RecurrentOutput::Int8 : RecurrentOutput::Int16;
  p.output_zero_point = int32_t(pick(random, -128, 127));
  if (p.cell == CellKind::Lstm)
    p.cell_fraction_bits = int(pick(random, 8, 12));
  return p;
}

void expectEqual(const RecurrentOutputs &one, const RecurrentOutputs &other) {
  EXPECT_EQ(one.y, other.y);
  EXPECT_EQ(one.y_h, other.y_h);
  EXPECT_EQ(one.y_c, other.y_c);
}

TEST(RecurrentReference, HasTheSameBitsByPlainLoopsAndByTheLibrary) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const RecurrentProblem problem = randomLayer(random);
    const auto kind = i % 2 ? RecurrentValueKind::Extreme : RecurrentValueKind::Usual;
    const RecurrentConstants constants = recurrentConstants(problem, uint64_t(i), kind);
    const RecurrentValues values = recurrentValues(problem, uint64_t(i), kind);
    expectEqual(recurrentReference(problem, constants, values.inputs(), false),
                recurrentReference(problem, constants, values.inputs(), true));
    ASSERT_FALSE(HasFailure()) << "layer " << i;
  }
}

TEST(RecurrentReference, MultipliesALongStateExactly) {
  const RecurrentProblem problem = layer(CellKind::Gru, 700, 3, 1);
  const RecurrentConstants constants = recurrentConstants(problem, 1, RecurrentValueKind::Extreme);
  RecurrentProblem withState = problem;
  withState.initial_h = true;
  const std::vector<int16_t> state =
      recurrentValues(withState, 1, RecurrentValueKind::Extreme, false).initial_h;
  std::vector<int32_t> fast(3 * 2 * 700), plain(fast.size());
  StateProducts(problem, constants.weights, false).multiply(state.data(), 1, 2, fast.data());
  StateProducts(problem, constants.weights, true).multiply(state.data(), 1, 2, plain.data());
  EXPECT_EQ(fast, plain);
}

// ---- one unit, by hand ----

/// Weight 100 and bias 7 in each gate, a = A / 2 rounded, a table of the identity in Q3.12: f(v) = v.
RecurrentConstants simpleConstants(const RecurrentProblem &problem) {
  const auto rows = size_t(numGates(problem.cell) * problem.hidden);
  RecurrentConstants constants;
  constants.weights.assign(rows * size_t(problem.hidden), 100);
  constants.bias.assign(rows, 7);
  constants.multiplier.assign(rows, 1 << 30);
  for (size_t i = 0; i < 513; ++i)
    constants.f[i] = int16_t(std::min<int64_t>(128 * int64_t(i) - 32768, 32767));
  constants.g = constants.h = constants.f;
  return constants;
}

RecurrentProblem simpleLayer(CellKind cell) {
  RecurrentProblem problem = layer(cell, 1, 1, 1);
  problem.shift = 31, problem.initial_h = true, problem.initial_c = cell == CellKind::Lstm;
  return problem;
}

TEST(RecurrentReference, SplitsTheStateIntoHalvesWithoutTheLost128) {
  // h = 1000: hi 3, lo 232 - 128 = 104; H = 300, L = 10400; A = 300 + (10528 >> 8) + 7 = 348; a = 174.
  const RecurrentProblem problem = simpleLayer(CellKind::Rnn);
  const int16_t x = 5, h = 1000;
  const auto out = recurrentReference(problem, simpleConstants(problem), {&x, &h, nullptr, nullptr}, true);
  EXPECT_EQ(out.y[0], 174 + 5);
}

TEST(RecurrentReference, RoundsAnInt8StateBeforeItIsUsed) {
  // h = 1000: h8 = round(1000 / 256) = 4; A = 400 + 7; a = 204 (half up).
  RecurrentProblem problem = simpleLayer(CellKind::Rnn);
  problem.state_int8 = true;
  const int16_t x = 5, h = 1000;
  const auto out = recurrentReference(problem, simpleConstants(problem), {&x, &h, nullptr, nullptr}, true);
  EXPECT_EQ(out.y[0], 204 + 5);
}

TEST(RecurrentReference, ComputesAGruUnitAsWritten) {
  // a = 174 in all gates; z = 174 + 16000, r = 174 - 4000, n = round(r 174 / 2^15) + 50 = -20 + 50.
  // h' = n + round((1000 - n) z / 2^15) = 30 + round(970 16174 / 32768) = 30 + 479.
  const RecurrentProblem problem = simpleLayer(CellKind::Gru);
  const int16_t x[] = {16000, -4000, 50}, h = 1000;
  const auto out = recurrentReference(problem, simpleConstants(problem), {x, &h, nullptr, nullptr}, true);
  EXPECT_EQ(out.y[0], 30 + 479);
  EXPECT_EQ(out.y_h[0], 30 + 479);
}

TEST(RecurrentReference, ResetsBeforeTheProductIfAsked) {
  // r = 174 - 4000 = -3826; q = round(-3826 1000 / 2^15) = -117: hi -1, lo 139 - 128 = 11;
  // A = -100 + ((1100 + 128) >> 8) + 7 = -89; a_n = -44; n = -44 + 50 = 6; h' = 6 + round(994 16174 / 32768)
  // = 6 + 491.
  RecurrentProblem problem = simpleLayer(CellKind::Gru);
  problem.linear_before_reset = false;
  const int16_t x[] = {16000, -4000, 50}, h = 1000;
  const auto out = recurrentReference(problem, simpleConstants(problem), {x, &h, nullptr, nullptr}, true);
  EXPECT_EQ(out.y[0], 6 + 491);
}

TEST(RecurrentReference, ComputesAnLstmUnitAsWritten) {
  // a = 174. i = 174 + 20000, forget = 174 + 10000, t = 174 + 3000, c = 2000, no peepholes.
  // c' = round(10174 2000 / 2^15) + round(20174 3174 / 2^18) = 621 + 244 = 865; o = 174 + 30000;
  // h' = round(30174 865 / 2^15) = 797.
  const RecurrentProblem problem = simpleLayer(CellKind::Lstm);
  const int16_t x[] = {20000, 30000, 10000, 3000}, h = 1000, c = 2000;
  const auto out = recurrentReference(problem, simpleConstants(problem), {x, &h, &c, nullptr}, true);
  EXPECT_EQ(out.y[0], 797);
  EXPECT_EQ(out.y_c[0], 865);
}

TEST(RecurrentReference, LooksAtTheCellThroughPeepholes) {
  // P = 1, -1, 2 (i, o, f) in Q3.12: i + 2000, forget + 4000, o - c'.
  // c' = round(14174 2000 / 2^15) + round(22174 3174 / 2^18) = 865 + 268 = 1133; o = 30174 - 1133;
  // h' = round(29041 1133 / 2^15) = 1004.
  RecurrentProblem problem = simpleLayer(CellKind::Lstm);
  problem.peepholes = true;
  RecurrentConstants constants = simpleConstants(problem);
  constants.peepholes = {4096, -4096, 8192};
  const int16_t x[] = {20000, 30000, 10000, 3000}, h = 1000, c = 2000;
  const auto out = recurrentReference(problem, constants, {x, &h, &c, nullptr}, true);
  EXPECT_EQ(out.y_c[0], 1133);
  EXPECT_EQ(out.y[0], 1004);
}

TEST(RecurrentReference, HoldsALargerCellWithFewerFractionBits) {
  // 9 bits. c' = round(10174 2000 / 2^15) + round(20174 3174 / 2^21) = 621 + 31 = 652; h' = round(30174 8 652
  // / 2^15). From c = 30000: c' = 9315 + 31, of which h sees the end of Q3.12, 32766 by the table.
  RecurrentProblem problem = simpleLayer(CellKind::Lstm);
  problem.cell_fraction_bits = 9;
  const RecurrentConstants constants = simpleConstants(problem);
  const int16_t x[] = {20000, 30000, 10000, 3000}, h = 1000, c = 2000, large = 30000;
  const auto out = recurrentReference(problem, constants, {x, &h, &c, nullptr}, true);
  EXPECT_EQ(out.y_c[0], 652);
  EXPECT_EQ(out.y[0], 4803);
  const auto saturated = recurrentReference(problem, constants, {x, &h, &large, nullptr}, true);
  EXPECT_EQ(saturated.y_c[0], 9346);
  EXPECT_EQ(saturated.y[0], 30172);
}

TEST(RecurrentReference, BringsPeepholesProductsWithALargerCellToQ3_12) {
  // 9 bits; P = 1/8, -1/8, 1/4 (i, o, f): i + 2000, forget + 4000, o - c'.
  // c' = round(14174 2000 / 2^15) + round(22174 3174 / 2^21) = 865 + 34; h' = round(29275 8 899 / 2^15).
  RecurrentProblem problem = simpleLayer(CellKind::Lstm);
  problem.peepholes = true, problem.cell_fraction_bits = 9;
  RecurrentConstants constants = simpleConstants(problem);
  constants.peepholes = {512, -512, 1024};
  const int16_t x[] = {20000, 30000, 10000, 3000}, h = 1000, c = 2000;
  const auto out = recurrentReference(problem, constants, {x, &h, &c, nullptr}, true);
  EXPECT_EQ(out.y_c[0], 899);
  EXPECT_EQ(out.y[0], 6425);
}

TEST(RecurrentReference, RoundsTheResetStateToInt8Too) {
  // h8 = 4; a = 204 of z and r; q = round(-3796 1024 / 2^15) = -119, so 0 as int8; a_n = round(7 / 2) = 4;
  // n = 54; h' = 54 + round(970 16204 / 2^15) = 54 + 480.
  RecurrentProblem problem = simpleLayer(CellKind::Gru);
  problem.linear_before_reset = false, problem.state_int8 = true;
  const int16_t x[] = {16000, -4000, 50}, h = 1000;
  const auto out = recurrentReference(problem, simpleConstants(problem), {x, &h, nullptr, nullptr}, true);
  EXPECT_EQ(out.y[0], 54 + 480);
}

TEST(RecurrentReference, ClipsArgumentsOfFunctionsSymmetricallyOrAtTheBoundsOfInt16) {
  RecurrentProblem problem = simpleLayer(CellKind::Rnn);
  const RecurrentConstants constants = simpleConstants(problem);
  const int16_t h = -1000; // a = -217
  for (const auto &[x, clip, wanted] :
       {std::array<int, 3>{5000, 100, 100}, {-30000, 100, -100}, {-32768, 32767, -32768}}) {
    problem.clip = clip;
    const int16_t value = int16_t(x);
    const auto out = recurrentReference(problem, constants, {&value, &h, nullptr, nullptr}, true);
    EXPECT_EQ(out.y[0], wanted) << x;
  }
}

// ---- directions, lengths, outputs ----

struct Ready {
  RecurrentProblem problem;
  RecurrentConstants constants;
  RecurrentValues values;
  RecurrentOutputs run() const { return recurrentReference(problem, constants, values.inputs()); }
};

Ready ready(const RecurrentProblem &problem) {
  return {problem, recurrentConstants(problem, 7), recurrentValues(problem, 7)};
}

std::vector<int16_t> stepsTurnedRound(const std::vector<int16_t> &tensor, int64_t steps) {
  std::vector<int16_t> turned;
  const auto size = int64_t(tensor.size()) / steps;
  for (int64_t t = steps - 1; t >= 0; --t)
    turned.insert(turned.end(), tensor.begin() + t * size, tensor.begin() + (t + 1) * size);
  return turned;
}

TEST(RecurrentReference, TakesAReversedLayersStepsFromTheLastToTheFirst) {
  Ready forward = ready(layer(CellKind::Lstm, 9, 2, 5)), reverse = forward;
  reverse.problem.reverse = true;
  reverse.values.x = stepsTurnedRound(forward.values.x, 5);
  const auto one = forward.run(), other = reverse.run();
  EXPECT_EQ(one.y, stepsTurnedRound(other.y, 5));
  EXPECT_EQ(one.y_h, other.y_h);
  EXPECT_EQ(one.y_c, other.y_c);
}

TEST(RecurrentReference, KeepsTheStateOfARowBeyondItsLength) {
  for (CellKind cell : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn}) {
    RecurrentProblem problem = layer(cell, 6, 2, 5);
    Ready whole = ready(problem);
    problem.has_lengths = true;
    Ready masked{problem, whole.constants, whole.values};
    masked.values.lengths = {3, 5};
    Ready shorter = whole;
    shorter.problem.steps = 3;
    const auto all = whole.run(), some = masked.run(), cut = shorter.run();
    EXPECT_TRUE(std::equal(some.y_c.begin(), some.y_c.begin() + some.y_c.size() / 2, cut.y_c.begin()));
    for (int64_t j = 0; j < 6; ++j) {
      EXPECT_EQ(some.y_h[size_t(j)], all.y[size_t((2 * 2 + 0) * 6 + j)]);
      EXPECT_EQ(some.y[size_t((3 * 2 + 0) * 6 + j)], 0);
      EXPECT_EQ(some.y[size_t((4 * 2 + 1) * 6 + j)], all.y[size_t((4 * 2 + 1) * 6 + j)]);
    }
  }
}

TEST(RecurrentReference, BeginsAReversedRowAtItsLength) {
  RecurrentProblem problem = layer(CellKind::Gru, 4, 1, 5);
  problem.reverse = problem.has_lengths = true;
  Ready masked = ready(problem);
  masked.values.lengths = {3};
  Ready shorter = masked;
  shorter.problem.steps = 3, shorter.problem.has_lengths = false;
  shorter.values.lengths.clear(), shorter.values.x.resize(3 * 3 * 4);
  EXPECT_EQ(masked.run().y_h, shorter.run().y_h);
}

TEST(RecurrentReference, QuantizesOutputsToInt8WithRoundingAndZeroPoint) {
  Ready wide = ready(layer(CellKind::Rnn, 8, 2, 3)), narrow = wide;
  narrow.problem.output = RecurrentOutput::Int8;
  narrow.problem.output_multiplier = 300, narrow.problem.output_shift = 16,
  narrow.problem.output_zero_point = -9;
  const auto one = wide.run(), other = narrow.run();
  for (size_t i = 0; i < one.y.size(); ++i) {
    const int64_t value = int64_t(std::floor((double(one.y[i]) * 300 + 32768) / 65536)) - 9;
    EXPECT_EQ(other.y[i], std::clamp<int64_t>(value, -128, 127));
  }
}

// ---- what it means ----

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// ONNX's definition in double precision, with the weights and biases that the integers stand for.
class FloatLayer {
public:
  explicit FloatLayer(const Ready &ready)
      : p(ready.problem), constants(ready.constants), values(ready.values), h(size_t(p.batch * p.hidden)),
        c(h.size()) {}

  std::vector<double> run() {
    std::vector<double> y;
    for (int64_t t = 0; t < p.steps; ++t) {
      const std::vector<double> before = h;
      for (int64_t b = 0; b < p.batch; ++b)
        for (int64_t j = 0; j < p.hidden; ++j)
          h[at(b, j)] = next(t, b, j, before);
      y.insert(y.end(), h.begin(), h.end());
    }
    return y;
  }

private:
  size_t at(int64_t b, int64_t j) const { return size_t(b * p.hidden + j); }
  /// R h + Rb of a gate; `of`: the state.
  double product(int64_t gate, int64_t b, int64_t j, const std::vector<double> &of) const {
    const auto row = size_t(gate * p.hidden + j);
    const double unit = std::ldexp(double(constants.multiplier[row]), -int(p.shift) - 12); // of A
    double sum = 0;
    int64_t weights = 0;
    for (int64_t k = 0; k < p.hidden; ++k) {
      const int64_t weight = constants.weights[row * size_t(p.hidden) + size_t(k)];
      sum += double(weight) * of[at(b, k)];
      weights += weight;
    }
    return unit * (sum * 128 + constants.bias[row] - double(weights) / 2); // h = 2^15 = 128 hi
  }
  double x(int64_t t, int64_t gate, int64_t b, int64_t j) const {
    return values.x[size_t(((t * p.batch + b) * numGates(p.cell) + gate) * p.hidden + j)] / 4096.0;
  }
  double next(int64_t t, int64_t b, int64_t j, const std::vector<double> &before) {
    const auto gate = [&](int64_t which) {
      return sigmoid(product(which, b, j, before) + x(t, which, b, j));
    };
    if (p.cell == CellKind::Rnn)
      return std::tanh(product(0, b, j, before) + x(t, 0, b, j));
    if (p.cell == CellKind::Lstm) {
      double &cell = c[at(b, j)];
      cell = gate(2) * cell + gate(0) * std::tanh(product(3, b, j, before) + x(t, 3, b, j));
      return gate(1) * std::tanh(cell);
    }
    const double z = gate(0), n = std::tanh(candidate(t, b, j, before) + x(t, 2, b, j));
    return (1 - z) * n + z * before[at(b, j)];
  }
  double candidate(int64_t t, int64_t b, int64_t j, const std::vector<double> &before) {
    if (p.linear_before_reset)
      return sigmoid(product(1, b, j, before) + x(t, 1, b, j)) * product(2, b, j, before);
    std::vector<double> reset = before;
    for (int64_t k = 0; k < p.hidden; ++k)
      reset[at(b, k)] *= sigmoid(product(1, b, k, before) + x(t, 1, b, k));
    return product(2, b, j, reset);
  }

  const RecurrentProblem &p;
  const RecurrentConstants &constants;
  const RecurrentValues &values;
  std::vector<double> h, c;
};

double decibels(const std::vector<double> &wanted, const std::vector<int16_t> &got) {
  double signal = 0, noise = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    signal += wanted[i] * wanted[i];
    noise += std::pow(wanted[i] - got[i] / 32768.0, 2);
  }
  return 10 * std::log10(signal / noise);
}

TEST(RecurrentReference, IsNearOnnxsDefinitionInFloat) {
  RecurrentProblem before = layer(CellKind::Gru, 20, 2, 12);
  before.linear_before_reset = false;
  for (const RecurrentProblem &problem :
       {layer(CellKind::Gru, 20, 2, 12), before, layer(CellKind::Lstm, 20, 2, 12),
        layer(CellKind::Rnn, 20, 2, 12)}) {
    const Ready one = ready(problem);
    EXPECT_GE(decibels(FloatLayer(one).run(), one.run().y), 40)
        << int(problem.cell) << " " << problem.linear_before_reset;
  }
}

} // namespace
