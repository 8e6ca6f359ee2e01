// Who knows of whose finishes.
#pragma once

#include "hw/isa/Instruction.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace lockstep {

/// For each unit, how many of its instructions are known to have finished. A unit's instructions finish in
/// order, so one number says it all.
using VectorClock = std::array<uint64_t, kNumQueuedUnits>;

inline void join(VectorClock &clock, const VectorClock &other) {
  for (unsigned unit = 0; unit < kNumQueuedUnits; ++unit)
    clock[unit] = std::max(clock[unit], other[unit]);
}

/// An instruction as checks and their messages name it.
struct InstructionPoint {
  Unit unit = Unit::Load;
  uint64_t index = 0;  // in the program
  uint64_t number = 0; // 1, 2, ... among the instructions of its unit, in program order
};

} // namespace lockstep
