#include "workloads/reference/RecurrentReference.h"

#include "hw/numbers/Numbers.h"
#include "workloads/reference/StateProducts.h"

namespace lockstep {

namespace {

size_t sizeOf(int64_t value) { return static_cast<size_t>(value); }

int32_t saturate16(int64_t value) { return saturate(value, ElementType::Int16); }
/// sat(round(value, shift)).
int32_t rounded16(int64_t value, int shift) {
  return saturate16(roundingShift(value, static_cast<uint32_t>(shift)));
}

/// One layer on its way through the steps. The names of quantities are those of the manual's chapter.
class Layer {
public:
  Layer(const RecurrentProblem &problem, const RecurrentConstants &constants, const RecurrentInputs &inputs,
        bool plain)
      : p(problem), constants(constants), inputs(inputs), products(problem, constants.weights, plain),
        state(sizeOf(p.batch * p.hidden)), cell(sizeOf(p.cell == CellKind::Lstm ? p.batch * p.hidden : 0)),
        sums(sizeOf(numGates(p.cell) * p.batch * p.hidden)) {}

  RecurrentOutputs run() {
    begin();
    for (int64_t i = 0; i < p.steps; ++i)
      step(p.reverse ? p.steps - 1 - i : i);
    outputs.y_c = cell;
    return std::move(outputs);
  }

private:
  void begin();
  void step(int64_t t);
  void gruResetBefore(int64_t t);

  /// a of a gate, given the wide sums.
  int32_t scaled(int32_t sum, int64_t gate, int64_t j) const {
    const size_t at = sizeOf(gate * p.hidden + j);
    const int64_t a = wrapAdd32(sum, constants.bias[at]);
    const int64_t product = roundingShift(a * constants.multiplier[at], p.shift);
    return saturate16(wrap32(static_cast<uint64_t>(product)));
  }
  int32_t a(int64_t gate, int64_t b, int64_t j) const {
    return scaled(sums[sizeOf((b * numGates(p.cell) + gate) * p.hidden + j)], gate, j);
  }
  int32_t x(int64_t t, int64_t gate, int64_t b, int64_t j) const {
    return inputs.x[((t * p.batch + b) * numGates(p.cell) + gate) * p.hidden + j];
  }
  int16_t clipped(int32_t value) const {
    const int32_t least = p.clip == INT16_MAX ? INT16_MIN : -p.clip;
    return static_cast<int16_t>(clampTo(value, least, p.clip));
  }
  int32_t f(int32_t value) const { return functionOfTable16(clipped(value), constants.f.data()); }
  int32_t g(int32_t value) const { return functionOfTable16(clipped(value), constants.g.data()); }
  int32_t h(int32_t value) const {
    return functionOfTable16(static_cast<int16_t>(value), constants.h.data());
  }
  /// The argument of h in Q3.12, from C fraction bits.
  int32_t wide(int32_t c) const { return saturate16(int64_t{c} * (1 << (12 - p.cell_fraction_bits))); }
  int32_t peephole(int64_t which, int64_t j, int32_t c) const {
    if (!p.peepholes)
      return 0;
    return rounded16(int64_t{constants.peepholes[sizeOf(which * p.hidden + j)]} * c,
                     p.peephole_fraction_bits + p.cell_fraction_bits - 12);
  }

  int32_t gru(int64_t t, int64_t b, int64_t j) const;
  int32_t gruOf(int32_t z, int32_t n, int32_t before) const {
    return saturate16(int64_t{n} + wrap32(uint64_t(roundingShift(int64_t{before - n} * z, 15))));
  }
  int32_t lstm(int64_t t, int64_t b, int64_t j);
  void finish(int64_t t, int64_t b, int64_t j, int32_t next);
  int16_t asOutput(int32_t value) const;
  int16_t asState(int32_t value) const;
  bool counts(int64_t t, int64_t b) const { return !inputs.lengths || t < inputs.lengths[b]; }

