// A recurrent layer as a machine sees it: blocks of hidden units, phases of a step, words and bytes of each
// thing.
#pragma once

#include "compiler/gemm/Placement.h"
#include "compiler/recurrent/RecurrentProblem.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// A part of a step whose matrix products need nothing of each other. A GRU whose reset gate works before the
/// product has two: update and reset gate, then the candidate from the reset state.
struct RecurrentPhase {
  int64_t first_gate = 0, gates = 0;
  bool from_reset = false; // streams q = r h instead of h
  bool hands_h = false;    // the matrix unit hands the old state to the vector unit
  bool makes_state = true; // ends with the new state
};

/// A block is D = min(R, C) hidden units: the lanes of a row that mean something.
struct RecurrentShape {
  int64_t unit = 0;         // D
  int64_t blocks = 0;       // of the outputs of a gate, and slices of its reduction: ceil(hidden / D)
  int64_t gates = 0;        // G
  int64_t passes = 0;       // words of a row of the state: 2, or 1 as int8
  int64_t last_units = 0;   // hidden units of the last block
  int64_t half_words = 0;   // scratchpad words of a row of int16
  int64_t output_words = 0; // of a row of the output
  int64_t output_bytes = 0; // of an element of the output
  int64_t tile_words = 0;   // from tile to tile
  int64_t vector_bytes = 0;
  int64_t tables = 0;      // 513 entries each
  int64_t table_words = 0; // scratchpad words of each
  int64_t peephole_rows = 0;
  bool dense_halves = false; // int16 rows of neighbouring blocks are one row of bytes
  bool masked = false;
  std::vector<RecurrentPhase> phases;

  /// Rows of int32 parameters for each block: biases, multipliers, peepholes.
  int64_t parameterRows(const RecurrentPhase &phase) const { return 2 * phase.gates + peephole_rows; }
  /// Tiles that hand one block of the state over: the factor 256 of an int8 state is four times 64.
  int64_t identityTiles() const { return passes == 2 ? 1 : 4; }
  /// Gates' rows of an accumulator slot, the handed state included.
  int64_t slotGates(const RecurrentPhase &phase) const { return phase.gates + phase.hands_h; }
  bool handsState() const;
  int64_t parameterRowsOfBlock() const;                        // of all phases
  int64_t units(int64_t firstBlock, int64_t blockCount) const; // hidden units of these blocks
};

/// Expects checkRecurrentProblem().
RecurrentShape shapeOf(const RecurrentProblem &problem, const Parameters &parameters);

} // namespace lockstep
