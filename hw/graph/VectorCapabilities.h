// What the vector unit can do.
#pragma once

#include "hw/graph/ArchitectureGraph.h"

namespace lockstep {

/// requantize to bytes and to int16, add_bias, elementwise and reduce for every combination of the memories
/// that operands and results may lie in, table.
std::vector<Capability> vectorCapabilities(const Parameters &parameters);

} // namespace lockstep
