// Programs with damage: bits flipped, fields at extremes.
#pragma once

#include "hw/program/Program.h"
#include "tests/support/Random.h"

namespace lockstep {

/// One to three random changes to the instructions: a flipped bit anywhere, or a field set to its largest,
/// smallest, middle or a random value. The result may be anything but ill-formed as a file.
Program corruptProgram(const Program &program, Random &random);

} // namespace lockstep
