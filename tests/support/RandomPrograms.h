// Random legal, race-free programs for random machines: what SystemC, RTL and golden executor are compared
// on.
#pragma once

#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"
#include "tests/support/Random.h"

#include <cstdint>

namespace lockstep {

/// A legal machine of at most 256 PEs; the same seed gives the same machine.
Parameters randomParameters(uint64_t seed);

struct RandomProgramOptions {
  unsigned instructions = 24; // of units in the text, synchronization not counted
  unsigned max_loop_count = 4;
  unsigned max_iterations = 24; // of all loops around an instruction together
};

/// A program that `checkProgram` accepts: all instruction types, loops around registers and rings, arguments,
/// semaphores between all units, misaligned rows, ragged tiles, strides of either sign and zero, data with
/// extremes. The same parameters, seed and options give the same program.
Program randomProgram(const Parameters &parameters, uint64_t seed, const RandomProgramOptions &options = {});

} // namespace lockstep
