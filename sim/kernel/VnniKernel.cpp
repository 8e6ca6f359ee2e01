// Everything below the pragma is compiled for AVX-512 VNNI and called only where the processor has it.
#include "sim/kernel/VnniKernel.h"

#if defined(__x86_64__)
#include <algorithm>
#include <cstring>
#include <immintrin.h>
#include <utility>

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")

namespace lockstep {

namespace {

int32_t loadQuad(const uint8_t *bytes) {
  int32_t quad;
  std::memcpy(&quad, bytes, sizeof quad);
  return quad;
}

template <int M, int N> struct Accumulators { __m512i at[M][N]; };

template <int M, int N> inline void startFrom(const VnniProduct &p, Accumulators<M, N> &sums) {
#pragma GCC unroll 24
  for (int m = 0; m < M; ++m)
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) {
      sums.at[m][n] = _mm512_loadu_si512(p.constants + n * 16);
      if (p.zero_points)
        sums.at[m][n] = _mm512_sub_epi32(sums.at[m][n], _mm512_mullo_epi32(_mm512_set1_epi32(p.row_sums[m]),
                                                                          _mm512_loadu_si512(p.zero_points + n * 16)));
    }
}

template <int M, int N> inline void deliver(const VnniProduct &p, const Accumulators<M, N> &sums) {
#pragma GCC unroll 24
  for (int m = 0; m < M; ++m)
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) {
      uint8_t *target = p.targets[m] + p.offsets[n];
      __m512i old = p.overwrite ? _mm512_setzero_si512() : _mm512_loadu_si512(target);
      _mm512_storeu_si512(target, _mm512_add_epi32(old, sums.at[m][n]));
    }
}

/// M vectors by N column blocks stay in M x N registers over the whole depth.
template <int M, int N> void multiplyBlock(const VnniProduct &p) {
  Accumulators<M, N> sums;
  startFrom(p, sums);
  const uint8_t *x = p.streamed;
  const int8_t *w = p.stationary;
  size_t blockBytes = p.num_quads * 64;
  for (size_t quad = 0; quad < p.num_quads; ++quad, x += 4, w += 64) {
    __m512i columns[N];
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n)
      columns[n] = _mm512_loadu_si512(w + static_cast<size_t>(n) * blockBytes);
#pragma GCC unroll 24
    for (int m = 0; m < M; ++m) {
      __m512i vector = _mm512_set1_epi32(loadQuad(x + static_cast<size_t>(m) * kVnniPitch));
#pragma GCC unroll 4
      for (int n = 0; n < N; ++n)
        sums.at[m][n] = _mm512_dpbusd_epi32(sums.at[m][n], vector, columns[n]);
    }
  }
  deliver(p, sums);
}

using BlockFunction = void (*)(const VnniProduct &);

template <int N, size_t... M> BlockFunction selectBlock(size_t numVectors, std::index_sequence<M...>) {
  static constexpr BlockFunction functions[] = {multiplyBlock<static_cast<int>(M) + 1, N>...};
  return functions[numVectors - 1];
}

template <int N> BlockFunction blockFunction(size_t numVectors) {
  return selectBlock<N>(numVectors, std::make_index_sequence<kVnniMaxVectors[N]>{});
}

__mmask16 firstLanes(size_t count) { return static_cast<__mmask16>((1u << std::min<size_t>(count, 16)) - 1); }

/// Four rows of 16 bytes in lanes of 128 bits -> 16 columns of 4 bytes.
__m512i turnQuad(__m512i rows) {
  const __m512i gather = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i within = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  return _mm512_shuffle_epi8(_mm512_permutexvar_epi32(gather, rows), within);
}

__m512i joinRows(__m128i r0, __m128i r1, __m128i r2, __m128i r3) {
  __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(r0), r1, 1);
  __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(r2), r3, 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

__m128i load16(const uint8_t *bytes) { return _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes)); }

/// Four words from `first` on, 16 lanes each.
__m512i loadFourWords(const uint8_t *first, size_t wordBytes) {
  if (wordBytes == 16)
    return _mm512_loadu_si512(first);
  return joinRows(load16(first), load16(first + wordBytes), load16(first + 2 * wordBytes),
                  load16(first + 3 * wordBytes));
}

