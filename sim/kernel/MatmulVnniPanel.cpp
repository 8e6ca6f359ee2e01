// Packed as unsigned streamed and signed stationary bytes, the form that vpdpbusd multiplies.
//
// With x' = x + 128 (int8) or x (uint8) and w' = w (int8) or w - 128 (uint8), and the zero points moved
// alike,
//   sum (x - zx)(w - zw) = sum x' w' - zx' sum w' - zw' sum x' + rows zx' zw'     modulo 2^32,
// so both zero points and both types cost one constant for each column and one sum for each vector.
#include "sim/kernel/MatmulPanel.h"

#if defined(__x86_64__)
#include "sim/kernel/VnniKernel.h"

#include <algorithm>
#include <cstring>

namespace lockstep {

namespace {

static_assert(kBlockDepth <= kVnniPitch, "a packed vector must not reach into the next one");

class VnniPanel : public MatmulPanel {
public:
  explicit VnniPanel(const ArrayShape &arrayShape)
      : shape(arrayShape), stationary(kBlockDepth * kBlockColumns + 64),
        streamed(kVnniPitch * kBlockVectors + 128),
        scattered(shape.columns % kVnniColumns ? kBlockVectors * kBlockColumns : 0) {}

  void begin(const MatmulInstruction &matmul) override {
    m = matmul;
    streamedFlip = m.streamed_type == 0 ? 0x80 : 0;
    stationaryFlip = m.stationary_type == 1 ? 0x80 : 0;
    streamedZero = static_cast<int32_t>(m.streamed_zero_point) + (m.streamed_type == 0 ? 128 : 0);
    stationaryZero = static_cast<int32_t>(m.stationary_zero_point) - (m.stationary_type == 1 ? 128 : 0);
  }

  void packStationary(const PanelBlock &block) override {
    size_t blockBytes = depthOf(block) * kVnniColumns;
    if (leavesGaps(block))
      std::memset(stationaryBytes(), 0, blocksOf(block) * blockBytes);
    for (size_t n = 0; n < block.num_column_tiles; ++n)
      for (size_t s = 0; s < block.num_steps; ++s)
        packTile(block, n, s, blockBytes);
    computeConstants(block);
  }

  void packStreamed(const PanelBlock &block) override {
    packVnniWords({block.streamed, block.vectors, block.num_vectors, block.steps, block.num_steps,
                   stepDepth(shape.rows), streamedFlip, streamed.data()});
    if (stationaryZero != 0)
      for (size_t v = 0; v < block.num_vectors; ++v)
        rowSums[v] = sumVnniVector(streamed.data() + v * kVnniPitch, depthOf(block));
  }

  void multiply(const PanelBlock &block) override {
    bool direct = shape.columns % kVnniColumns == 0;
    if (direct)
      aimAtAccumulator(block);
    else
      aimAtScattered(block);
    multiplyAll(block, direct ? block.overwrite : true);
    if (!direct)
      scatter(block);
  }

private:
  size_t depthOf(const PanelBlock &block) const { return block.num_steps * stepDepth(shape.rows); }
  size_t blocksOf(const PanelBlock &block) const {
    return (block.num_column_tiles * shape.columns + kVnniColumns - 1) / kVnniColumns;
  }
  int8_t *stationaryBytes() { // packed registers do not cross lines
    return reinterpret_cast<int8_t *>((reinterpret_cast<uintptr_t>(stationary.data()) + 63) & ~uintptr_t{63});
  }

  /// Whether packing the tiles leaves bytes of the packed operand unwritten: those must be zero.
  bool leavesGaps(const PanelBlock &block) const {
    bool ragged = block.num_column_tiles * shape.columns % kVnniColumns || shape.rows % kDepthAlignment;
    for (size_t n = 0; n < block.num_column_tiles && !ragged; ++n)
      ragged = block.column_tiles[n].columns < shape.columns;
    for (size_t s = 0; s < block.num_steps && !ragged; ++s)
      ragged = block.steps[s].rows < shape.rows;
    return ragged;
  }

  void packTile(const PanelBlock &block, size_t n, size_t s, size_t blockBytes) {
    VnniTile tile;
    tile.words = block.stationary + block.column_tiles[n].stationary + block.steps[s].stationary;
    tile.word_bytes = shape.vector_bytes;
    tile.rows = block.steps[s].rows;
    tile.columns = block.column_tiles[n].columns;
    tile.flip = stationaryFlip;
    tile.target = stationaryBytes() + s * stepDepth(shape.rows) * kVnniColumns;
    tile.block_bytes = blockBytes;
    tile.first_column = n * shape.columns;
    m.transpose_stationary ? packVnniColumns(tile) : packVnniRows(tile);
  }

  /// Masked columns get the constant and the zero point 0, so that they contribute exactly zero.
  void computeConstants(const PanelBlock &block) {
    size_t depth = depthOf(block), lanes = blocksOf(block) * kVnniColumns;
    if (streamedZero != 0)
      for (size_t b = 0; b < blocksOf(block); ++b)
        sumVnniColumns(stationaryBytes() + b * depth * kVnniColumns, depth / 4, constants + b * kVnniColumns);
    else
      std::fill_n(constants, lanes, 0);
    for (size_t j = 0; j < lanes; ++j)
      constants[j] *= -streamedZero;
    if (stationaryZero != 0)
      addStationaryZero(block, lanes);
  }

  void addStationaryZero(const PanelBlock &block, size_t lanes) {
    int32_t rows = 0;
    for (size_t s = 0; s < block.num_steps; ++s)
      rows += static_cast<int32_t>(block.steps[s].rows);
    std::fill_n(zeroPoints, lanes, 0);
    for (size_t n = 0; n < block.num_column_tiles; ++n)
      for (size_t c = 0; c < block.column_tiles[n].columns; ++c) {
        zeroPoints[n * shape.columns + c] = stationaryZero;
        constants[n * shape.columns + c] += rows * streamedZero * stationaryZero;
      }
  }

