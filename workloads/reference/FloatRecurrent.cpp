#include "workloads/reference/FloatRecurrent.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

namespace {

size_t sizeOf(int64_t value) { return static_cast<size_t>(value); }

int64_t gateCount(CellKind cell) { return cell == CellKind::Gru ? 3 : cell == CellKind::Lstm ? 4 : 1; }

/// [columns, rows] of [rows, columns]: products add whole rows of it, which compilers vectorize in double.
std::vector<float> transposed(const std::vector<float> &matrix, int64_t rows, int64_t columns) {
  std::vector<float> result(matrix.size());
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < columns; ++k)
      result[sizeOf(k * rows + i)] = matrix[sizeOf(i * columns + k)];
  return result;
}

void addScaled(const float *row, double scale, double *sums, int64_t size) {
  for (int64_t i = 0; i < size; ++i)
    sums[i] += scale * static_cast<double>(row[i]);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// One sequence on its way through the steps.
class Sequence {
public:
  explicit Sequence(const FloatRecurrentLayer &layer)
      : layer(layer), hidden(layer.hidden), gates(gateCount(layer.cell)),
        weights(transposed(layer.r, gates * hidden, hidden)), state(sizeOf(hidden)), cell(sizeOf(hidden)),
        sums(sizeOf(gates * hidden)) {}

  void step(const double *x /* [G hidden] */) {
    multiply(state, 0, gates);
    if (layer.cell == CellKind::Gru)
      stepGru(x);
    else if (layer.cell == CellKind::Lstm)
      stepLstm(x);
    else
      for (int64_t j = 0; j < hidden; ++j)
        state[sizeOf(j)] = std::tanh(x[j] + sum(0, j));
  }

  const FloatRecurrentLayer &layer;
  const int64_t hidden, gates;
  const std::vector<float> weights; // [hidden (input), G hidden]
  std::vector<double> state, cell;  // [hidden]

private:
  /// sums = R values + Rb for gates first to first + count - 1.
  void multiply(const std::vector<double> &values, int64_t first, int64_t count) {
    for (int64_t i = first * hidden; i < (first + count) * hidden; ++i)
      sums[sizeOf(i)] = double{layer.r_bias[sizeOf(i)]};
    for (int64_t k = 0; k < hidden; ++k)
      addScaled(&weights[sizeOf((k * gates + first) * hidden)], values[sizeOf(k)],
                &sums[sizeOf(first * hidden)], count * hidden);
  }
  double sum(int64_t gate, int64_t j) const { return sums[sizeOf(gate * hidden + j)]; }

  void stepGru(const double *x) {
    std::vector<double> candidate(sizeOf(hidden));
    auto reset = [&](int64_t j) { return sigmoid(x[hidden + j] + sum(1, j)); };
    if (layer.linear_before_reset) {
      for (int64_t j = 0; j < hidden; ++j)
        candidate[sizeOf(j)] = reset(j) * sum(2, j);
    } else {
      std::vector<double> operand(sizeOf(hidden));
      for (int64_t j = 0; j < hidden; ++j)
        operand[sizeOf(j)] = reset(j) * state[sizeOf(j)];
      multiply(operand, 2, 1);
      for (int64_t j = 0; j < hidden; ++j)
        candidate[sizeOf(j)] = sum(2, j);
    }
    for (int64_t j = 0; j < hidden; ++j) {
      const double z = sigmoid(x[j] + sum(0, j)), n = std::tanh(x[2 * hidden + j] + candidate[sizeOf(j)]);
      state[sizeOf(j)] = (1 - z) * n + z * state[sizeOf(j)];
    }
  }

  void stepLstm(const double *x) {
    auto gate = [&](int64_t g, int64_t j) { return x[g * hidden + j] + sum(g, j); };
    for (int64_t j = 0; j < hidden; ++j) {
      double &c = cell[sizeOf(j)];
      c = sigmoid(gate(2, j)) * c + sigmoid(gate(0, j)) * std::tanh(gate(3, j));
      state[sizeOf(j)] = sigmoid(gate(1, j)) * std::tanh(c);
    }
  }

  std::vector<double> sums; // [G hidden]
};

} // namespace

std::vector<double> projectInput(const FloatRecurrentLayer &layer, const std::vector<float> &x) {
  constexpr int64_t kBlock = 8; // steps that share one walk through the weights
  const int64_t rows = gateCount(layer.cell) * layer.hidden,
                steps = static_cast<int64_t>(x.size()) / layer.input;
  const std::vector<float> weights = transposed(layer.w, rows, layer.input);
  std::vector<double> projected(sizeOf(steps * rows));
  for (int64_t t = 0; t < steps; ++t)
    std::copy(layer.w_bias.begin(), layer.w_bias.end(), projected.begin() + t * rows);
  for (int64_t first = 0; first < steps; first += kBlock)
    for (int64_t k = 0; k < layer.input; ++k)
      for (int64_t t = first; t < std::min(first + kBlock, steps); ++t)
        addScaled(&weights[sizeOf(k * rows)], double{x[sizeOf(t * layer.input + k)]},
                  &projected[sizeOf(t * rows)], rows);
  return projected;
}

FloatRecurrentRun runRecurrent(const FloatRecurrentLayer &layer, const std::vector<double> &projected) {
  Sequence sequence(layer);
  FloatRecurrentRun run;
  const int64_t rows = sequence.gates * layer.hidden, steps = static_cast<int64_t>(projected.size()) / rows;
  for (int64_t t = 0; t < steps; ++t) {
    sequence.step(&projected[sizeOf(t * rows)]);
    run.states.insert(run.states.end(), sequence.state.begin(), sequence.state.end());
    if (layer.cell == CellKind::Lstm)
      run.cells.insert(run.cells.end(), sequence.cell.begin(), sequence.cell.end());
  }
  return run;
}

} // namespace lockstep