/// Lanes from `columns` on and rows that do not count are zero, and stay zero whatever `flip` is.
__m128i loadRow(const uint8_t *row, bool counts, __mmask16 columns, __m128i flip) {
  __mmask16 mask = counts ? columns : 0;
  return _mm_maskz_add_epi8(mask, _mm_maskz_loadu_epi8(mask, row), flip);
}

/// Writes 16 packed columns (or the first few) to wherever they fall: at most two column blocks.
void storeColumns(const VnniTile &tile, size_t column, size_t count, size_t quad, __m512i columns) {
  alignas(64) int8_t packed[64];
  _mm512_store_si512(packed, columns);
  for (size_t done = 0; done < count;) {
    size_t place = tile.first_column + column + done;
    size_t part = std::min(count - done, kVnniColumns - place % kVnniColumns);
    std::memcpy(tile.target + place / kVnniColumns * tile.block_bytes + quad * 64 + place % kVnniColumns * 4,
                packed + 4 * done, 4 * part);
    done += part;
  }
}

bool isAligned(const VnniTile &tile, size_t rowUnit) {
  return tile.first_column % kVnniColumns == 0 && tile.columns % kVnniColumns == 0 && tile.rows % rowUnit == 0;
}

void packWholeRows(const VnniTile &tile, size_t column) {
  int8_t *target = tile.target + (tile.first_column + column) / kVnniColumns * tile.block_bytes;
  const __m512i flip = _mm512_set1_epi8(static_cast<char>(tile.flip));
  for (size_t r = 0; r < tile.rows; r += 4) {
    __m512i rows = loadFourWords(tile.words + r * tile.word_bytes + column, tile.word_bytes);
    _mm512_storeu_si512(target + r * 16, _mm512_xor_si512(turnQuad(rows), flip));
  }
}

void packRaggedRows(const VnniTile &tile, size_t column) {
  size_t count = std::min(kVnniColumns, tile.columns - column);
  const __m128i flip = _mm_set1_epi8(static_cast<char>(tile.flip));
  for (size_t r = 0; r < tile.rows; r += 4) {
    __m128i rows[4];
    for (size_t j = 0; j < 4; ++j)
      rows[j] = loadRow(tile.words + (r + j) * tile.word_bytes + column, r + j < tile.rows, firstLanes(count), flip);
    storeColumns(tile, column, count, r / 4, turnQuad(joinRows(rows[0], rows[1], rows[2], rows[3])));
  }
}

/// 16 words by 16 lanes: column c's quad g goes to dword c of quad g, a 16 x 4 transposition of dwords.
void packWholeColumns(const VnniTile &tile, size_t column, size_t r) {
  const __m512i low = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
  const __m512i high = _mm512_add_epi32(low, _mm512_set1_epi32(2));
  const __m512i flip = _mm512_set1_epi8(static_cast<char>(tile.flip));
  const uint8_t *first = tile.words + column * tile.word_bytes + r;
  __m512i words[4];
  for (size_t j = 0; j < 4; ++j)
    words[j] = _mm512_xor_si512(loadFourWords(first + 4 * j * tile.word_bytes, tile.word_bytes), flip);
  __m512i low0 = _mm512_permutex2var_epi32(words[0], low, words[1]);
  __m512i low1 = _mm512_permutex2var_epi32(words[2], low, words[3]);
  __m512i high0 = _mm512_permutex2var_epi32(words[0], high, words[1]);
  __m512i high1 = _mm512_permutex2var_epi32(words[2], high, words[3]);
  int8_t *target = tile.target + (tile.first_column + column) / kVnniColumns * tile.block_bytes + r * 16;
  _mm512_storeu_si512(target, _mm512_shuffle_i64x2(low0, low1, 0x44));
  _mm512_storeu_si512(target + 64, _mm512_shuffle_i64x2(low0, low1, 0xee));
  _mm512_storeu_si512(target + 128, _mm512_shuffle_i64x2(high0, high1, 0x44));
  _mm512_storeu_si512(target + 192, _mm512_shuffle_i64x2(high0, high1, 0xee));
}

