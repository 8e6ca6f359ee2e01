// Is the layer in double that of ONNX's definition? Judged by the formulas, one element after the other.
#include "workloads/reference/FloatRecurrent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace lockstep;

namespace {

constexpr size_t kHidden = 5, kInput = 3, kSteps = 7;

std::vector<float> values(std::mt19937 &random, size_t count) {
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> list(count);
  for (float &value : list)
    value = distribution(random);
  return list;
}

FloatRecurrentLayer layerOf(CellKind cell, std::mt19937 &random) {
  const size_t rows = (cell == CellKind::Gru ? 3 : cell == CellKind::Lstm ? 4 : 1) * kHidden;
  FloatRecurrentLayer layer;
  layer.cell = cell;
  layer.hidden = kHidden, layer.input = kInput;
  layer.w = values(random, rows * kInput), layer.r = values(random, rows * kHidden);
  layer.w_bias = values(random, rows), layer.r_bias = values(random, rows);
  return layer;
}

double sigma(double x) { return 1 / (1 + std::exp(-x)); }

/// The formulas of ONNX's operators GRU, LSTM and RNN with their default functions.
struct Formulas {
  const FloatRecurrentLayer &l;
  const std::vector<float> &x;
  std::vector<double> h = std::vector<double>(kHidden), c = h;

  double input(size_t t, size_t gate, size_t j) const {
    const size_t row = gate * kHidden + j;
    double sum = l.w_bias[row];
    for (size_t k = 0; k < kInput; ++k)
      sum += double(l.w[row * kInput + k]) * double(x[t * kInput + k]);
    return sum;
  }
  double recurrent(const std::vector<double> &of, size_t gate, size_t j) const {
    const size_t row = gate * kHidden + j;
    double sum = l.r_bias[row];
    for (size_t k = 0; k < kHidden; ++k)
      sum += double(l.r[row * kHidden + k]) * of[k];
    return sum;
  }
  double both(size_t t, size_t gate, size_t j) const { return input(t, gate, j) + recurrent(h, gate, j); }

  double gru(size_t t, size_t j) const {
    std::vector<double> reset(kHidden);
    for (size_t k = 0; k < kHidden; ++k)
      reset[k] = sigma(both(t, 1, k)) * h[k];
    const double after = sigma(both(t, 1, j)) * recurrent(h, 2, j);
    const double n = std::tanh(input(t, 2, j) + (l.linear_before_reset ? after : recurrent(reset, 2, j)));
    const double z = sigma(both(t, 0, j));
    return (1 - z) * n + z * h[j];
  }
  void step(size_t t) {
    std::vector<double> next(kHidden);
    for (size_t j = 0; j < kHidden; ++j)
      if (l.cell == CellKind::Lstm) {
        c[j] = sigma(both(t, 2, j)) * c[j] + sigma(both(t, 0, j)) * std::tanh(both(t, 3, j));
        next[j] = sigma(both(t, 1, j)) * std::tanh(c[j]);
      } else {
        next[j] = l.cell == CellKind::Gru ? gru(t, j) : std::tanh(both(t, 0, j));
      }
    h = next;
  }
};

void expectFormulas(CellKind cell, bool linearBeforeReset) {
  std::mt19937 random(3);
  FloatRecurrentLayer layer = layerOf(cell, random);
  layer.linear_before_reset = linearBeforeReset;
  const std::vector<float> x = values(random, kSteps * kInput);
  const FloatRecurrentRun run = runRecurrent(layer, projectInput(layer, x));
  ASSERT_EQ(run.states.size(), kSteps * kHidden);
  Formulas formulas{layer, x};
  for (size_t t = 0; t < kSteps; ++t) {
    formulas.step(t);
    for (size_t j = 0; j < kHidden; ++j) {
      ASSERT_NEAR(run.states[t * kHidden + j], formulas.h[j], 1e-12) << t << " " << j;
      if (cell == CellKind::Lstm) {
        ASSERT_NEAR(run.cells[t * kHidden + j], formulas.c[j], 1e-12) << t << " " << j;
      }
    }
  }
}

TEST(FloatRecurrent, IsAGruWithTheResetAfterTheProduct) { expectFormulas(CellKind::Gru, true); }
TEST(FloatRecurrent, IsAGruWithTheResetBeforeTheProduct) { expectFormulas(CellKind::Gru, false); }
TEST(FloatRecurrent, IsAnLstm) { expectFormulas(CellKind::Lstm, true); }
TEST(FloatRecurrent, IsAPlainRnn) { expectFormulas(CellKind::Rnn, true); }

} // namespace
