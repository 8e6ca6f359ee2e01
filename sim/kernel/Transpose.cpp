#include "sim/kernel/Transpose.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace lockstep {

namespace {

void transposePlain(const uint8_t *source, ptrdiff_t sourceStride, uint8_t *target, ptrdiff_t targetStride,
                    size_t rows, size_t columns) {
  for (size_t c = 0; c < columns; ++c)
    for (size_t r = 0; r < rows; ++r)
      target[static_cast<ptrdiff_t>(c) * targetStride + static_cast<ptrdiff_t>(r)] =
          source[static_cast<ptrdiff_t>(r) * sourceStride + static_cast<ptrdiff_t>(c)];
}

#if defined(__SSE2__)
constexpr size_t kBlock = 16;

/// Four rounds of interleaving register i with register i + 8 turn a 16 x 16 block.
void transpose16x16(const uint8_t *source, ptrdiff_t sourceStride, uint8_t *target, ptrdiff_t targetStride) {
  __m128i a[16], b[16];
  for (int i = 0; i < 16; ++i)
    a[i] = _mm_loadu_si128(reinterpret_cast<const __m128i *>(source + i * sourceStride));
  for (int round = 0; round < 4; ++round) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      b[2 * i] = _mm_unpacklo_epi8(a[i], a[i + 8]);
      b[2 * i + 1] = _mm_unpackhi_epi8(a[i], a[i + 8]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i)
      a[i] = b[i];
  }
  for (int i = 0; i < 16; ++i)
    _mm_storeu_si128(reinterpret_cast<__m128i *>(target + i * targetStride), a[i]);
}

/// 16 rows: blocks of 16 columns, then the rest.
void transposeBand(const uint8_t *source, ptrdiff_t sourceStride, uint8_t *target, ptrdiff_t targetStride,
                   size_t columns) {
  size_t c = 0;
  for (; c + kBlock <= columns; c += kBlock)
    transpose16x16(source + c, sourceStride, target + static_cast<ptrdiff_t>(c) * targetStride, targetStride);
  transposePlain(source + c, sourceStride, target + static_cast<ptrdiff_t>(c) * targetStride, targetStride,
                 kBlock, columns - c);
}
#endif

} // namespace

void transposeBytes(const uint8_t *source, ptrdiff_t sourceStride, uint8_t *target, ptrdiff_t targetStride,
                    size_t rows, size_t columns) {
  size_t r = 0;
#if defined(__SSE2__)
  for (; r + kBlock <= rows; r += kBlock)
    transposeBand(source + static_cast<ptrdiff_t>(r) * sourceStride, sourceStride, target + r, targetStride,
                  columns);
#endif
  transposePlain(source + static_cast<ptrdiff_t>(r) * sourceStride, sourceStride, target + r, targetStride,
                 rows - r, columns);
}

} // namespace lockstep
