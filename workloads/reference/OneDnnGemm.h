// int32 products by oneDNN, exact or not used at all.
#pragma once

#include <cstdint>

namespace lockstep {

/// C [m, n] = A [m, k] x B [k, n], int8 without zero points; `transposed` operands are stored [k, m], [n, k].
/// Leading dimensions in elements.
struct OneDnnProduct {
  int64_t m, n, k;
  const int8_t *a;
  int64_t a_leading;
  bool a_transposed;
  const int8_t *b;
  int64_t b_leading;
  bool b_transposed;
};

/// sums [m, n], overwritten. One thread. Returns the seconds spent inside of dnnl_gemm_s8s8s32, or a negative
/// number if oneDNN refused. Longer reductions than 65536 are cut, so that no part can overflow, and added
/// modulo 2^32.
double multiplyOneDnn(const OneDnnProduct &product, int32_t *sums);

} // namespace lockstep
