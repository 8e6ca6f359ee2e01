// Machines for lockstep tests beside the named configurations.
#pragma once

#include "hw/machine/Parameters.h"

#include <vector>

namespace lockstep {

/// A legal machine with an array of `rows` x `columns`, small memories, and everything else in proportion.
Parameters oddMachine(int64_t rows, int64_t columns);

} // namespace lockstep
