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
        sums.at[m][n] =
            _mm512_sub_epi32(sums.at[m][n], _mm512_mullo_epi32(_mm512_set1_epi32(p.row_sums[m]),
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

__mmask64 firstBytes(size_t count) { return count >= 64 ? ~0ull : (1ull << count) - 1; }

/// Four rows of 16 bytes in lanes of 128 bits -> 16 columns of 4 bytes.
__m512i turnQuad(__m512i rows) {
  const __m512i gather = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i within =
      _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  return _mm512_shuffle_epi8(_mm512_permutexvar_epi32(gather, rows), within);
}

__m512i joinRows(__m128i r0, __m128i r1, __m128i r2, __m128i r3) {
  __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(r0), r1, 1);
  __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(r2), r3, 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

__m128i load16(const uint8_t *bytes) { return _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes)); }

__m128i load8(const uint8_t *bytes) { return _mm_loadl_epi64(reinterpret_cast<const __m128i *>(bytes)); }

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
  return tile.first_column % kVnniColumns == 0 && tile.columns % kVnniColumns == 0 &&
         tile.rows % rowUnit == 0;
}

void packWholeRows(const VnniTile &tile, size_t column) {
  int8_t *target = tile.target + (tile.first_column + column) / kVnniColumns * tile.block_bytes;
  const __m512i flip = _mm512_set1_epi8(static_cast<char>(tile.flip));
  const size_t wordBytes = tile.word_bytes, numRows = tile.rows;
  const uint8_t *words = tile.words + column;
  for (size_t r = 0; r < numRows; r += 4) {
    __m512i rows = loadFourWords(words + r * wordBytes, wordBytes);
    _mm512_storeu_si512(target + r * 16, _mm512_xor_si512(turnQuad(rows), flip));
  }
}

/// 8 columns, whatever the word's size: four rows fill one 32-byte half of a column block.
void packEightColumns(const VnniTile &tile) {
  const __m256i gather = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
  const __m256i within =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  const __m256i flip = _mm256_set1_epi8(static_cast<char>(tile.flip));
  const size_t wordBytes = tile.word_bytes;
  int8_t *target = tile.target + tile.first_column / kVnniColumns * tile.block_bytes +
                   tile.first_column % kVnniColumns * 4;
  const uint8_t *word = tile.words;
  for (size_t r = 0; r < tile.rows; r += 4, word += 4 * wordBytes, target += 64) {
    __m128i low = _mm_unpacklo_epi64(load8(word), load8(word + wordBytes));
    __m128i high = _mm_unpacklo_epi64(load8(word + 2 * wordBytes), load8(word + 3 * wordBytes));
    __m256i rows = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    rows = _mm256_shuffle_epi8(_mm256_permutevar8x32_epi32(rows, gather), within);
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(target), _mm256_xor_si256(rows, flip));
  }
}

/// 4 columns: four rows fill a quarter.
void packFourColumns(const VnniTile &tile) {
  const __m128i turn = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m128i flip = _mm_set1_epi8(static_cast<char>(tile.flip));
  const size_t wordBytes = tile.word_bytes;
  int8_t *target = tile.target + tile.first_column / kVnniColumns * tile.block_bytes +
                   tile.first_column % kVnniColumns * 4;
  const uint8_t *word = tile.words;
  for (size_t r = 0; r < tile.rows; r += 4, word += 4 * wordBytes, target += 64) {
    __m128i rows = _mm_setr_epi32(loadQuad(word), loadQuad(word + wordBytes), loadQuad(word + 2 * wordBytes),
                                  loadQuad(word + 3 * wordBytes));
    _mm_storeu_si128(reinterpret_cast<__m128i *>(target), _mm_xor_si128(_mm_shuffle_epi8(rows, turn), flip));
  }
}

