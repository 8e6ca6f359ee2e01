// With w' = w + 128 (int8) or w (uint8), unsigned, and the zero point moved alike,
//   sum x (w - zw) = sum w' x - zw' sum x     modulo 2^32,
// so that vpdpbusd takes the weights as its unsigned operand and the vector from memory as its signed one.
#include "sim/kernel/FewVectors.h"

#include <algorithm>

#if defined(__x86_64__)
#include <cstring>
#include <immintrin.h>

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")

namespace lockstep {

namespace {

constexpr size_t kColumns = 16; // of a column block

/// 16 bytes of each of four words, one behind the other.
template <bool Adjacent> __m512i loadFour(const uint8_t *bytes, size_t wordBytes) {
  if constexpr (Adjacent)
    return _mm512_loadu_si512(bytes);
  const auto part = [&](size_t i) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + i * wordBytes));
  };
  const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(part(0)), part(1), 1);
  const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(part(2)), part(3), 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/// What all column blocks of a group share.
template <size_t Vectors> struct Group {
  const MatmulPlan &plan;
  const ArrayShape &shape;
  const uint8_t *streamed[Vectors]; // word of step 0
  __m512i flip;                     // of weights
  __m512i constants[Vectors];       // -zw' sum x
};

template <size_t Vectors> using Sums = __m512i[Vectors];

/// Words are rows: four of them are turned into 16 columns of four bytes.
template <size_t Vectors, bool Adjacent>
void sumRows(const Group<Vectors> &group, const uint8_t *tiles, Sums<Vectors> &sums) {
  const __m512i turnQuads = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i turnBytes =
      _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  const size_t rows = group.shape.rows, wordBytes = group.shape.vector_bytes;
  for (const MatmulPlan::Step &step : group.plan.steps) {
    const uint8_t *tile = tiles + step.stationary;
    for (size_t r = 0; r < rows; r += 4, tile += 4 * wordBytes) {
      const __m512i quads = _mm512_permutexvar_epi32(turnQuads, loadFour<Adjacent>(tile, wordBytes));
      const __m512i weights = _mm512_xor_si512(_mm512_shuffle_epi8(quads, turnBytes), group.flip);
      for (size_t v = 0; v < Vectors; ++v) {
        int32_t x;
        std::memcpy(&x, group.streamed[v] + step.streamed + r, sizeof x);
        sums[v] = _mm512_dpbusd_epi32(sums[v], weights, _mm512_set1_epi32(x));
      }
    }
  }
}

/// Sums of the four lanes of each 128 bits of four registers; register i, part j is column 4 i + j.
__m512i addQuarters(const __m512i (&parts)[4]) {
  const __m512i low =
      _mm512_add_epi32(_mm512_unpacklo_epi32(parts[0], parts[1]), _mm512_unpackhi_epi32(parts[0], parts[1]));
  const __m512i high =
      _mm512_add_epi32(_mm512_unpacklo_epi32(parts[2], parts[3]), _mm512_unpackhi_epi32(parts[2], parts[3]));
  const __m512i sums = _mm512_add_epi32(_mm512_unpacklo_epi64(low, high), _mm512_unpackhi_epi64(low, high));
  return _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
                                  sums);
}

/// Words are columns: 16 bytes of each meet 16 bytes of the vector.
template <size_t Vectors, bool Adjacent>
void sumColumns(const Group<Vectors> &group, const uint8_t *tiles, Sums<Vectors> &sums) {
  const size_t rows = group.shape.rows, wordBytes = group.shape.vector_bytes;
  __m512i parts[Vectors][4] = {};
  for (const MatmulPlan::Step &step : group.plan.steps)
    for (size_t r = 0; r < rows; r += 16) {
      __m512i weights[4];
      for (size_t i = 0; i < 4; ++i)
        weights[i] = _mm512_xor_si512(
            loadFour<Adjacent>(tiles + step.stationary + r + 4 * i * wordBytes, wordBytes), group.flip);
      for (size_t v = 0; v < Vectors; ++v) {
        const __m512i x = _mm512_broadcast_i32x4(
            _mm_loadu_si128(reinterpret_cast<const __m128i *>(group.streamed[v] + step.streamed + r)));
        for (size_t i = 0; i < 4; ++i)
          parts[v][i] = _mm512_dpbusd_epi32(parts[v][i], weights[i], x);
      }
    }
  for (size_t v = 0; v < Vectors; ++v)
    sums[v] = _mm512_add_epi32(sums[v], addQuarters(parts[v]));
}

int32_t sumStreamed(const MatmulPlan &plan, const uint8_t *streamed, size_t rows) {
  __m512i sum = _mm512_setzero_si512();
  const __m512i ones = _mm512_set1_epi8(1);
  for (const MatmulPlan::Step &step : plan.steps)
    for (size_t r = 0; r < rows; r += 64) {
      const __mmask64 mask = rows - r >= 64 ? ~__mmask64{0} : (__mmask64{1} << (rows - r)) - 1;
      sum = _mm512_dpbusd_epi32(sum, ones, _mm512_maskz_loadu_epi8(mask, streamed + step.streamed + r));
    }
  return _mm512_reduce_add_epi32(sum);
}

