// Products of 16-bit pairs.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lockstep {

constexpr size_t kPairColumns = 8; // columns of a packed column block

/// Place of (depth index k, column c) in the packed stationary operand [column block, pair, kPairColumns, 2].
inline size_t pairIndex(size_t numPairs, size_t k, size_t c) {
  return ((c / kPairColumns * numPairs + k / 2) * kPairColumns + c % kPairColumns) * 2 + k % 2;
}

struct PairProduct {
  const int16_t *streamed;                    // [num_vectors, num_pairs, 2]
  const int16_t *stationary;                  // see pairIndex()
  uint32_t *sums;                             // [num_vectors, num_columns], overwritten; modulo 2^32
  size_t num_vectors, num_pairs, num_columns; // num_columns is a multiple of kPairColumns
};

using PairKernel = void (*)(const PairProduct &product);
void multiplyPairsPlain(const PairProduct &product);
void multiplyPairsAvx2(const PairProduct &product);

} // namespace lockstep
