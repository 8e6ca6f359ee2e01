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
constexpr size_t kWord = 16;    // bytes; words of this size fill registers without gaps

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

/// Bytes r to r + 3 of vector v, 16 times; `Step` is the distance of vectors, or 0 if there is no common one.
template <size_t Vectors, size_t Step>
__m512i broadcastFour(const Group<Vectors> &group, size_t v, size_t offset) {
  const uint8_t *bytes = Step ? group.streamed[0] + offset + v * Step : group.streamed[v] + offset;
  int32_t x;
  std::memcpy(&x, bytes, sizeof x);
  return _mm512_set1_epi32(x);
}

/// Words are rows: four of them are turned into 16 columns of four bytes.
template <size_t Vectors, bool Adjacent, size_t Step>
void sumRows(const Group<Vectors> &group, const uint8_t *tiles, Sums<Vectors> &sums) {
  const __m512i turnQuads = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i turnBytes =
      _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  const size_t rows = group.shape.rows, wordBytes = group.shape.vector_bytes;
  for (const MatmulPlan::Step &step : group.plan.steps) {
    const uint8_t *tile = tiles + step.stationary;
    const size_t offset = static_cast<size_t>(step.streamed);
    for (size_t r = 0; r < rows; r += 4, tile += 4 * wordBytes) {
      const __m512i quads = _mm512_permutexvar_epi32(turnQuads, loadFour<Adjacent>(tile, wordBytes));
      const __m512i weights = _mm512_xor_si512(_mm512_shuffle_epi8(quads, turnBytes), group.flip);
      for (size_t v = 0; v < Vectors; ++v)
        sums[v] = _mm512_dpbusd_epi32(sums[v], weights, broadcastFour<Vectors, Step>(group, v, offset + r));
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

/// -zw' sum, in all lanes, of four partial sums.
__m512i constantOf(__m128i sums, int32_t zero) {
  const __m128i halves = _mm_add_epi32(sums, _mm_unpackhi_epi64(sums, sums));
  const __m128i sum = _mm_add_epi32(halves, _mm_shuffle_epi32(halves, 1));
  return _mm512_broadcastd_epi32(_mm_mullo_epi32(sum, _mm_set1_epi32(-zero)));
}

/// constants[v] = -zw' sum x. Vectors inside, so that their sums do not wait for each other.
template <size_t Vectors> void computeConstants(Group<Vectors> &group, int32_t zero) {
  const __m128i ones = _mm_set1_epi8(1);
  const size_t rows = group.shape.rows;
  __m128i sums[Vectors] = {};
  for (const MatmulPlan::Step &step : group.plan.steps)
    for (size_t r = 0; r < rows; r += 16) {
      const __mmask16 mask = static_cast<__mmask16>(rows - r >= 16 ? 0xffff : (1u << (rows - r)) - 1);
      for (size_t v = 0; v < Vectors; ++v)
        sums[v] = _mm_dpbusd_epi32(sums[v], ones,
                                   _mm_maskz_loadu_epi8(mask, group.streamed[v] + step.streamed + r));
    }
  for (size_t v = 0; v < Vectors; ++v)
    group.constants[v] = constantOf(sums[v], zero);
}

/// The same of whole words of 16 bytes, one behind the other.
template <size_t Vectors> void computeAdjacentConstants(Group<Vectors> &group, int32_t zero) {
  const __m512i ones = _mm512_set1_epi8(1);
  __m512i sums[Vectors / 4] = {};
  for (const MatmulPlan::Step &step : group.plan.steps)
    for (size_t i = 0; i < Vectors / 4; ++i)
      sums[i] =
          _mm512_dpbusd_epi32(sums[i], ones, _mm512_loadu_si512(group.streamed[0] + step.streamed + 64 * i));
  for (size_t v = 0; v < Vectors; ++v) {
    alignas(64) __m128i parts[4];
    _mm512_store_si512(parts, sums[v / 4]);
    group.constants[v] = constantOf(parts[v % 4], zero);
  }
}

/// `Vectors` vectors from `firstVector` on, one group.
template <size_t Vectors, bool Transposed, bool Adjacent, size_t Step>
void multiplyGroup(const MatmulPlan &plan, const MatmulInstruction &m, const ArrayShape &shape,
                   const PanelBlock &block, size_t firstVector) {
  const bool isSigned = m.stationary_type == 0;
  const int32_t zero = static_cast<int32_t>(m.stationary_zero_point) + (isSigned ? 128 : 0);
  Group<Vectors> group{plan, shape, {}, _mm512_set1_epi8(static_cast<char>(isSigned ? 0x80 : 0)), {}};
  for (size_t v = 0; v < Vectors; ++v)
    group.streamed[v] = block.streamed + plan.vectors[firstVector + v].streamed;
  if constexpr (Step != 0) {
    if (zero && shape.rows == Step)
      computeAdjacentConstants(group, zero);
  }
  if (zero && shape.rows != Step)
    computeConstants(group, zero);
  for (const MatmulPlan::ColumnTile &tile : plan.column_tiles)
    for (size_t column = 0; column < shape.columns; column += kColumns) {
      Sums<Vectors> sums;
      for (size_t v = 0; v < Vectors; ++v)
        sums[v] = group.constants[v];
      const uint8_t *tiles = block.stationary + tile.stationary;
      if constexpr (Transposed)
        sumColumns<Vectors, Adjacent>(group, tiles + column * shape.vector_bytes, sums);
      else
        sumRows<Vectors, Adjacent, Step>(group, tiles + column, sums);
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
  return adjacent ? multiplyGroup<Vectors, false, true, 0> : multiplyGroup<Vectors, false, false, 0>;
}

template <size_t Vectors> GroupFunction groupFunction(bool transposed, bool adjacent) {
  if (transposed)
    return adjacent ? multiplyGroup<Vectors, true, true, 0> : multiplyGroup<Vectors, true, false, 0>;
  return rowsFunction<Vectors>(adjacent);
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

/// Whether `count` vectors from `first` on are words one behind the other.
bool areAdjacent(const MatmulPlan &plan, size_t first, size_t count) {
  for (size_t v = 1; v < count; ++v)
    if (plan.vectors[first + v].streamed != plan.vectors[first].streamed + static_cast<int64_t>(v * kWord))
      return false;
  return true;
}

/// As many vectors as there are, up to those whose sums stay in registers.
struct Part {
  size_t count;
  GroupFunction multiply;
};
Part nextPart(const MatmulPlan &plan, size_t first, bool transposed, bool adjacentWords) {
  const size_t left = plan.vectors.size() - first;
  if (!transposed && adjacentWords && left >= 16 && areAdjacent(plan, first, 16))
    return {16, multiplyGroup<16, false, true, kWord>};
  if (!transposed && adjacentWords && left >= 8 && areAdjacent(plan, first, 8))
    return {8, multiplyGroup<8, false, true, kWord>};
  const size_t count = !transposed && left >= 8 ? 8 : std::min<size_t>(left, 4);
  return {count, groupFunction(count, transposed, adjacentWords)};
}

} // namespace

bool hasFewVectors(const MatmulPlan &plan, const MatmulInstruction &m, const ArrayShape &shape) {
  const bool many = plan.vectors.size() > kFewVectors;
  const bool manyAdjacent = shape.vector_bytes == kWord && !m.transpose_stationary &&
                            plan.vectors.size() <= kFewAdjacentVectors &&
                            areAdjacent(plan, 0, plan.vectors.size());
  if ((many && !manyAdjacent) || shape.columns % kColumns || shape.rows % (m.transpose_stationary ? 16 : 4) ||
      m.streamed_type != 0 || m.streamed_zero_point != 0)
    return false;
  return std::all_of(plan.steps.begin(), plan.steps.end(),
                     [&](const auto &s) { return s.rows == shape.rows; }) &&
         std::all_of(plan.column_tiles.begin(), plan.column_tiles.end(),
                     [&](const auto &c) { return c.columns == shape.columns; });
}

void multiplyFewVectors(const MatmulPlan &plan, const MatmulInstruction &m, const ArrayShape &shape,
                        const PanelBlock &block) {
  for (const MatmulPlan::Group &group : plan.groups) {
    PanelBlock own = block;
    own.streamed += group.streamed;
    own.stationary += group.stationary;
    own.accumulator += group.accumulator;
    for (size_t first = 0; first < plan.vectors.size();) {
      const Part part = nextPart(plan, first, m.transpose_stationary, shape.vector_bytes == kWord);
      part.multiply(plan, m, shape, own, first);
      first += part.count;
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
