// How long an instruction keeps its unit at the very least.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

namespace lockstep {

/// A lower bound of the cycles between start and finish, without memory and pipelines: words that load and
/// fill form, vectors that matmul streams, rows that the vector unit issues and table entries that it reads,
/// words that store reads (one of each in a cycle at most, and no row faster than its words). Up to 2^80.
/// Zero for sync and the sequencer's own instructions. The instruction is resolved and legal.
__int128 leastCycles(const Instruction &resolved, const Parameters &parameters);

} // namespace lockstep
