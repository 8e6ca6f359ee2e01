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

  /// Fills the lists in the order of the counters, vectors in the order of their addresses. False if the
  /// instruction has no such form or if the order of its additions matters (accumulator words that recur
  /// while the first tile overwrites): then it must be executed vector by vector. Expects matmulIsPossible().
  bool build(const MatmulInstruction &matmul, const ArrayShape &shape);
};

/// The plans of the latest instructions: programs repeat instructions that differ in their addresses only,
/// and building the lists would cost as much as a small product.
class MatmulPlanCache {
public:
  /// Null if MatmulPlan::build() is false. Valid until the next call.
  const MatmulPlan *planFor(const MatmulInstruction &matmul, const ArrayShape &shape);

private:
  static constexpr size_t kEntries = 16;
  struct Entry {
    MatmulInstruction key; // with the fields that a plan does not depend on cleared
    bool possible = false;
    size_t successor = 0; // the entry that was asked for after this one
    MatmulPlan plan;
  };
  size_t entryFor(const MatmulInstruction &key, const ArrayShape &shape);

  std::vector<Entry> entries;
  size_t latest = 0, oldest = 0;
};

} // namespace lockstep
