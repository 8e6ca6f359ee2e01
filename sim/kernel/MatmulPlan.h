// A matmul instruction's six nested counters, sorted by what they do to streamed, stationary and accumulator
// words.
#pragma once

#include "hw/isa/Instruction.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep {

/// The machine's shape, as far as values depend on it.
struct ArrayShape {
  size_t rows = 0;         // R
  size_t columns = 0;      // C
  size_t vector_bytes = 0; // V
  uint64_t scratchpad_words = 0;
  uint64_t accumulator_words = 0;
};

/// Whether all words lie in their memories and counts, types and masks are possible.
bool matmulIsPossible(const MatmulInstruction &matmul, const ArrayShape &shape);

/// y[group, column tile, vector] (+)= sum over steps of x[group, step, vector] W[group, column tile, step].
/// All members are sums of the instruction's strides in bytes, relative to the instruction's three addresses.
struct MatmulPlan {
  struct Step { // of a reduction: a tile level that leaves the accumulator word alone
    int64_t streamed;
    int64_t stationary;
    size_t rows;
  };
  struct ColumnTile { // a tile level that moves the accumulator word only: all share the streamed words
    int64_t accumulator;
    int64_t stationary;
    size_t columns;
  };
  struct Group { // a tile level that moves both
    int64_t streamed;
    int64_t accumulator;
    int64_t stationary;
  };
  struct Vector {
    int64_t streamed;
    int64_t accumulator;
  };
  std::vector<Step> steps;
  std::vector<ColumnTile> column_tiles;
  std::vector<Group> groups;
  std::vector<Vector> vectors;

  /// Fills the lists in the order of the counters. False if the instruction has no such form or if the order
  /// of its additions matters (accumulator words that recur while the first tile overwrites): then it must be
  /// executed vector by vector. Expects matmulIsPossible().
  bool build(const MatmulInstruction &matmul, const ArrayShape &shape);
};

/// The plan of the latest instruction: programs repeat instructions that differ in their addresses only, and
/// building the lists would cost as much as a small product.
class MatmulPlanCache {
public:
  /// Null if MatmulPlan::build() is false.
  const MatmulPlan *planFor(const MatmulInstruction &matmul, const ArrayShape &shape);

private:
  MatmulInstruction key; // with the fields that a plan does not depend on cleared
  bool valid = false, possible = false;
  MatmulPlan plan;
};

} // namespace lockstep
