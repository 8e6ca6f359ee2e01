// Everything below the pragma is compiled for AVX2 and called only where the processor has it.
#include "sim/kernel/PairKernel.h"

#if defined(__x86_64__)
#include <algorithm>
#include <cstring>
#include <immintrin.h>

#pragma GCC push_options
#pragma GCC target("avx2")

namespace lockstep {

namespace {

/// M vectors by N column blocks, in M x N registers over the whole depth.
template <int M, int N> void pairBlock(const PairProduct &p, size_t vector, size_t block) {
  const int16_t *x = p.streamed + vector * p.num_pairs * 2;
  const int16_t *w = p.stationary + block * p.num_pairs * kPairColumns * 2;
  __m256i sums[M][N] = {};
  for (size_t k = 0; k < p.num_pairs; ++k) {
    __m256i columns[N];
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n)
      columns[n] = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(
          w + (static_cast<size_t>(n) * p.num_pairs + k) * kPairColumns * 2));
#pragma GCC unroll 4
    for (int m = 0; m < M; ++m) {
      int32_t pair;
      std::memcpy(&pair, x + (static_cast<size_t>(m) * p.num_pairs + k) * 2, sizeof pair);
#pragma GCC unroll 4
      for (int n = 0; n < N; ++n)
        sums[m][n] = _mm256_add_epi32(sums[m][n], _mm256_madd_epi16(_mm256_set1_epi32(pair), columns[n]));
    }
  }
  for (int m = 0; m < M; ++m)
    for (int n = 0; n < N; ++n)
      _mm256_storeu_si256(reinterpret_cast<__m256i *>(p.sums +
                                                      (vector + static_cast<size_t>(m)) * p.num_columns +
                                                      (block + static_cast<size_t>(n)) * kPairColumns),
                          sums[m][n]);
}

template <int N> void pairColumns(const PairProduct &p, size_t block) {
  size_t v = 0;
  for (; v + 4 <= p.num_vectors; v += 4)
    pairBlock<4, N>(p, v, block);
  for (; v < p.num_vectors; ++v)
    pairBlock<1, N>(p, v, block);
}

} // namespace

void multiplyPairsAvx2(const PairProduct &p) {
  size_t blocks = p.num_columns / kPairColumns, block = 0;
  for (; block + 2 <= blocks; block += 2)
    pairColumns<2>(p, block);
  if (block < blocks)
    pairColumns<1>(p, block);
}

} // namespace lockstep

#pragma GCC pop_options
#endif