/// `Vectors` vectors from `firstVector` on, one group.
template <size_t Vectors, bool Transposed, bool Adjacent>
void multiplyGroup(const MatmulPlan &plan, const MatmulInstruction &m, const ArrayShape &shape,
                   const PanelBlock &block, size_t firstVector) {
  const bool isSigned = m.stationary_type == 0;
  const int32_t zero = static_cast<int32_t>(m.stationary_zero_point) + (isSigned ? 128 : 0);
  Group<Vectors> group{plan, shape, {}, _mm512_set1_epi8(static_cast<char>(isSigned ? 0x80 : 0)), {}};
  for (size_t v = 0; v < Vectors; ++v) {
    group.streamed[v] = block.streamed + plan.vectors[firstVector + v].streamed;
    const uint32_t sum = zero ? static_cast<uint32_t>(sumStreamed(plan, group.streamed[v], shape.rows)) : 0;
    group.constants[v] = _mm512_set1_epi32(static_cast<int32_t>(0 - static_cast<uint32_t>(zero) * sum));
  }
  for (const MatmulPlan::ColumnTile &tile : plan.column_tiles)
    for (size_t column = 0; column < shape.columns; column += kColumns) {
      Sums<Vectors> sums;
      for (size_t v = 0; v < Vectors; ++v)
        sums[v] = group.constants[v];
      const uint8_t *tiles = block.stationary + tile.stationary;
      if constexpr (Transposed)
        sumColumns<Vectors, Adjacent>(group, tiles + column * shape.vector_bytes, sums);
      else
        sumRows<Vectors, Adjacent>(group, tiles + column, sums);
      for (size_t v = 0; v < Vectors; ++v) {
        uint8_t *target =
            block.accumulator + plan.vectors[firstVector + v].accumulator + tile.accumulator + 4 * column;
        const __m512i old = m.accumulate ? _mm512_loadu_si512(target) : _mm512_setzero_si512();
        _mm512_storeu_si512(target, _mm512_add_epi32(old, sums[v]));
      }
    }
}

using GroupFunction = void (*)(const MatmulPlan &, const MatmulInstruction &, const ArrayShape &,
                               const PanelBlock &, size_t);

template <size_t Vectors> GroupFunction rowsFunction(bool adjacent) {
  return adjacent ? multiplyGroup<Vectors, false, true> : multiplyGroup<Vectors, false, false>;
}

template <size_t Vectors> GroupFunction groupFunction(bool transposed, bool adjacent) {
  if (transposed)
    return adjacent ? multiplyGroup<Vectors, true, true> : multiplyGroup<Vectors, true, false>;
  return rowsFunction<Vectors>(adjacent);
}

/// So many at a time: their sums stay in registers.
size_t atOnce(size_t vectors, bool transposed) {
  return !transposed && vectors >= 8 ? 8 : std::min<size_t>(vectors, 4);
}

GroupFunction groupFunction(size_t vectors, bool transposed, bool adjacent) {
  switch (vectors) {
  case 1:
    return groupFunction<1>(transposed, adjacent);
  case 2:
    return groupFunction<2>(transposed, adjacent);
  case 3:
    return groupFunction<3>(transposed, adjacent);
  case 4:
    return groupFunction<4>(transposed, adjacent);
  default:
    return rowsFunction<8>(adjacent);
  }
}

} // namespace

bool hasFewVectors(const MatmulPlan &plan, const MatmulInstruction &m, const ArrayShape &shape) {
  if (plan.vectors.size() > kFewVectors || shape.columns % kColumns ||
      shape.rows % (m.transpose_stationary ? 16 : 4) || m.streamed_type != 0 || m.streamed_zero_point != 0)
    return false;
  return std::all_of(plan.steps.begin(), plan.steps.end(),
                     [&](const auto &s) { return s.rows == shape.rows; }) &&
         std::all_of(plan.column_tiles.begin(), plan.column_tiles.end(),
                     [&](const auto &c) { return c.columns == shape.columns; });
}

void multiplyFewVectors(const MatmulPlan &plan, const MatmulInstruction &m, const ArrayShape &shape,
                        const PanelBlock &block) {
  const bool adjacent = shape.vector_bytes == 16;
  for (const MatmulPlan::Group &group : plan.groups) {
    PanelBlock own = block;
    own.streamed += group.streamed;
    own.stationary += group.stationary;
    own.accumulator += group.accumulator;
    for (size_t first = 0, count = 0; first < plan.vectors.size(); first += count) {
      count = atOnce(plan.vectors.size() - first, m.transpose_stationary);
      groupFunction(count, m.transpose_stationary, adjacent)(plan, m, shape, own, first);
    }
  }
}

} // namespace lockstep

#pragma GCC pop_options
#else

namespace lockstep {

bool hasFewVectors(const MatmulPlan &, const MatmulInstruction &, const ArrayShape &) { return false; }
void multiplyFewVectors(const MatmulPlan &, const MatmulInstruction &, const ArrayShape &,
                        const PanelBlock &) {}

} // namespace lockstep
#endif
