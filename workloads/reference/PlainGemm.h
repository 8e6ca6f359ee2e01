// Plain loops over GEMM operands: what judges the library. Sums are modulo 2^32.
#pragma once

#include "workloads/reference/CpuGemm.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Bytes of either type as int8 plus an offset: value - zero point = int8(byte xor flip) - zero_point.
struct PlainOperand {
  uint8_t flip = 0;       // 0x80 for uint8
  int32_t zero_point = 0; // of the flipped byte
};
PlainOperand plainOperand(GemmElement type, int64_t zeroPoint);

/// sums[j] = sum over k of (A[row, k] - za) (B[k, j] - zb): one whole row by a naive loop.
void multiplyRow(const GemmProblem &problem, const GemmOperands &operands, int64_t row,
                 uint32_t *sums /* [n] */);

/// Freivalds' test (R. Freivalds, 1977) modulo 2^32 of rows of C = (A - za)(B - zb): C r = (A - za)((B - zb)
/// r) for a uniform random vector r. Linear in the bytes of the operands, whoever computed C.
class Freivalds {
public:
  Freivalds(const GemmProblem &problem, const GemmOperands &operands, uint64_t seed);
  /// The first of `numRows` rows that fails, counted from 0, or numRows.
  int64_t firstWrongRow(int64_t firstRow, int64_t numRows, const int32_t *sums /* [numRows, n] */) const;

private:
  const GemmProblem &problem;
  const GemmOperands &operands;
  std::vector<uint32_t> vector;  // r [n]
  std::vector<uint32_t> product; // (B - zb) r [k]
};

} // namespace lockstep
