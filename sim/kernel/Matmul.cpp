#include "sim/kernel/Matmul.h"

#include "sim/kernel/FewVectors.h"

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
    : shape(arrayShape), panel(makePanel(arrayShape, isa)), has_vnni(isa == KernelIsa::Avx512Vnni) {}

/// One part of the reduction. Packed stationary tiles stay from one part of the vectors to the next if they
/// all fit.
void Multiplier::executeSteps(const MatmulPlan &plan, PanelBlock block) {
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

void Multiplier::executeGroup(const MatmulPlan &plan, const MatmulInstruction &matmul, PanelBlock block) {
  size_t stepsPerBlock = std::max<size_t>(1, kBlockDepth / stepDepth(shape.rows));
  forBalancedParts(plan.steps.size(), stepsPerBlock, [&](size_t firstStep, size_t numSteps) {
    block.steps = plan.steps.data() + firstStep;
    block.num_steps = numSteps;
    block.overwrite = !matmul.accumulate && firstStep == 0;
    executeSteps(plan, block);
  });
}

void Multiplier::executePlan(const MatmulPlan &plan, const MatmulInstruction &matmul, PanelBlock block) {
  const PanelBlock first = block;
  panel->begin(matmul);
  for (const MatmulPlan::Group &group : plan.groups) {
    block.streamed = first.streamed + group.streamed;
    block.stationary = first.stationary + group.stationary;
    block.accumulator = first.accumulator + group.accumulator;
    executeGroup(plan, matmul, block);
  }
}

bool Multiplier::execute(const MatmulInstruction &matmul, const uint8_t *scratchpad, uint8_t *accumulator) {
  if (!matmulIsPossible(matmul, shape))
    return false;
  const MatmulPlan *plan = plans.planFor(matmul, shape);
  if (!plan) {
    multiplyInOrder(matmul, shape, scratchpad, accumulator);
    return true;
  }
  PanelBlock block;
  block.streamed = scratchpad + matmul.streamed_address * shape.vector_bytes;
  block.stationary = scratchpad + matmul.stationary_address * shape.vector_bytes;
  block.accumulator = accumulator + matmul.accumulator_address * 4 * shape.columns;
  if (has_vnni && hasFewVectors(*plan, matmul, shape))
    multiplyFewVectors(*plan, matmul, shape, block);
  else
    executePlan(*plan, matmul, block);
  return true;
}

} // namespace lockstep
