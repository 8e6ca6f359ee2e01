// One cache-sized block of a matmul instruction: operands are packed once, multiplied in registers, and the
// accumulator's words are touched once.
#pragma once

#include "sim/kernel/Kernel.h"
#include "sim/kernel/MatmulPlan.h"

#include <memory>

namespace lockstep {

// Limits of a block: a packed block of either operand stays within the second-level cache.
constexpr size_t kBlockDepth = 1024;  // bytes of a reduction, each step rounded up to kDepthAlignment
constexpr size_t kBlockColumns = 256; // of the accumulator, over all column tiles
constexpr size_t kBlockVectors = 256;
constexpr size_t kDepthAlignment = 4;

/// What one call works on; pointers to the words that the lists' offsets are relative to.
struct PanelBlock {
  const uint8_t *streamed = nullptr;
  const uint8_t *stationary = nullptr;
  uint8_t *accumulator = nullptr;
  const MatmulPlan::Vector *vectors = nullptr;
  size_t num_vectors = 0; // 1 to kBlockVectors
  const MatmulPlan::Step *steps = nullptr;
  size_t num_steps = 0; // num_steps * depth of a step is at most kBlockDepth
  const MatmulPlan::ColumnTile *column_tiles = nullptr;
  size_t num_column_tiles = 0; // num_column_tiles * C is at most kBlockColumns
  bool overwrite = false;      // else results are added
};

/// Bytes of a packed step.
inline size_t stepDepth(size_t rows) {
  return (rows + kDepthAlignment - 1) / kDepthAlignment * kDepthAlignment;
}

/// begin() once per instruction, then for each block packStationary(), packStreamed() (either may stay from
/// the block before if its inputs are the same) and multiply().
class MatmulPanel {
public:
  virtual ~MatmulPanel() = default;
  virtual void begin(const MatmulInstruction &matmul) = 0;
  virtual void packStationary(const PanelBlock &block) = 0;
  virtual void packStreamed(const PanelBlock &block) = 0;
  virtual void multiply(const PanelBlock &block) = 0;
};

/// 16-bit pairs, plain C++ or AVX2: exact on every processor.
std::unique_ptr<MatmulPanel> makePairPanel(const ArrayShape &shape, bool avx2);
/// Bytes by vpdpbusd, which adds four products without saturation.
std::unique_ptr<MatmulPanel> makeVnniPanel(const ArrayShape &shape);
std::unique_ptr<MatmulPanel> makePanel(const ArrayShape &shape, KernelIsa isa);

} // namespace lockstep
