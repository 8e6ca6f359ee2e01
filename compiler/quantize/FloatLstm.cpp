#include "compiler/quantize/FloatLstm.h"

#include "compiler/onnx/RecurrentActivations.h"
#include "compiler/passes/RecurrentActivation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lockstep {

namespace {

const float *floats(const Tensor &tensor) { return reinterpret_cast<const float *>(tensor.bytes.data()); }

/// [columns, rows] of the matrix `place` of [directions, rows, columns].
std::vector<float> transposed(const FloatTensor &matrices, uint64_t place) {
  const uint64_t rows = matrices.shape[1], columns = matrices.shape[2];
  const float *matrix = matrices.values.data() + place * rows * columns;
  std::vector<float> result(rows * columns);
  for (uint64_t i = 0; i < rows; ++i)
    for (uint64_t k = 0; k < columns; ++k)
      result[k * rows + i] = matrix[i * columns + k];
  return result;
}

/// sums += values times a matrix of [number of values, number of sums].
void addProduct(const float *values, uint64_t count, const std::vector<float> &matrix,
                std::vector<float> &sums) {
  for (uint64_t k = 0; k < count; ++k)
    for (uint64_t i = 0; i < sums.size(); ++i)
      sums[i] += values[k] * matrix[k * sums.size() + i];
}

/// Row `place` of an optional constant [directions, size]; zeros without it.
std::vector<float> rowOf(const GraphEditor &editor, const onnx::NodeProto &node, int index, uint64_t place,
                         uint64_t size) {
  auto constant = hasInput(node, index) ? editor.floatConstant(node.input(index)) : std::nullopt;
  if (!constant)
    return std::vector<float>(size);
  const auto begin = constant->values.begin() + static_cast<long>(place * size);
  return std::vector<float>(begin, begin + static_cast<long>(size));
}

uint64_t stepsOf(const LstmInputs &inputs, uint64_t row, uint64_t steps) {
  if (!inputs.lengths)
    return steps;
  const int32_t length = reinterpret_cast<const int32_t *>(inputs.lengths->bytes.data())[row];
  return std::min(steps, static_cast<uint64_t>(std::max(length, 0)));
}

} // namespace

FloatLstm::FloatLstm(const GraphEditor &editor, const onnx::NodeProto &node, const GateWeights &gates)
    : hidden(gates.r.shape[2]), input(gates.w.shape[2]), batch_first(intAttribute(node, "layout", 0) == 1),
      clip(static_cast<double>(floatAttribute(node, "clip", 0))) {
  for (uint64_t place = 0; place < gates.r.shape[0]; ++place)
    directions.push_back(direction(editor, node, gates, place));
  setFunctions(node);
}

FloatLstm::Direction FloatLstm::direction(const GraphEditor &editor, const onnx::NodeProto &node,
                                          const GateWeights &gates, uint64_t place) const {
  Direction result;
  result.reverse = place == 1 || stringAttribute(node, "direction", "forward") == "reverse";
  result.w = transposed(gates.w, place);
  result.r = transposed(gates.r, place);
  const std::vector<float> both = rowOf(editor, node, 3, place, 8 * hidden);
  for (uint64_t i = 0; i < 4 * hidden; ++i)
    result.bias.push_back(both[i] + both[4 * hidden + i]);
  result.peepholes = rowOf(editor, node, 7, place, 3 * hidden);
  return result;
}

void FloatLstm::setFunctions(const onnx::NodeProto &node) {
  const auto functions = activationsOf(node, directions.size(), {"Sigmoid", "Tanh", "Tanh"});
  for (size_t i = 0; functions && i < functions->size(); ++i) {
    const CellActivation &one = (*functions)[i];
    Direction &owner = directions[i / 3];
    (i % 3 == 0   ? owner.f
     : i % 3 == 1 ? owner.g
                  : owner.h) =
        recurrentActivation(one.name, static_cast<double>(one.alpha), static_cast<double>(one.beta));
  }
}

FloatLstm::State FloatLstm::initialState(const LstmInputs &inputs, uint64_t place, uint64_t row,
                                         uint64_t batch) const {
  const uint64_t at = (batch_first ? row * directions.size() + place : place * batch + row) * hidden;
  const auto part = [&](const Tensor *tensor) {
    return tensor ? std::vector<float>(floats(*tensor) + at, floats(*tensor) + at + hidden)
                  : std::vector<float>(hidden);
  };
  return {part(inputs.initial_h), part(inputs.initial_c)};
}

double FloatLstm::argument(double value) const { return clip > 0 ? std::clamp(value, -clip, clip) : value; }

void FloatLstm::step(const Direction &d, const float *x, State &state) const {
  std::vector<float> sums = d.bias;
  addProduct(x, input, d.w, sums);
  addProduct(state.h.data(), hidden, d.r, sums);
  for (uint64_t j = 0; j < hidden; ++j) {
    const auto gate = [&](uint64_t which, double seen) {
      const double sum = static_cast<double>(sums[which * hidden + j]);
      return argument(sum + static_cast<double>(d.peepholes[which * hidden + j]) * seen);
    };
    const auto c = static_cast<double>(state.c[j]);
    const double fresh = d.g(argument(static_cast<double>(sums[3 * hidden + j])));
    const double next = d.f(gate(2, c)) * c + d.f(gate(0, c)) * fresh;
    state.c[j] = static_cast<float>(next);
    state.h[j] = static_cast<float>(d.f(gate(1, next)) * d.h(next));
  }
}

double FloatLstm::largestCell(const LstmInputs &inputs) const {
  const uint64_t batch = inputs.x->shape[batch_first ? 0 : 1], steps = inputs.x->shape[batch_first ? 1 : 0];
  double largest = 0;
  const auto look = [&](const State &state) {
    for (float c : state.c)
      largest = std::isfinite(c) ? std::max(largest, std::abs(static_cast<double>(c)))
                                 : std::numeric_limits<double>::infinity();
  };
  for (uint64_t place = 0; place < directions.size(); ++place)
    for (uint64_t row = 0; row < batch; ++row) {
      State state = initialState(inputs, place, row, batch);
      look(state);
      const uint64_t count = stepsOf(inputs, row, steps);
      for (uint64_t i = 0; i < count && std::isfinite(largest); ++i) {
        const uint64_t t = directions[place].reverse ? count - 1 - i : i;
        step(directions[place], floats(*inputs.x) + (batch_first ? row * steps + t : t * batch + row) * input,
             state);
        look(state);
      }
    }
  return largest;
}

} // namespace lockstep
