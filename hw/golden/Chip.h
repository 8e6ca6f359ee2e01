// The two on-chip memories by words and lanes.
#pragma once

#include "hw/golden/OnChipState.h"
#include "hw/machine/Parameters.h"

#include <cstdint>
#include <cstring>

namespace lockstep {

/// A view of an OnChipState that has the sizes of the machine. Instructions are legal, so every word exists.
class Chip {
public:
  Chip(const Parameters &parameters, OnChipState &state)
      : R(parameters.array_rows), C(parameters.array_columns), V(parameters.vectorBytes()), state(state) {}

  const int64_t R, C, V;

  uint8_t *scratchpadWord(int64_t word) { return state.scratchpad.data() + word * V; }
  uint8_t *accumulatorWord(int64_t word) { return state.accumulator.data() + word * 4 * C; }
  /// Bytes of a word of the memory that load and fill name: 0 scratchpad, 1 accumulator.
  int64_t wordBytes(uint64_t memory) const { return memory ? 4 * C : V; }
  uint8_t *word(uint64_t memory, int64_t index) {
    return memory ? accumulatorWord(index) : scratchpadWord(index);
  }

  int32_t lane(int64_t word, int64_t c) {
    int32_t value;
    std::memcpy(&value, accumulatorWord(word) + 4 * c, 4);
    return value;
  }
  void setLane(int64_t word, int64_t c, int32_t value) {
    std::memcpy(accumulatorWord(word) + 4 * c, &value, 4);
  }

  /// [kTableEntries]
  int16_t *table(uint64_t index) { return state.tables.data() + index * kTableEntries; }

private:
  OnChipState &state;
};

} // namespace lockstep
