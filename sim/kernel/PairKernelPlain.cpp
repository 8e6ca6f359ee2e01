#include "sim/kernel/PairKernel.h"

#include <cstring>

namespace lockstep {

void multiplyPairsPlain(const PairProduct &p) {
  for (size_t block = 0; block < p.num_columns / kPairColumns; ++block)
    for (size_t v = 0; v < p.num_vectors; ++v) {
      const int16_t *x = p.streamed + v * p.num_pairs * 2;
      const int16_t *w = p.stationary + block * p.num_pairs * kPairColumns * 2;
      uint32_t sums[kPairColumns] = {};
      for (size_t k = 0; k < p.num_pairs; ++k)
        for (size_t c = 0; c < kPairColumns; ++c)
          sums[c] += static_cast<uint32_t>(x[2 * k] * w[(k * kPairColumns + c) * 2] +
                                           x[2 * k + 1] * w[(k * kPairColumns + c) * 2 + 1]);
      std::memcpy(p.sums + v * p.num_columns + block * kPairColumns, sums, sizeof sums);
    }
}

} // namespace lockstep
