#include "workloads/reference/StateProducts.h"

#include "hw/numbers/Numbers.h"
#include "workloads/reference/CpuGemm.h"
#include "workloads/reference/OneDnnGemm.h"
#include "workloads/reference/PlainLoops.h"

#include <random>

namespace lockstep {

namespace {

size_t sizeOf(int64_t value) { return static_cast<size_t>(value); }

/// sums [m, n] = a [m, k] times b [n, k] transposed.
void multiplyPlain(int64_t m, int64_t n, int64_t k, const int8_t *a, const int8_t *b, int32_t *sums) {
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      int32_t sum = 0;
      for (int64_t l = 0; l < k; ++l)
        sum = wrapAdd32(sum, int32_t{a[i * k + l]} * b[j * k + l]);
      sums[i * n + j] = sum;
    }
}

} // namespace

StateProducts::StateProducts(const RecurrentProblem &problem, const std::vector<int8_t> &weights, bool plain)
    : problem(problem), weights(weights), plain(plain || !oneDnnIsExact()),
      halves(sizeOf((problem.state_int8 ? 1 : 2) * problem.batch * problem.hidden)) {
  if (!this->plain)
    prepareTest();
}

void StateProducts::prepareTest() {
  const int64_t hidden = problem.hidden, gates = numGates(problem.cell);
  std::mt19937_64 random(1);
  vector.resize(sizeOf(hidden));
  for (uint32_t &element : vector)
    element = static_cast<uint32_t>(random() >> 32);
  images.resize(sizeOf(gates * hidden));
  const auto *row = reinterpret_cast<const uint8_t *>(weights.data());
  for (int64_t gate = 0; gate < gates; ++gate)
    for (int64_t j = 0; j < hidden; ++j, row += hidden)
      addScaledBytes(row, {}, vector[sizeOf(j)], images.data() + gate * hidden, hidden);
}

bool StateProducts::isConfirmed(int64_t first, int64_t count) const {
  const int64_t hidden = problem.hidden, rows = int64_t(halves.size()) / hidden;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t gate = 0; gate < count; ++gate) {
      const auto *bytes = reinterpret_cast<const uint8_t *>(halves.data() + row * hidden);
      const int32_t *sums = half_sums.data() + (row * count + gate) * hidden;
      if (dotSums(sums, vector.data(), hidden) !=
          dotBytes(bytes, {}, images.data() + (first + gate) * hidden, hidden))
        return false;
    }
  return true;
}

void StateProducts::splitState(const int16_t *state) {
  const int64_t size = problem.batch * problem.hidden;
  for (int64_t i = 0; i < size; ++i)
    if (problem.state_int8) {
      halves[sizeOf(i)] = static_cast<int8_t>(saturate(roundingShift(state[i], 8), ElementType::Int8));
    } else {
      halves[sizeOf(i)] = static_cast<int8_t>(pairHigh(state[i]));
      halves[sizeOf(size + i)] = static_cast<int8_t>(pairLow(state[i]));
    }
}

void StateProducts::multiplyHalves(int64_t first, int64_t count) {
  const int64_t k = problem.hidden, n = count * k, m = (problem.state_int8 ? 1 : 2) * problem.batch;
  const int8_t *b = weights.data() + first * k * k;
  half_sums.resize(sizeOf(m * n));
  const OneDnnProduct product{m, n, k, halves.data(), k, false, b, k, true};
  if (plain || multiplyOneDnn(product, half_sums.data()) < 0 || !isConfirmed(first, count))
    multiplyPlain(m, n, k, halves.data(), b, half_sums.data());
}

void StateProducts::multiply(const int16_t *state, int64_t first, int64_t count, int32_t *sums) {
  splitState(state);
  multiplyHalves(first, count);
  const int64_t size = problem.batch * count * problem.hidden;
  for (int64_t i = 0; i < size; ++i)
    sums[i] = problem.state_int8 ? half_sums[sizeOf(i)]
                                 : wideValue(half_sums[sizeOf(i)], half_sums[sizeOf(size + i)]);
}

} // namespace lockstep