void packRaggedColumn(const VnniTile &tile, size_t column) {
  const uint8_t *word = tile.words + column * tile.word_bytes;
  size_t place = tile.first_column + column;
  int8_t *target = tile.target + place / kVnniColumns * tile.block_bytes + place % kVnniColumns * 4;
  uint32_t flip = tile.flip * 0x01010101u;
  for (size_t r = 0; r < tile.rows; r += 4) {
    size_t count = std::min<size_t>(4, tile.rows - r);
    uint32_t quad = 0;
    std::memcpy(&quad, word + r, count);
    quad ^= flip & (0xffffffffu >> (8 * (4 - count)));
    std::memcpy(target + r * 16, &quad, sizeof quad);
  }
}

} // namespace

void multiplyVnni(const VnniProduct &product, size_t numVectors, size_t numBlocks) {
  switch (numBlocks) {
  case 1: return blockFunction<1>(numVectors)(product);
  case 2: return blockFunction<2>(numVectors)(product);
  case 3: return blockFunction<3>(numVectors)(product);
  case 4: return blockFunction<4>(numVectors)(product);
  }
}

void sumVnniColumns(const int8_t *stationary, size_t numQuads, int32_t *sums) {
  __m512i even = _mm512_setzero_si512(), odd = even, ones = _mm512_set1_epi8(1);
  size_t quad = 0;
  for (; quad + 2 <= numQuads; quad += 2) {
    even = _mm512_dpbusd_epi32(even, ones, _mm512_loadu_si512(stationary + quad * 64));
    odd = _mm512_dpbusd_epi32(odd, ones, _mm512_loadu_si512(stationary + quad * 64 + 64));
  }
  if (quad < numQuads)
    even = _mm512_dpbusd_epi32(even, ones, _mm512_loadu_si512(stationary + quad * 64));
  _mm512_storeu_si512(sums, _mm512_add_epi32(even, odd));
}

int32_t sumVnniVector(const uint8_t *streamed, size_t size) {
  __m512i sum = _mm512_setzero_si512(), ones = _mm512_set1_epi8(1);
  for (size_t k = 0; k < size; k += 64) {
    __mmask64 mask = size - k >= 64 ? ~0ull : (1ull << (size - k)) - 1;
    sum = _mm512_dpbusd_epi32(sum, _mm512_maskz_loadu_epi8(mask, streamed + k), ones);
  }
  return _mm512_reduce_add_epi32(sum);
}

void packVnniRows(const VnniTile &tile) {
  for (size_t column = 0; column < tile.columns; column += kVnniColumns)
    isAligned(tile, 4) ? packWholeRows(tile, column) : packRaggedRows(tile, column);
}

void packVnniColumns(const VnniTile &tile) {
  if (!isAligned(tile, 16)) {
    for (size_t column = 0; column < tile.columns; ++column)
      packRaggedColumn(tile, column);
    return;
  }
  for (size_t column = 0; column < tile.columns; column += kVnniColumns)
    for (size_t r = 0; r < tile.rows; r += 16)
      packWholeColumns(tile, column, r);
}

void packVnniWord(const uint8_t *word, size_t rows, size_t depth, uint8_t flip, uint8_t *target) {
  if (rows == 16 && depth == 16) {
    __m128i lanes = _mm_xor_si128(load16(word), _mm_set1_epi8(static_cast<char>(flip)));
    _mm_storeu_si128(reinterpret_cast<__m128i *>(target), lanes);
    return;
  }
  for (size_t k = 0; k < depth; k += 64) {
    __mmask64 mask = k >= rows ? 0 : rows - k >= 64 ? ~0ull : (1ull << (rows - k)) - 1;
    __m512i lanes = _mm512_maskz_loadu_epi8(mask, word + k);
    _mm512_storeu_si512(target + k, _mm512_maskz_add_epi8(mask, lanes, _mm512_set1_epi8(static_cast<char>(flip))));
  }
}

} // namespace lockstep

#pragma GCC pop_options
#endif