void packRaggedRows(const VnniTile &tile, size_t column) {
  size_t count = std::min(kVnniColumns, tile.columns - column);
  const __m128i flip = _mm_set1_epi8(static_cast<char>(tile.flip));
  for (size_t r = 0; r < tile.rows; r += 4) {
    __m128i rows[4];
    for (size_t j = 0; j < 4; ++j)
      rows[j] = loadRow(tile.words + (r + j) * tile.word_bytes + column, r + j < tile.rows, firstLanes(count),
                        flip);
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

void packRaggedWord(const VnniWords &w, const uint8_t *word, size_t rows, uint8_t *target) {
  for (size_t k = 0; k < w.step_depth; k += 64) {
    __mmask64 mask = firstBytes(rows > k ? rows - k : 0), depth = firstBytes(w.step_depth - k);
    __m512i lanes = _mm512_maskz_loadu_epi8(mask, word + k);
    lanes = _mm512_maskz_add_epi8(mask, lanes, _mm512_set1_epi8(static_cast<char>(w.flip)));
    _mm512_mask_storeu_epi8(target + k, depth, lanes);
  }
}

/// A word with nothing to mask.
template <size_t Depth> void packWholeWord(const uint8_t *word, uint8_t flip, uint8_t *target) {
  constexpr size_t kPart = std::min<size_t>(Depth, 64);
  using Bytes __attribute__((vector_size(kPart))) = uint8_t;
  for (size_t k = 0; k < Depth; k += kPart) {
    Bytes bytes;
    std::memcpy(&bytes, word + k, kPart);
    bytes ^= flip;
    std::memcpy(target + k, &bytes, kPart);
  }
}

/// `Steps` whole words of each vector; locals, because stores of bytes could alias anything else.
template <size_t Depth, size_t Steps> void packWholeLine(const VnniWords &w, size_t firstStep) {
  const uint8_t *sources[Steps];
  for (size_t s = 0; s < Steps; ++s)
    sources[s] = w.words + w.steps[firstStep + s].streamed;
  const MatmulPlan::Vector *vectors = w.vectors;
  const size_t numVectors = w.num_vectors;
  const uint8_t flip = w.flip;
  uint8_t *target = w.target + firstStep * Depth;
  for (size_t v = 0; v < numVectors; ++v, target += kVnniPitch) {
    const ptrdiff_t offset = vectors[v].streamed;
#pragma GCC unroll 16
    for (size_t s = 0; s < Steps; ++s)
      packWholeWord<Depth>(sources[s] + offset, flip, target + s * Depth);
  }
}

template <size_t Depth> void packWholeLines(const VnniWords &w, size_t firstStep, size_t endStep) {
  constexpr size_t kPerLine = std::max<size_t>(1, 64 / Depth);
  if (endStep - firstStep == kPerLine)
    return packWholeLine<Depth, kPerLine>(w, firstStep);
  size_t s = firstStep;
  if constexpr (kPerLine > 2)
    for (; s + 2 <= endStep; s += 2)
      packWholeLine<Depth, 2>(w, s);
  for (; s < endStep; ++s)
    packWholeLine<Depth, 1>(w, s);
}

void packRaggedLines(const VnniWords &w, size_t firstStep, size_t endStep) {
  for (size_t v = 0; v < w.num_vectors; ++v)
    for (size_t s = firstStep; s < endStep; ++s)
      packRaggedWord(w, w.words + w.vectors[v].streamed + w.steps[s].streamed, w.steps[s].rows,
                     w.target + v * kVnniPitch + s * w.step_depth);
}

void packLines(const VnniWords &w, size_t firstStep, size_t endStep) {
  bool whole = std::all_of(w.steps + firstStep, w.steps + endStep,
                           [&](const MatmulPlan::Step &step) { return step.rows == w.step_depth; });
  switch (whole ? w.step_depth : 0) {
  case 4:
    return packWholeLines<4>(w, firstStep, endStep);
  case 8:
    return packWholeLines<8>(w, firstStep, endStep);
  case 16:
    return packWholeLines<16>(w, firstStep, endStep);
  case 32:
    return packWholeLines<32>(w, firstStep, endStep);
  case 64:
    return packWholeLines<64>(w, firstStep, endStep);
  case 128:
    return packWholeLines<128>(w, firstStep, endStep);
  }
  packRaggedLines(w, firstStep, endStep);
}

} // namespace

void multiplyVnni(const VnniProduct &product, size_t numVectors, size_t numBlocks) {
  switch (numBlocks) {
  case 1:
    return blockFunction<1>(numVectors)(product);
  case 2:
    return blockFunction<2>(numVectors)(product);
  case 3:
    return blockFunction<3>(numVectors)(product);
  case 4:
    return blockFunction<4>(numVectors)(product);
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
    sum = _mm512_dpbusd_epi32(sum, _mm512_maskz_loadu_epi8(firstBytes(size - k), streamed + k), ones);
  }
  return _mm512_reduce_add_epi32(sum);
}

void packVnniRows(const VnniTile &tile) {
  if (tile.columns == 8 && tile.first_column % 8 == 0 && tile.rows % 4 == 0)
    return packEightColumns(tile);
  if (tile.columns == 4 && tile.first_column % 4 == 0 && tile.rows % 4 == 0)
    return packFourColumns(tile);
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

void packVnniWords(const VnniWords &words) {
  // A line of the packed vectors at a time, all vectors: reads run along the words, writes fill whole lines.
  size_t perLine = std::max<size_t>(1, 64 / words.step_depth);
  for (size_t first = 0; first < words.num_steps; first += perLine)
    packLines(words, first, std::min(first + perLine, words.num_steps));
}

} // namespace lockstep

#pragma GCC pop_options
#endif
