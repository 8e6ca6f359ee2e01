// Packed as 16-bit values less their zero points: pairs of products fit 32 bits exactly, so no correction is
// needed.
#include "hw/numbers/Numbers.h"
#include "sim/kernel/MatmulPanel.h"
#include "sim/kernel/PairKernel.h"

#include <cstring>

namespace lockstep {

namespace {

class PairPanel : public MatmulPanel {
public:
  PairPanel(const ArrayShape &arrayShape, PairKernel pairKernel)
      : shape(arrayShape), kernel(pairKernel), stationary(kBlockDepth * kBlockColumns),
        streamed(kBlockDepth * kBlockVectors), sums(kBlockVectors * kBlockColumns) {}

  void begin(const MatmulInstruction &matmul) override {
    m = matmul;
    for (int32_t byte = 0; byte < 256; ++byte) {
      streamedValue[byte] = operand(byte, m.streamed_type, m.streamed_zero_point);
      stationaryValue[byte] = operand(byte, m.stationary_type, m.stationary_zero_point);
    }
  }

  void packStationary(const PanelBlock &block) override {
    std::memset(stationary.data(), 0, depthOf(block) * widthOf(block) * sizeof(int16_t));
    for (size_t n = 0; n < block.num_column_tiles; ++n)
      for (size_t s = 0; s < block.num_steps; ++s)
        packTile(block, block.column_tiles[n], block.steps[s], s * stepDepth(shape.rows), n * shape.columns);
  }

  void packStreamed(const PanelBlock &block) override {
    size_t depth = depthOf(block);
    for (size_t v = 0; v < block.num_vectors; ++v)
      for (size_t s = 0; s < block.num_steps; ++s)
        packWord(block.streamed + block.vectors[v].streamed + block.steps[s].streamed, block.steps[s].rows,
                 streamed.data() + v * depth + s * stepDepth(shape.rows));
  }

  void multiply(const PanelBlock &block) override {
    kernel({streamed.data(), stationary.data(), sums.data(), block.num_vectors, depthOf(block) / 2,
            widthOf(block)});
    for (size_t v = 0; v < block.num_vectors; ++v)
      for (size_t n = 0; n < block.num_column_tiles; ++n)
        deliver(block, v, n);
  }

private:
  static int16_t operand(int32_t byte, uint64_t type, int64_t zeroPoint) {
    return static_cast<int16_t>(readOperand(static_cast<uint8_t>(byte), static_cast<ElementType>(type),
                                            static_cast<int32_t>(zeroPoint)));
  }
  size_t depthOf(const PanelBlock &block) const { return block.num_steps * stepDepth(shape.rows); }
  size_t widthOf(const PanelBlock &block) const {
    return (block.num_column_tiles * shape.columns + kPairColumns - 1) / kPairColumns * kPairColumns;
  }

  void packTile(const PanelBlock &block, const MatmulPlan::ColumnTile &tile, const MatmulPlan::Step &step,
                size_t depth0, size_t column0) {
    const uint8_t *words = block.stationary + tile.stationary + step.stationary;
    size_t depth = depthOf(block);
    for (size_t r = 0; r < step.rows; ++r)
      for (size_t c = 0; c < tile.columns; ++c) {
        uint8_t byte =
            m.transpose_stationary ? words[c * shape.vector_bytes + r] : words[r * shape.vector_bytes + c];
        stationary[pairIndex(depth / 2, depth0 + r, column0 + c)] = stationaryValue[byte];
      }
  }

  /// What lies beyond `rows` meets zeros of the stationary operand.
  void packWord(const uint8_t *word, size_t rows, int16_t *target) {
    for (size_t r = 0; r < rows; ++r)
      target[r] = streamedValue[word[r]];
  }

  void deliver(const PanelBlock &block, size_t vector, size_t tile) {
    uint8_t *target =
        block.accumulator + block.vectors[vector].accumulator + block.column_tiles[tile].accumulator;
    const uint32_t *source = sums.data() + vector * widthOf(block) + tile * shape.columns;
    uint32_t row[128];
    if (block.overwrite)
      std::memset(row, 0, 4 * shape.columns);
    else
      std::memcpy(row, target, 4 * shape.columns);
    for (size_t c = 0; c < shape.columns; ++c)
      row[c] += source[c];
    std::memcpy(target, row, 4 * shape.columns);
  }

  ArrayShape shape;
  PairKernel kernel;
  MatmulInstruction m;
  int16_t streamedValue[256] = {}, stationaryValue[256] = {};
  std::vector<int16_t> stationary; // [width / kPairColumns, depth / 2, kPairColumns, 2]
  std::vector<int16_t> streamed;   // [num_vectors, depth]
  std::vector<uint32_t> sums;      // [num_vectors, width]
};

} // namespace

std::unique_ptr<MatmulPanel> makePairPanel(const ArrayShape &shape, bool avx2) {
#if defined(__x86_64__)
  if (avx2)
    return std::make_unique<PairPanel>(shape, multiplyPairsAvx2);
#endif
  (void)avx2;
  return std::make_unique<PairPanel>(shape, multiplyPairsPlain);
}

std::unique_ptr<MatmulPanel> makePanel(const ArrayShape &shape, KernelIsa isa) {
#if defined(__x86_64__)
  if (isa == KernelIsa::Avx512Vnni)
    return makeVnniPanel(shape);
#endif
  return makePairPanel(shape, isa == KernelIsa::Avx2);
}

} // namespace lockstep
