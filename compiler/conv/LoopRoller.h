// Straight-line code with hardware loops where it repeats itself.
#pragma once

#include "compiler/gemm/Placement.h"
#include "hw/isa/Instruction.h"

#include <vector>

namespace lockstep {

/// The rings that the code's local addresses point into; other addresses have to repeat as they are.
struct CodeRings {
  std::vector<Ring> scratchpad, accumulator;
};

/// Code that dispatches the same resolved instructions in the same order. A stretch becomes a loop if from
/// one repetition to the next each external address moves by the same number of bytes and each place in a
/// ring by the same number of slots. Registers are set before each loop that uses them. Deterministic.
std::vector<Instruction> rollLoops(const std::vector<Instruction> &code, const CodeRings &rings);

} // namespace lockstep
