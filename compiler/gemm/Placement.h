// Where a schedule's rings lie in the on-chip memories: the planned footprint, to the word.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "compiler/gemm/GemmSchedule.h"
#include "compiler/gemm/Roles.h"
#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

#include <cstdint>

namespace lockstep {

constexpr int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }
constexpr int64_t roundUp(int64_t a, int64_t b) { return ceilDivide(a, b) * b; }

/// `slots` places of `slot_words` words from `base_word` on.
struct Ring {
  int64_t base_word = 0, slot_words = 0, slots = 0;
  int64_t words() const { return slot_words * slots; }
  int64_t endWord() const { return base_word + words(); }
};

/// Sizes that follow from roles and machine.
struct TileShape {
  TileShape(const GemmProblem &problem, const GemmRoles &roles, const Parameters &parameters);

  int64_t rows, columns, vector_bytes; // R, C, V
  int64_t stationary_pitch;            // words from tile to tile: its words, rounded up to the loader's width
  int64_t output_words;                // scratchpad words of an accumulator row, if it is not turned
  int64_t parameter_rows;              // NP: accumulator words of parameters for each block of channels

  int64_t reductionTiles(int64_t reduction) const { return ceilDivide(reduction, rows); }
  int64_t columnTiles(int64_t count) const { return ceilDivide(count, columns); }
  int64_t streamedWords(int64_t streams, int64_t reduction) const {
    return streams * reductionTiles(reduction);
  }
  int64_t stationaryWords(int64_t count, int64_t reduction) const {
    return columnTiles(count) * reductionTiles(reduction) * stationary_pitch;
  }
  int64_t accumulatorWords(int64_t streams, int64_t count) const { return streams * columnTiles(count); }
  int64_t outputWords(int64_t streams, int64_t count, bool turned) const {
    return turned ? columnTiles(count) * columns * ceilDivide(streams, vector_bytes)
                  : streams * columnTiles(count) * output_words;
  }
  int64_t parameterWords(int64_t channels) const { return ceilDivide(channels, columns) * parameter_rows; }
};

/// Operand rings lie in disjoint banks (matmul_c8, matmul_c9), the output in banks that load does not write,
/// each accumulator slot and the parameters in whole banks of their own (race_c2).
struct Placement {
  Ring streamed, stationary, output;                   // scratchpad
  Ring accumulator, parameters;                        // accumulator
  int64_t scratchpad_banks = 0, accumulator_banks = 0; // used
  int64_t scratchpad_words = 0, accumulator_words = 0; // used, without the gaps up to whole banks
};

/// Errors (Usage): the schedule does not fit into the machine, and by how much; or late_output is impossible.
Result<Placement> placeGemm(const GemmProblem &problem, const GemmRoles &roles, const GemmSchedule &schedule,
                            const Parameters &parameters);

} // namespace lockstep