  void aimAtAccumulator(const PanelBlock &block) {
    for (size_t v = 0; v < block.num_vectors; ++v)
      targets[v] = block.accumulator + block.vectors[v].accumulator;
    size_t perTile = shape.columns / kVnniColumns;
    for (size_t n = 0, b = 0; n < block.num_column_tiles; ++n)
      for (size_t part = 0; part < perTile; ++part, ++b)
        offsets[b] = block.column_tiles[n].accumulator + static_cast<ptrdiff_t>(part * kVnniColumns * 4);
  }

  void aimAtScattered(const PanelBlock &block) {
    for (size_t v = 0; v < block.num_vectors; ++v)
      targets[v] = reinterpret_cast<uint8_t *>(scattered.data() + v * kBlockColumns);
    for (size_t b = 0; b < blocksOf(block); ++b)
      offsets[b] = static_cast<ptrdiff_t>(b * kVnniColumns * 4);
  }

  /// Groups of column blocks outside, so that their packed bytes stay in the first-level cache over all
  /// vectors.
  void multiplyAll(const PanelBlock &block, bool overwrite) {
    size_t blocks = blocksOf(block), groups = (blocks + kVnniMaxBlocks - 1) / kVnniMaxBlocks;
    for (size_t g = 0, first = 0; g < groups; ++g) {
      size_t end = blocks * (g + 1) / groups;
      multiplyBlocks(block, first, end - first, overwrite);
      first = end;
    }
  }

  void multiplyBlocks(const PanelBlock &block, size_t firstBlock, size_t numBlocks, bool overwrite) {
    size_t depth = depthOf(block);
    size_t parts = (block.num_vectors + kVnniMaxVectors[numBlocks] - 1) / kVnniMaxVectors[numBlocks];
    for (size_t part = 0, first = 0; part < parts; ++part) {
      size_t end = block.num_vectors * (part + 1) / parts;
      VnniProduct product;
      product.streamed = streamed.data() + first * kVnniPitch;
      product.stationary = stationaryBytes() + firstBlock * depth * kVnniColumns;
      product.num_quads = depth / 4;
      product.constants = constants + firstBlock * kVnniColumns;
      product.zero_points = stationaryZero != 0 ? zeroPoints + firstBlock * kVnniColumns : nullptr;
      product.row_sums = rowSums + first;
      product.targets = targets + first;
      product.offsets = offsets + firstBlock;
      product.overwrite = overwrite;
      multiplyVnni(product, end - first, numBlocks);
      first = end;
    }
  }

  /// Column tiles narrower than a register share one: from there to the accumulator words.
  void scatter(const PanelBlock &block) {
    switch (shape.columns) {
    case 4:
      return scatterWords<4>(block);
    case 8:
      return scatterWords<8>(block);
    }
    for (size_t v = 0; v < block.num_vectors; ++v)
      for (size_t n = 0; n < block.num_column_tiles; ++n) {
        const uint32_t *source = scattered.data() + v * kBlockColumns + n * shape.columns;
        uint8_t *target =
            block.accumulator + block.vectors[v].accumulator + block.column_tiles[n].accumulator;
        if (block.overwrite)
          std::memcpy(target, source, 4 * shape.columns);
        else
          addWord(target, source);
      }
  }

  /// A fixed width becomes one vector instruction.
  template <size_t Columns> void scatterWords(const PanelBlock &block) {
    using Word __attribute__((vector_size(4 * Columns))) = uint32_t;
    const MatmulPlan::ColumnTile *tiles = block.column_tiles;
    const size_t numTiles = block.num_column_tiles;
    const bool overwrite = block.overwrite;
    for (size_t v = 0; v < block.num_vectors; ++v) {
      const uint32_t *source = scattered.data() + v * kBlockColumns;
      uint8_t *base = block.accumulator + block.vectors[v].accumulator;
      for (size_t n = 0; n < numTiles; ++n) {
        uint8_t *target = base + tiles[n].accumulator;
        Word sum, old = {};
        std::memcpy(&sum, source + n * Columns, sizeof sum);
        if (!overwrite)
          std::memcpy(&old, target, sizeof old);
        sum += old;
        std::memcpy(target, &sum, sizeof sum);
      }
    }
  }

  void addWord(uint8_t *target, const uint32_t *source) const {
    for (size_t c = 0; c < shape.columns; ++c) {
      uint32_t value;
      std::memcpy(&value, target + 4 * c, sizeof value);
      value += source[c];
      std::memcpy(target + 4 * c, &value, sizeof value);
    }
  }

  ArrayShape shape;
  MatmulInstruction m;
  uint8_t streamedFlip = 0, stationaryFlip = 0;
  int32_t streamedZero = 0, stationaryZero = 0; // zx', zw'
  std::vector<int8_t> stationary;  // [column block, depth / 4, 16, 4], from its first whole line on
  std::vector<uint8_t> streamed;   // [num_vectors, kVnniPitch]
  std::vector<uint32_t> scattered; // [num_vectors, kBlockColumns] if C is no multiple of 16
  alignas(64) int32_t constants[kBlockColumns] = {};
  alignas(64) int32_t zeroPoints[kBlockColumns] = {};
  int32_t rowSums[kBlockVectors] = {};
  uint8_t *targets[kBlockVectors] = {};
  ptrdiff_t offsets[kBlockColumns / kVnniColumns] = {};
};

} // namespace

std::unique_ptr<MatmulPanel> makeVnniPanel(const ArrayShape &shape) {
  return std::make_unique<VnniPanel>(shape);
}

} // namespace lockstep
#endif
