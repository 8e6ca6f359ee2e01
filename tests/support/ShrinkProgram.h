// A smaller program that still fails, for a message that people can read.
#pragma once

#include "hw/program/Program.h"

#include <functional>

namespace lockstep {

/// Leaves out instructions and semaphores, unwinds loops and reduces fields for as long as the program stays
/// legal and free of races and `stillFails` holds. `stillFails` is called at most `mostTrials` times, only
/// with legal programs; it has to hold for `program` itself.
Program shrinkProgram(const Program &program, const std::function<bool(const Program &)> &stillFails,
                      unsigned mostTrials = 2000);

} // namespace lockstep