  const RecurrentProblem &p;
  const RecurrentConstants &constants;
  const RecurrentInputs &inputs;
  StateProducts products;
  std::vector<int16_t> state;  // h [batch, hidden]
  std::vector<int16_t> cell;   // c [batch, hidden]
  std::vector<int32_t> sums;   // [batch, G hidden], or [batch, hidden] of a candidate alone
  std::vector<int16_t> reset;  // q [batch, hidden] of linear_before_reset 0
  std::vector<int32_t> update; // z [batch, hidden] of linear_before_reset 0
  RecurrentOutputs outputs;
};

void Layer::begin() {
  for (size_t i = 0; i < state.size(); ++i)
    state[i] = asState(inputs.initial_h ? inputs.initial_h[i] : 0);
  for (size_t i = 0; i < cell.size(); ++i)
    cell[i] = inputs.initial_c ? inputs.initial_c[i] : int16_t{0};
  outputs.y.resize(sizeOf(p.steps * p.batch * p.hidden));
  outputs.y_h.resize(state.size());
}

/// An int8 state: h = 256 h8.
int16_t Layer::asState(int32_t value) const {
  const int32_t kept = p.state_int8 ? 256 * saturate(roundingShift(value, 8), ElementType::Int8) : value;
  return static_cast<int16_t>(kept);
}

int16_t Layer::asOutput(int32_t value) const {
  if (p.output == RecurrentOutput::Int16)
    return static_cast<int16_t>(value);
  const int64_t scaled = roundingShift(int64_t{value} * p.output_multiplier, p.output_shift);
  return static_cast<int16_t>(saturate(scaled + p.output_zero_point, ElementType::Int8));
}

int32_t Layer::gru(int64_t t, int64_t b, int64_t j) const {
  const int32_t z = f(a(0, b, j) + x(t, 0, b, j)), r = f(a(1, b, j) + x(t, 1, b, j));
  const int32_t n = g(rounded16(int64_t{r} * a(2, b, j), 15) + x(t, 2, b, j));
  return gruOf(z, n, state[sizeOf(b * p.hidden + j)]);
}

int32_t Layer::lstm(int64_t t, int64_t b, int64_t j) {
  int16_t &kept = cell[sizeOf(b * p.hidden + j)];
  const int32_t c = kept;
  const int32_t i = f(a(0, b, j) + x(t, 0, b, j) + peephole(0, j, c));
  const int32_t forget = f(a(2, b, j) + x(t, 2, b, j) + peephole(2, j, c));
  const int32_t candidate = g(a(3, b, j) + x(t, 3, b, j));
  const int32_t fresh = rounded16(int64_t{i} * candidate, 30 - p.cell_fraction_bits);
  const int32_t next = saturate16(rounded16(int64_t{forget} * c, 15) + fresh);
  const int32_t o = f(a(1, b, j) + x(t, 1, b, j) + peephole(1, j, next));
  if (counts(t, b))
    kept = static_cast<int16_t>(next);
  return rounded16(int64_t{o} * h(wide(next)), 15);
}

/// `next`: h' as if the step counted.
void Layer::finish(int64_t t, int64_t b, int64_t j, int32_t next) {
  const size_t at = sizeOf(b * p.hidden + j);
  const int32_t after = counts(t, b) ? next : state[at];
  outputs.y[sizeOf(t * p.batch * p.hidden) + at] = asOutput(counts(t, b) ? next : 0);
  outputs.y_h[at] = asOutput(after);
  state[at] = asState(after);
}

/// The candidate is a product with the state after its reset: a second product in each step.
void Layer::gruResetBefore(int64_t t) {
  reset.resize(state.size()), update.resize(state.size());
  products.multiply(state.data(), 0, 2, sums.data());
  for (int64_t b = 0; b < p.batch; ++b)
    for (int64_t j = 0; j < p.hidden; ++j) {
      const size_t at = sizeOf(b * p.hidden + j);
      const auto gate = [&](int64_t which) {
        return f(scaled(sums[sizeOf((2 * b + which) * p.hidden + j)], which, j) + x(t, which, b, j));
      };
      update[at] = gate(0);
      reset[at] = static_cast<int16_t>(rounded16(int64_t{gate(1)} * state[at], 15));
    }
  products.multiply(reset.data(), 2, 1, sums.data());
  for (int64_t b = 0; b < p.batch; ++b)
    for (int64_t j = 0; j < p.hidden; ++j) {
      const size_t at = sizeOf(b * p.hidden + j);
      const int32_t n = g(scaled(sums[at], 2, j) + x(t, 2, b, j));
      finish(t, b, j, gruOf(update[at], n, state[at]));
    }
}

void Layer::step(int64_t t) {
  if (p.cell == CellKind::Gru && !p.linear_before_reset)
    return gruResetBefore(t);
  products.multiply(state.data(), 0, numGates(p.cell), sums.data());
  for (int64_t b = 0; b < p.batch; ++b)
    for (int64_t j = 0; j < p.hidden; ++j)
      finish(t, b, j,
             p.cell == CellKind::Gru    ? gru(t, b, j)
             : p.cell == CellKind::Lstm ? lstm(t, b, j)
                                        : g(a(0, b, j) + x(t, 0, b, j)));
}

} // namespace

RecurrentOutputs recurrentReference(const RecurrentProblem &problem, const RecurrentConstants &constants,
                                    const RecurrentInputs &inputs, bool plain) {
  return Layer(problem, constants, inputs, plain).run();
}

} // namespace lockstep
