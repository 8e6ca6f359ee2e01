// 8 lanes at a time; the last ones of a row pass through a buffer. Everything below the pragma is compiled
// for AVX2 and called only where the processor has it.
#include "sim/kernel/Lanes.h"

#if defined(__x86_64__)
#include <algorithm>
#include <cstring>
#include <immintrin.h>

#pragma GCC push_options
#pragma GCC target("avx2")

namespace lockstep {
namespace {

struct Isa {
  using Lanes = __m256i;
  static constexpr size_t kLanes = 8;
  struct Scale {
    __m256i multiplier, rounding, sign; // sign: 2^63 >> shift
    __m128i shift;
  };
  static Scale scaleOf(const LaneArithmetic &with) {
    const int64_t rounding = with.shift == 0 ? 0 : int64_t{1} << (with.shift - 1);
    return {_mm256_set1_epi32(with.multiplier), _mm256_set1_epi64x(rounding),
            _mm256_set1_epi64x(static_cast<int64_t>((uint64_t{1} << 63) >> with.shift)),
            _mm_cvtsi32_si128(static_cast<int>(with.shift))};
  }

  /// `count` elements of so many bytes, in the low bytes of a register.
  template <size_t Bytes> static __m256i loadSome(const uint8_t *p, size_t count) {
    alignas(32) uint8_t buffer[32] = {};
    std::memcpy(buffer, p, Bytes * count);
    return _mm256_load_si256(reinterpret_cast<const __m256i *>(buffer));
  }
  static __m128i loadBytes(const uint8_t *p, size_t count) {
    if (count == kLanes)
      return _mm_loadl_epi64(reinterpret_cast<const __m128i *>(p));
    return _mm256_castsi256_si128(loadSome<1>(p, count));
  }
  static void storeSome(uint8_t *p, size_t size, __m256i bytes) {
    alignas(32) uint8_t buffer[32];
    _mm256_store_si256(reinterpret_cast<__m256i *>(buffer), bytes);
    std::memcpy(p, buffer, size);
  }

