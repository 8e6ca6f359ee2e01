// 16 lanes at a time. Everything below the pragma is compiled for AVX-512 and called only where the processor
// has it.
#include "sim/kernel/Rescale.h"

#if defined(__x86_64__)
#include <algorithm>
#include <immintrin.h>

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl")

namespace lockstep {

namespace {

/// Products of 32-bit lanes need 64 bits, so even and odd lanes go separate ways.
struct WideScale {
  __m512i multiplier, shift, rounding;
};

WideScale wideScale(__m512i multiplier, __m512i shift) {
  shift = _mm512_and_si512(shift, _mm512_set1_epi64(63));
  // (1 << s) >> 1 is the rounding term for every s, 0 included.
  return {multiplier, shift, _mm512_srli_epi64(_mm512_sllv_epi64(_mm512_set1_epi64(1), shift), 1)};
}

__m512i scaleWide(__m512i value, const WideScale &scale) {
  return _mm512_srav_epi64(_mm512_add_epi64(_mm512_mul_epi32(value, scale.multiplier), scale.rounding),
                           scale.shift);
}

struct Lanes16 {
  __m512i bias;
  WideScale even, odd;
  __m512i zero_point, type_minimum, type_maximum, clamp_minimum, clamp_maximum;
};

Lanes16 lanesFrom(const LaneScale &scale, size_t lane) {
  __m512i multiplier = _mm512_load_si512(scale.multiplier + lane),
          shift = _mm512_load_si512(scale.shift + lane);
  Lanes16 lanes;
  lanes.bias = _mm512_load_si512(scale.bias + lane);
  lanes.even = wideScale(multiplier, shift);
  lanes.odd = wideScale(_mm512_srli_epi64(multiplier, 32), _mm512_srli_epi64(shift, 32));
  lanes.zero_point = _mm512_set1_epi32(scale.output_zero_point);
  lanes.type_minimum = _mm512_set1_epi32(elementMinimum(scale.output_type));
  lanes.type_maximum = _mm512_set1_epi32(elementMaximum(scale.output_type));
  lanes.clamp_minimum = _mm512_set1_epi32(scale.clamp_minimum);
  lanes.clamp_maximum = _mm512_set1_epi32(scale.clamp_maximum);
  return lanes;
}

__m512i clampLanes(__m512i value, __m512i minimum, __m512i maximum) {
  return _mm512_min_epi32(_mm512_max_epi32(value, minimum), maximum);
}

__m512i rescaleLanes(__m512i value, const Lanes16 &lanes) {
  value = _mm512_add_epi32(value, lanes.bias);
  __m512i even = scaleWide(value, lanes.even);
  __m512i odd = scaleWide(_mm512_srli_epi64(value, 32), lanes.odd);
  __m512i scaled = _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
  // Far beyond any result that is not saturated anyway, and far from where the zero point could wrap around.
  scaled = clampLanes(scaled, _mm512_set1_epi32(-(1 << 20)), _mm512_set1_epi32(1 << 20));
  scaled = clampLanes(_mm512_add_epi32(scaled, lanes.zero_point), lanes.type_minimum, lanes.type_maximum);
  return clampLanes(scaled, lanes.clamp_minimum, lanes.clamp_maximum);
}

} // namespace

void rescaleRowsAvx512(const RescaleRows &rows, const LaneScale &scale) {
  const bool wide = scale.output_type == ElementType::Int16;
  for (size_t lane = 0; lane < rows.num_lanes; lane += 16) {
    size_t count = std::min<size_t>(16, rows.num_lanes - lane);
    __mmask16 mask = static_cast<__mmask16>((1u << count) - 1);
    Lanes16 lanes = lanesFrom(scale, lane);
    for (size_t m = 0; m < rows.num_rows; ++m) {
      const uint8_t *source = rows.source + static_cast<ptrdiff_t>(m) * rows.source_stride + 4 * lane;
      uint8_t *target =
          rows.target + static_cast<ptrdiff_t>(m) * rows.target_stride + (wide ? 2 * lane : lane);
      __m512i result = rescaleLanes(_mm512_maskz_loadu_epi32(mask, source), lanes);
      if (wide)
        _mm256_mask_storeu_epi16(target, mask, _mm512_cvtepi32_epi16(result));
      else
        _mm_mask_storeu_epi8(target, mask, _mm512_cvtepi32_epi8(result));
    }
  }
}

} // namespace lockstep

#pragma GCC pop_options
#endif
