// 16 lanes at a time, the last ones of a row masked. Everything below the pragma is compiled for AVX-512 and
// called only where the processor has it.
#include "sim/kernel/Lanes.h"

#if defined(__x86_64__)
#include <algorithm>
#include <cstring>
#include <immintrin.h>

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl")

namespace lockstep {
namespace {

struct Isa {
  using Lanes = __m512i;
  static constexpr size_t kLanes = 16;
  struct Scale {
    __m512i multiplier, rounding;
    __m128i shift;
  };
  static Scale scaleOf(const LaneArithmetic &with) {
    const int64_t rounding = with.shift == 0 ? 0 : int64_t{1} << (with.shift - 1);
    return {_mm512_set1_epi32(with.multiplier), _mm512_set1_epi64(rounding),
            _mm_cvtsi32_si128(static_cast<int>(with.shift))};
  }

  static __mmask16 first(size_t count) { return static_cast<__mmask16>((1u << count) - 1); }
  static Lanes broadcast(int32_t value) { return _mm512_set1_epi32(value); }
  static Lanes loadInt8(const uint8_t *p, size_t count) {
    return _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(first(count), p));
  }
  static Lanes loadUint8(const uint8_t *p, size_t count) {
    return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(first(count), p));
  }
  static Lanes loadInt16(const uint8_t *p, size_t count) {
    return _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(first(count), p));
  }
  static Lanes loadInt32(const uint8_t *p, size_t count) { return _mm512_maskz_loadu_epi32(first(count), p); }
  static void storeInt8(uint8_t *p, size_t count, Lanes v) {
    _mm_mask_storeu_epi8(p, first(count), _mm512_cvtepi32_epi8(v));
  }
  static void storeInt16(uint8_t *p, size_t count, Lanes v) {
    _mm256_mask_storeu_epi16(p, first(count), _mm512_cvtepi32_epi16(v));
  }
  static void storeInt32(uint8_t *p, size_t count, Lanes v) { _mm512_mask_storeu_epi32(p, first(count), v); }

  static Lanes pair(Lanes high, Lanes low, Lanes offset) {
    return _mm512_add_epi32(_mm512_add_epi32(_mm512_slli_epi32(high, 8), low), offset);
  }
  /// (l + 128) >> 8 without a 33rd bit: l >> 8, and one more if bit 7 is set.
  static Lanes wide(Lanes high, Lanes low) {
    const __m512i more = _mm512_and_si512(_mm512_srli_epi32(low, 7), _mm512_set1_epi32(1));
    return _mm512_add_epi32(_mm512_add_epi32(high, _mm512_srai_epi32(low, 8)), more);
  }
  static Lanes high(Lanes v) { return _mm512_srai_epi32(v, 8); }
  /// (v & 255) - 128 as a byte: bit 7 turned over.
  static Lanes low(Lanes v) { return _mm512_xor_si512(v, _mm512_set1_epi32(0x80)); }

  static Lanes add(Lanes a, Lanes b) { return _mm512_add_epi32(a, b); }
  static Lanes subtract(Lanes a, Lanes b) { return _mm512_sub_epi32(a, b); }
  static Lanes minimum(Lanes a, Lanes b) { return _mm512_min_epi32(a, b); }
  static Lanes maximum(Lanes a, Lanes b) { return _mm512_max_epi32(a, b); }

  /// Products need 64 bits, so even and odd lanes go separate ways.
  static __m512i scaledHalf(__m512i a, __m512i b, const Scale &scale) {
    return _mm512_sra_epi64(_mm512_add_epi64(_mm512_mul_epi32(a, b), scale.rounding), scale.shift);
  }
  static Lanes scaledProduct(Lanes a, Lanes b, const Scale &scale) {
    const __m512i even = scaledHalf(a, b, scale);
    const __m512i odd = scaledHalf(_mm512_srli_epi64(a, 32), _mm512_srli_epi64(b, 32), scale);
    return _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
  }

  /// A gather of 32 bits fetches an entry and the next one. No saturation is needed: (table[i] * 128 + 64) >>
  /// 7 and what lies between two of them are int16.
  static Lanes table16(Lanes v, const int16_t *table) {
    const __m512i index = _mm512_srai_epi32(_mm512_add_epi32(v, _mm512_set1_epi32(32768)), 7);
    const __m512i both = _mm512_i32gather_epi32(index, table, 2);
    const __m512i entry = _mm512_srai_epi32(_mm512_slli_epi32(both, 16), 16);
    const __m512i step = _mm512_sub_epi32(_mm512_srai_epi32(both, 16), entry);
    const __m512i part = _mm512_mullo_epi32(step, _mm512_and_si512(v, _mm512_set1_epi32(127)));
    const __m512i fine = _mm512_add_epi32(_mm512_slli_epi32(entry, 7), part);
    return _mm512_srai_epi32(_mm512_add_epi32(fine, _mm512_set1_epi32(64)), 7);
  }
  static Lanes table8(Lanes v, const int16_t *table) {
    const __m512i entry = _mm512_i32gather_epi32(_mm512_add_epi32(v, _mm512_set1_epi32(128)), table, 2);
    return _mm512_srai_epi32(_mm512_slli_epi32(entry, 24), 24);
  }
};

} // namespace
} // namespace lockstep

#include "sim/kernel/LaneLoops.h"

namespace lockstep {

void computeLanesAvx512(const LaneJob &job) { computeLanes(job); }
void readLanesAvx512(const LaneRows &rows, const uint8_t *row, size_t numLanes, int32_t pairOffset,
                     int32_t *lanes) {
  readLanes(rows, row, numLanes, pairOffset, lanes);
}

} // namespace lockstep

#pragma GCC pop_options
#endif
