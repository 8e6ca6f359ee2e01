// Products of unsigned by signed bytes in AVX-512 VNNI registers.
#pragma once

#include "sim/kernel/MatmulPlan.h"

#include <cstddef>
#include <cstdint>

namespace lockstep {

constexpr size_t kVnniColumns = 16; // int32 lanes of a register: columns of a packed column block
constexpr size_t kVnniPitch =
    1088; // bytes between packed vectors: kBlockDepth and a line, so that rows of one
          // register block do not fall into the same set of the first-level cache
constexpr size_t kVnniMaxBlocks = 4; // column blocks of one register block

/// Register block sizes: with 1, 2, 3, 4 column blocks so many vectors at most.
constexpr size_t kVnniMaxVectors[kVnniMaxBlocks + 1] = {0, 24, 12, 8, 6};

/// y[m][n] = constants[n] - row_sums[m] * zero_points[n] + sum over k of x[m][k] w[k][n], modulo 2^32.
struct VnniProduct {
  const uint8_t *streamed;    // [num_vectors, kVnniPitch] uint8
  const int8_t *stationary;   // [num_blocks, num_quads, kVnniColumns, 4] int8
  size_t num_quads;           // depth / 4
  const int32_t *constants;   // [num_blocks * kVnniColumns]
  const int32_t *zero_points; // the same shape, or null: all zero
  const int32_t *row_sums;    // [num_vectors]; not read if zero_points is null
  uint8_t *const *targets;    // [num_vectors] where the results of a vector go: int32, any alignment
  const ptrdiff_t *offsets;   // [num_blocks] bytes from a vector's target to a column block
  bool overwrite;             // else results are added, in order of vectors, then blocks
};

/// One register block: num_blocks 1 to kVnniMaxBlocks, num_vectors 1 to kVnniMaxVectors[num_blocks].
void multiplyVnni(const VnniProduct &product, size_t numVectors, size_t numBlocks);

/// sums[c] = sum over k of w[k][c] for one packed column block.
void sumVnniColumns(const int8_t *stationary, size_t numQuads, int32_t *sums /* [kVnniColumns] */);

/// Sum of `size` packed unsigned bytes.
int32_t sumVnniVector(const uint8_t *streamed, size_t size);

/// A stationary tile and its place in the packed operand.
struct VnniTile {
  const uint8_t *words; // first word of the tile
  size_t word_bytes;
  size_t rows, columns; // that count; the rest is left alone
  uint8_t flip;         // 0x80 turns uint8 into int8 less 128; 0 leaves int8
  int8_t *target;       // [column block][quad][16][4], at the tile's first quad of column block 0
  size_t block_bytes;   // from column block to column block
  size_t first_column;  // of the tile, counted from column block 0
};
/// Words are rows of the tile. Bytes of rows beyond `rows` within the last quad become zero.
void packVnniRows(const VnniTile &tile);
/// Words are columns of the tile. The same.
void packVnniColumns(const VnniTile &tile);

/// Streamed words and their places: vector v, step s goes to target + v * kVnniPitch + s * step_depth.
struct VnniWords {
  const uint8_t *words;
  const MatmulPlan::Vector *vectors;
  size_t num_vectors;
  const MatmulPlan::Step *steps;
  size_t num_steps;
  size_t step_depth;
  uint8_t flip; // 0x80 turns int8 into uint8 plus 128; 0 leaves uint8
  uint8_t *target;
};
/// Each word's first `rows` bytes xor `flip`, then zeros up to the step's depth.
void packVnniWords(const VnniWords &words);

} // namespace lockstep
