#include "workloads/reference/PlainGemm.h"

#include "workloads/reference/PlainLoops.h"

#include <algorithm>
#include <random>

namespace lockstep {

PlainOperand plainOperand(GemmElement type, int64_t zeroPoint) {
  bool isUnsigned = type == GemmElement::Uint8;
  return {static_cast<uint8_t>(isUnsigned ? 0x80 : 0),
          static_cast<int32_t>(zeroPoint - (isUnsigned ? 128 : 0))};
}

namespace {

PlainOperand operandA(const GemmProblem &p) { return plainOperand(p.a_type, p.a_zero_point); }
PlainOperand operandB(const GemmProblem &p) { return plainOperand(p.b_type, p.b_zero_point); }

} // namespace

void multiplyRow(const GemmProblem &p, const GemmOperands &operands, int64_t row, uint32_t *sums) {
  PlainOperand a = operandA(p), b = operandB(p);
  std::vector<uint32_t> x(static_cast<size_t>(p.k));
  for (int64_t k = 0; k < p.k; ++k) {
    uint8_t byte = operands.a[p.a_transposed ? k * p.m + row : row * p.k + k];
    x[static_cast<size_t>(k)] = static_cast<uint32_t>(static_cast<int8_t>(byte ^ a.flip) - a.zero_point);
  }
  if (p.b_transposed) {
    for (int64_t n = 0; n < p.n; ++n)
      sums[n] = dotBytes(operands.b + n * p.k, b, x.data(), p.k);
    return;
  }
  std::fill_n(sums, p.n, 0u);
  for (int64_t k = 0; k < p.k; ++k)
    addScaledBytes(operands.b + k * p.n, b, x[static_cast<size_t>(k)], sums, p.n);
}

Freivalds::Freivalds(const GemmProblem &p, const GemmOperands &gemmOperands, uint64_t seed)
    : problem(p), operands(gemmOperands), vector(static_cast<size_t>(p.n)),
      product(static_cast<size_t>(p.k)) {
  std::mt19937_64 random(seed);
  for (uint32_t &value : vector)
    value = static_cast<uint32_t>(random());
  PlainOperand b = operandB(p);
  if (p.b_transposed)
    for (int64_t n = 0; n < p.n; ++n)
      addScaledBytes(operands.b + n * p.k, b, vector[static_cast<size_t>(n)], product.data(), p.k);
  else
    for (int64_t k = 0; k < p.k; ++k)
      product[static_cast<size_t>(k)] = dotBytes(operands.b + k * p.n, b, vector.data(), p.n);
}

int64_t Freivalds::firstWrongRow(int64_t firstRow, int64_t numRows, const int32_t *sums) const {
  PlainOperand a = operandA(problem);
  std::vector<uint32_t> expected(static_cast<size_t>(numRows));
  if (problem.a_transposed)
    for (int64_t k = 0; k < problem.k; ++k)
      addScaledBytes(operands.a + k * problem.m + firstRow, a, product[static_cast<size_t>(k)],
                     expected.data(), numRows);
  else
    for (int64_t i = 0; i < numRows; ++i)
      expected[static_cast<size_t>(i)] =
          dotBytes(operands.a + (firstRow + i) * problem.k, a, product.data(), problem.k);
  for (int64_t i = 0; i < numRows; ++i)
    if (dotSums(sums + i * problem.n, vector.data(), problem.n) != expected[static_cast<size_t>(i)])
      return i;
  return numRows;
}

} // namespace lockstep
