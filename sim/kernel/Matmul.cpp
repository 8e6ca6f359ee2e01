#include "sim/kernel/Matmul.h"

#include <algorithm>

namespace lockstep {

namespace {

/// Parts of at most `limit`, as equal as possible: calls visit(first, count).
template <typename Visit> void forBalancedParts(size_t total, size_t limit, const Visit &visit) {
  size_t parts = (total + limit - 1) / limit;
  for (size_t part = 0, first = 0; part < parts; ++part) {
    size_t end = total * (part + 1) / parts;
    visit(first, end - first);
    first = end;
  }
}

} // namespace

Multiplier::Multiplier(const ArrayShape &arrayShape, KernelIsa isa)
    : shape(arrayShape), panel(makePanel(arrayShape, isa)) {}

/// One part of the reduction. Packed stationary tiles stay from one part of the vectors to the next if they all fit.
void Multiplier::executeSteps(PanelBlock block) {
  size_t tilesPerBlock = std::max<size_t>(1, kBlockColumns / shape.columns);
  bool allTilesFit = plan.column_tiles.size() <= tilesPerBlock;
  forBalancedParts(plan.vectors.size(), kBlockVectors, [&](size_t firstVector, size_t numVectors) {
    block.vectors = plan.vectors.data() + firstVector;
    block.num_vectors = numVectors;
    panel->packStreamed(block);
    forBalancedParts(plan.column_tiles.size(), tilesPerBlock, [&](size_t firstTile, size_t numTiles) {
      block.column_tiles = plan.column_tiles.data() + firstTile;
      block.num_column_tiles = numTiles;
      if (!allTilesFit || firstVector == 0)
        panel->packStationary(block);
      panel->multiply(block);
    });
  });
}

void Multiplier::executeGroup(const MatmulInstruction &matmul, PanelBlock block) {
  size_t stepsPerBlock = std::max<size_t>(1, kBlockDepth / stepDepth(shape.rows));
  forBalancedParts(plan.steps.size(), stepsPerBlock, [&](size_t firstStep, size_t numSteps) {
    block.steps = plan.steps.data() + firstStep;
    block.num_steps = numSteps;
    block.overwrite = !matmul.accumulate && firstStep == 0;
    executeSteps(block);
  });
}

void Multiplier::executePlan(const MatmulInstruction &matmul, const uint8_t *scratchpad, uint8_t *accumulator) {
  int64_t wordBytes = static_cast<int64_t>(shape.vector_bytes);
  panel->begin(matmul);
  for (const MatmulPlan::Group &group : plan.groups) {
    PanelBlock block;
    block.streamed = scratchpad + (static_cast<int64_t>(matmul.streamed_address) + group.streamed) * wordBytes;
    block.stationary = scratchpad + (static_cast<int64_t>(matmul.stationary_address) +
                                     group.tile * static_cast<int64_t>(matmul.stationary_stride)) * wordBytes;
    block.accumulator = accumulator + (static_cast<int64_t>(matmul.accumulator_address) + group.accumulator) * 4 *
                                          static_cast<int64_t>(shape.columns);
    executeGroup(matmul, block);
  }
}

bool Multiplier::execute(const MatmulInstruction &matmul, const uint8_t *scratchpad, uint8_t *accumulator) {
  if (!matmulIsPossible(matmul, shape))
    return false;
  if (plan.build(matmul, shape))
    executePlan(matmul, scratchpad, accumulator);
  else
    multiplyInOrder(matmul, shape, scratchpad, accumulator);
  return true;
}

} // namespace lockstep
