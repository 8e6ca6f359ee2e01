#include "workloads/reference/RecurrentValues.h"

#include "hw/numbers/Numbers.h"
#include "workloads/reference/StateProducts.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lockstep {

namespace {

/// splitmix64 (Steele, Lea, Flood 2014) from a seed on.
class Numbers {
public:
  explicit Numbers(uint64_t seed) : state(seed) {}
  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// Uniform over least to most, both included.
  int64_t between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(next() % static_cast<uint64_t>(most - least + 1));
  }
  template <size_t Size> int64_t oneOf(const std::array<int64_t, Size> &values) {
    return values[next() % Size];
  }

private:
  uint64_t state;
};

constexpr std::array<int64_t, 5> kExtremes8 = {-128, 127, 0, -1, 1};
constexpr std::array<int64_t, 6> kExtremes16 = {-32768, 32767, 0, -1, 127, -128};
constexpr std::array<int64_t, 5> kExtremes32 = {INT32_MIN, INT32_MAX, 0, -(1 << 24), 1 << 24};
constexpr std::array<int64_t, 4> kExtremeMultipliers = {0, 1, INT32_MAX, 1 << 30};

template <typename Value, typename Make> void fill(std::vector<Value> &values, int64_t size, Make make) {
  values.resize(static_cast<size_t>(size));
  for (Value &value : values)
    value = static_cast<Value>(make());
}

template <typename Function> FunctionTable tableOf(Function function, int fractionBits) {
  FunctionTable table{};
  for (size_t i = 0; i < table.size(); ++i) {
    const double value = function((128 * double(i) - 32768) / 4096);
    table[i] =
        static_cast<int16_t>(saturate(std::llround(std::ldexp(value, fractionBits)), ElementType::Int16));
  }
  return table;
}

FunctionTable randomTable(Numbers &numbers) {
  FunctionTable table{};
  for (int16_t &entry : table)
    entry = static_cast<int16_t>(numbers.next() % 8 == 0 ? numbers.oneOf(kExtremes16)
                                                         : numbers.between(INT16_MIN, INT16_MAX));
  return table;
}

void fillTables(RecurrentConstants &constants, const RecurrentProblem &problem, Numbers &numbers,
                bool extreme) {
  const int state = problem.state_fraction_bits;
  const bool lstm = problem.cell == CellKind::Lstm;
  constants.f = extreme ? randomTable(numbers) : sigmoidTable(15);
  constants.g = extreme ? randomTable(numbers) : tanhTable(lstm ? 15 : state);
  if (problem.cell == CellKind::Rnn)
    constants.f = constants.g; // not used: no table of its own
  constants.h = constants.g;
  if (lstm && !problem.h_is_g)
    constants.h = extreme ? randomTable(numbers) : tanhTable(state);
}

/// One of 64 rows is all -128, one all 127, one all 0.
void fillWeightRow(int8_t *row, int64_t size, Numbers &numbers) {
  const uint64_t kind = numbers.next() % 64;
  for (int64_t k = 0; k < size; ++k)
    row[k] = static_cast<int8_t>(kind == 0   ? -128
                                 : kind == 1 ? 127
                                 : kind == 2 ? 0
                                             : numbers.between(-127, 127));
}

/// multiplier / 2^shift for weights of up to 2 / sqrt(hidden): w 2^(8 - F) 2^12.
double usualScale(const RecurrentProblem &problem) {
  const double w = 2 / (127 * std::sqrt(double(problem.hidden)));
  return std::ldexp(w, 8 - problem.state_fraction_bits + 12);
}

/// The usual scale times 0.5 to 1.5.
int32_t usualMultiplier(const RecurrentProblem &problem, Numbers &numbers) {
  const double factor = 0.5 + double(numbers.next() % 1024) / 1024;
  const double scale = std::ldexp(factor * usualScale(problem), int(problem.shift));
  return static_cast<int32_t>(clampTo(std::llround(std::min(scale, 1e18)), 0, INT32_MAX));
}

