// The bytes on the chip.
#pragma once

#include <cstdint>
#include <vector>

namespace lockstep {

constexpr int kTableEntries = 513;

/// On-chip contents after a run, for comparison; empty in a timing-only run.
struct OnChipState {
  std::vector<uint8_t> scratchpad;  // [scratchpad_words, V] int8
  std::vector<uint8_t> accumulator; // [accumulator_words, C] int32, little-endian
  std::vector<int16_t> tables;      // [vector_tables, kTableEntries]
};

} // namespace lockstep
