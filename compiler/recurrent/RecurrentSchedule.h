// All decisions about a recurrent layer.
#pragma once

#include "compiler/recurrent/RecurrentShape.h"

#include <cstdint>

namespace lockstep {

/// Words [first, first + words) of an on-chip memory.
struct WordRange {
  int64_t first = 0, words = 0;
  int64_t end() const { return first + words; }
};

/// The batch runs in groups of rows, each through all steps; the blocks of a step run in chunks: the matrix
/// unit works on one chunk while the vector unit works on the chunk before.
struct RecurrentSchedule {
  RecurrentShape shape;

  // batch: groups of `rows` rows; the last one may repeat rows of the one before
  int64_t rows = 1, groups = 1;
  // blocks: `chunks` chunks of chunk_blocks, the last one of last_blocks
  int64_t chunk_blocks = 1, chunks = 1, last_blocks = 1;

  // weights: of each gate's block the first resident_tiles stay, the rest comes through a ring in every
  // step. All slots have the same words, in memory too: the load that runs so many slots ahead is the same
  // everywhere
  int64_t resident_tiles = 0; // 0 to shape.blocks
  /// A slot of the ring holds a gate's streamed tiles of a whole chunk; else of one block, cut into parts.
  bool whole_slots = false;
  int64_t parts = 1;
  int64_t slot_words = 0, ring_slots = 0, slots_ahead = 0; // ring_slots 0: everything is resident
  bool parameters_resident = true; // else they come with the projected inputs, chunk by chunk
  bool follows_first_step = true;  // resident weights arrive in the course of the first step
  bool cells_in_memory = false;    // an LSTM's cells come with the inputs and leave with the outputs
  bool tables_first = false; // the tables' staging place lies where other things go: they are read before

  // scratchpad
  int64_t x_slots = 2, out_slots = 2, mask_slots = 0;
  int64_t x_slot_words = 0, out_slot_words = 0, y_h_offset = 0, y_c_offset = 0;
  WordRange out, cells, planes, reset_planes, x, masks, identity, resident_weights, ring;
  // accumulator
  int64_t slot_stride = 0; // between the two slots of a chunk's sums
  int64_t parameter_slot_words = 0;
  WordRange sums, temporaries, parameters;

  uint64_t predicted_cycles = 0;

  int64_t chunkRows() const { return rows * chunk_blocks; } // rows of lanes of a gate in a chunk
  int64_t blocksOf(int64_t chunk) const { return chunk + 1 == chunks ? last_blocks : chunk_blocks; }
  int64_t streamedTiles() const { return shape.blocks - resident_tiles; } // of a gate's block
  bool streams() const { return ring_slots > 0; }
  bool holdsWeights() const { return resident_weights.words > 0; }
  int64_t partTiles() const { return ceilDivide(streamedTiles(), parts); }
  /// Parts of a gate's block that are not empty.
  int64_t partCount() const {
    return !streams() ? 0 : whole_slots ? 1 : ceilDivide(streamedTiles(), partTiles());
  }
  /// Slots of a gate, of all gates of a phase, of so many blocks.
  int64_t gateSlots(int64_t blockCount) const { return partCount() * (whole_slots ? 1 : blockCount); }
  int64_t phaseSlots(const RecurrentPhase &phase, int64_t blockCount) const {
    return phase.gates * gateSlots(blockCount);
  }
  int64_t slotsPerStep() const;
  int64_t cellWords(int64_t blockCount) const { return rows * blockCount * shape.half_words; }
};

/// Where the constants stand, in bytes from their begin.
struct ConstantLayout {
  int64_t identity = 0, tables = 0, parameters = 0, resident = 0, streamed = 0, bytes = 0;
  int64_t parameter_bytes = 0, resident_bytes = 0, streamed_bytes = 0;
};
ConstantLayout layOutConstants(const RecurrentSchedule &schedule, const Parameters &parameters);

} // namespace lockstep
