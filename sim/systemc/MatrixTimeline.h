// When the tiles of matmul instructions are loaded and streamed (manual, "Matrix unit", "Time").
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <cstdint>

namespace lockstep {

/// Follows the loader and the stream through all instructions of a run. Cost per instruction does not grow
/// with its tiles: once a repetition only shifts the state, the rest of the repetitions shift it alike.
class MatrixTimeline {
public:
  MatrixTimeline() = default;
  /// `spareBuffers` is 1; the deliberate fault takes 2.
  explicit MatrixTimeline(const Parameters &parameters, unsigned spareBuffers = 1);

  /// Runs all tiles of an instruction that starts in `start`. Counts and last_rows, last_columns are at
  /// least 1.
  void run(const MatmulInstruction &instruction, uint64_t start);

  /// First cycle in which the loader is free after the last instruction.
  uint64_t loaderFree() const { return state.loader_free; }
  /// First cycle after the last vector's read (e + 1 of the last tile).
  uint64_t streamFree() const { return state.stream_free; }

private:
  /// Each the first cycle in which something may happen again; all move together when time is shifted.
  struct State {
    uint64_t loader_free = 0;     // T + L of the latest tile
    uint64_t stream_free = 0;     // e + 1 of the latest tile
    uint64_t buffer_free = 0;     // e + 1 of the tile before it
    uint64_t old_buffer_free = 0; // used by the deliberate fault only
  };
  struct Repetition {
    uint64_t load_cycles, last_load_cycles; // L of the inner tiles, and of the last one
    uint64_t inner;                         // tiles, the last one included
  };

  void tile(uint64_t loadCycles);
  void tiles(uint64_t loadCycles, uint64_t count);
  void period(const Repetition &repetition);
  void periods(const Repetition &repetition, uint64_t count);
  /// If `before` to now was a mere shift that `remaining` repetitions will repeat: repeats it at once.
  bool skip(const State &before, uint64_t remaining);
  uint64_t loadCycles(uint64_t words) const { return (words + words_per_cycle - 1) / words_per_cycle; }

  State state;
  uint64_t rows = 1, columns = 1, words_per_cycle = 1;
  unsigned spare_buffers = 1;
  uint64_t earliest = 0;      // start + 1 of the instruction
  uint64_t stream_cycles = 1; // S
};

/// Multiply-accumulates of the instruction's valid rows and columns.
uint64_t countMacs(const MatmulInstruction &instruction, const Parameters &parameters);

} // namespace lockstep