  static Lanes broadcast(int32_t value) { return _mm256_set1_epi32(value); }
  static Lanes loadInt8(const uint8_t *p, size_t count) { return _mm256_cvtepi8_epi32(loadBytes(p, count)); }
  static Lanes loadUint8(const uint8_t *p, size_t count) { return _mm256_cvtepu8_epi32(loadBytes(p, count)); }
  static Lanes loadInt16(const uint8_t *p, size_t count) {
    if (count == kLanes)
      return _mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)));
    return _mm256_cvtepi16_epi32(_mm256_castsi256_si128(loadSome<2>(p, count)));
  }
  static Lanes loadInt32(const uint8_t *p, size_t count) {
    return count == kLanes ? _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)) : loadSome<4>(p, count);
  }
  static void storeInt8(uint8_t *p, size_t count, Lanes v) {
    const __m256i pick = _mm256_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4,
                                          8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m256i quads = _mm256_shuffle_epi8(v, pick);
    const __m256i bytes = _mm256_permutevar8x32_epi32(quads, _mm256_setr_epi32(0, 4, 1, 1, 1, 1, 1, 1));
    if (count == kLanes)
      return _mm_storel_epi64(reinterpret_cast<__m128i *>(p), _mm256_castsi256_si128(bytes));
    storeSome(p, count, bytes);
  }
  static void storeInt16(uint8_t *p, size_t count, Lanes v) {
    const __m256i pick = _mm256_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 4,
                                          5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m256i bytes = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(v, pick), 0x08);
    if (count == kLanes)
      return _mm_storeu_si128(reinterpret_cast<__m128i *>(p), _mm256_castsi256_si128(bytes));
    storeSome(p, 2 * count, bytes);
  }
  static void storeInt32(uint8_t *p, size_t count, Lanes v) {
    if (count == kLanes)
      return _mm256_storeu_si256(reinterpret_cast<__m256i *>(p), v);
    storeSome(p, 4 * count, v);
  }

  static Lanes pair(Lanes high, Lanes low, Lanes offset) {
    return _mm256_add_epi32(_mm256_add_epi32(_mm256_slli_epi32(high, 8), low), offset);
  }
  /// (l + 128) >> 8 without a 33rd bit: l >> 8, and one more if bit 7 is set.
  static Lanes wide(Lanes high, Lanes low) {
    const __m256i more = _mm256_and_si256(_mm256_srli_epi32(low, 7), _mm256_set1_epi32(1));
    return _mm256_add_epi32(_mm256_add_epi32(high, _mm256_srai_epi32(low, 8)), more);
  }
  static Lanes high(Lanes v) { return _mm256_srai_epi32(v, 8); }
  /// (v & 255) - 128 as a byte: bit 7 turned over.
  static Lanes low(Lanes v) { return _mm256_xor_si256(v, _mm256_set1_epi32(0x80)); }

  static Lanes add(Lanes a, Lanes b) { return _mm256_add_epi32(a, b); }
  static Lanes subtract(Lanes a, Lanes b) { return _mm256_sub_epi32(a, b); }
  static Lanes minimum(Lanes a, Lanes b) { return _mm256_min_epi32(a, b); }
  static Lanes maximum(Lanes a, Lanes b) { return _mm256_max_epi32(a, b); }

  /// Products need 64 bits, so even and odd lanes go separate ways. AVX2 shifts 64 bits logically only: the
  /// value plus 2^63 is not negative.
  static __m256i scaledHalf(__m256i a, __m256i b, const Scale &scale) {
    const __m256i sum = _mm256_add_epi64(_mm256_mul_epi32(a, b), scale.rounding);
    const __m256i moved = _mm256_xor_si256(sum, _mm256_set1_epi64x(INT64_MIN));
    return _mm256_sub_epi64(_mm256_srl_epi64(moved, scale.shift), scale.sign);
  }
  static Lanes scaledProduct(Lanes a, Lanes b, const Scale &scale) {
    const __m256i even = scaledHalf(a, b, scale);
    const __m256i odd = scaledHalf(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32), scale);
    return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
  }

  static __m256i gather(__m256i index, const int16_t *table) {
    return _mm256_i32gather_epi32(reinterpret_cast<const int *>(table), index, 2);
  }
  /// A gather of 32 bits fetches an entry and the next one. No saturation is needed: (table[i] * 128 + 64) >>
  /// 7 and what lies between two of them are int16.
  static Lanes table16(Lanes v, const int16_t *table) {
    const __m256i both = gather(_mm256_srai_epi32(_mm256_add_epi32(v, _mm256_set1_epi32(32768)), 7), table);
    const __m256i entry = _mm256_srai_epi32(_mm256_slli_epi32(both, 16), 16);
    const __m256i step = _mm256_sub_epi32(_mm256_srai_epi32(both, 16), entry);
    const __m256i part = _mm256_mullo_epi32(step, _mm256_and_si256(v, _mm256_set1_epi32(127)));
    const __m256i fine = _mm256_add_epi32(_mm256_slli_epi32(entry, 7), part);
    return _mm256_srai_epi32(_mm256_add_epi32(fine, _mm256_set1_epi32(64)), 7);
  }
  static Lanes table8(Lanes v, const int16_t *table) {
    const __m256i entry = gather(_mm256_add_epi32(v, _mm256_set1_epi32(128)), table);
    return _mm256_srai_epi32(_mm256_slli_epi32(entry, 24), 24);
  }
};

} // namespace
} // namespace lockstep

#include "sim/kernel/LaneLoops.h"

namespace lockstep {

void computeLanesAvx2(const LaneJob &job) { computeLanes(job); }
void readLanesAvx2(const LaneRows &rows, const uint8_t *row, size_t numLanes, int32_t pairOffset,
                   int32_t *lanes) {
  readLanes(rows, row, numLanes, pairOffset, lanes);
}

} // namespace lockstep

#pragma GCC pop_options
#endif