void fillUsual(RecurrentConstants &constants, const RecurrentProblem &problem, Numbers &numbers) {
  const int64_t gates = numGates(problem.cell), hidden = problem.hidden;
  constants.weights.resize(static_cast<size_t>(gates * hidden * hidden));
  fill(constants.multiplier, gates * hidden, [&] { return usualMultiplier(problem, numbers); });
  constants.bias.resize(static_cast<size_t>(gates * hidden));
  for (int64_t row = 0; row < gates * hidden; ++row) {
    int8_t *weights = constants.weights.data() + row * hidden;
    fillWeightRow(weights, hidden, numbers);
    int64_t sum = 0;
    for (int64_t k = 0; k < hidden; ++k)
      sum += weights[k];
    const double unit = std::ldexp(1, int(problem.shift) + 12) /
                        std::max(1, constants.multiplier[static_cast<size_t>(row)]); // a bias of 1
    const int64_t range = std::min<int64_t>(std::llround(std::min(unit, 1e9)), 1 << 28);
    constants.bias[static_cast<size_t>(row)] =
        static_cast<int32_t>(numbers.between(-range, range) + (problem.state_int8 ? 0 : sum / 2));
  }
  if (problem.peepholes)
    fill(constants.peepholes, 3 * hidden, [&] { return numbers.between(-4096, 4096); });
}

void fillExtreme(RecurrentConstants &constants, const RecurrentProblem &problem, Numbers &numbers) {
  const int64_t gates = numGates(problem.cell), hidden = problem.hidden;
  fill(constants.weights, gates * hidden * hidden, [&] { return numbers.oneOf(kExtremes8); });
  fill(constants.bias, gates * hidden, [&] { return numbers.oneOf(kExtremes32); });
  fill(constants.multiplier, gates * hidden, [&] { return numbers.oneOf(kExtremeMultipliers); });
  if (problem.peepholes)
    fill(constants.peepholes, 3 * hidden, [&] { return numbers.oneOf(kExtremes16); });
}

int64_t anyValue(Numbers &numbers, int64_t range, RecurrentValueKind kind) {
  const bool extreme = kind == RecurrentValueKind::Extreme || numbers.next() % 64 == 0;
  return extreme ? numbers.oneOf(kExtremes16) : numbers.between(-range, range);
}

} // namespace

uint32_t usualShift(const RecurrentProblem &problem) {
  const double bits = std::floor(31 - std::log2(1.5 * usualScale(problem)));
  return static_cast<uint32_t>(std::clamp(bits, 31.0, 62.0));
}

FunctionTable sigmoidTable(int fractionBits) {
  return tableOf([](double x) { return 1 / (1 + std::exp(-x)); }, fractionBits);
}
FunctionTable tanhTable(int fractionBits) {
  return tableOf([](double x) { return std::tanh(x); }, fractionBits);
}

RecurrentConstants recurrentConstants(const RecurrentProblem &problem, uint64_t seed,
                                      RecurrentValueKind kind) {
  Numbers numbers(seed ^ 0x5ec0'77e3);
  RecurrentConstants constants;
  const bool extreme = kind == RecurrentValueKind::Extreme;
  extreme ? fillExtreme(constants, problem, numbers) : fillUsual(constants, problem, numbers);
  fillTables(constants, problem, numbers, extreme);
  return constants;
}

std::vector<int16_t> recurrentProjections(const RecurrentProblem &problem, uint64_t seed,
                                          RecurrentValueKind kind) {
  Numbers numbers(seed ^ 0x0f0f'6c1d);
  std::vector<int16_t> x;
  fill(x, problem.steps * problem.batch * numGates(problem.cell) * problem.hidden,
       [&] { return anyValue(numbers, 4 * 4096, kind); });
  return x;
}

RecurrentValues recurrentValues(const RecurrentProblem &problem, uint64_t seed, RecurrentValueKind kind,
                                bool withX) {
  Numbers numbers(seed ^ 0x1e7b'0a11);
  const int64_t rows = problem.batch * problem.hidden;
  RecurrentValues values;
  if (withX)
    values.x = recurrentProjections(problem, seed, kind);
  if (problem.initial_h)
    fill(values.initial_h, rows, [&] { return anyValue(numbers, INT16_MAX, kind); });
  if (problem.initial_c && problem.cell == CellKind::Lstm)
    fill(values.initial_c, rows, [&] { return anyValue(numbers, 4 * 4096, kind); });
  if (problem.has_lengths) {
    fill(values.lengths, problem.batch, [&] { return numbers.between(0, problem.steps); });
    values.lengths[numbers.next() % values.lengths.size()] = problem.steps;
  }
  return values;
}

RecurrentInputs RecurrentValues::inputs() const {
  const auto pointer = [](const auto &values) { return values.empty() ? nullptr : values.data(); };
  return {pointer(x), pointer(initial_h), pointer(initial_c), pointer(lengths)};
}

} // namespace lockstep
