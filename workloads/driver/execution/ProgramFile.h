// Programs that a user names on the command line.
#pragma once

#include "hw/program/Program.h"

namespace lockstep {

/// readProgram, but a file that is not there is the user's mistake (Usage), not the system's.
Result<Program> loadProgramFile(const std::string &file);

} // namespace lockstep
