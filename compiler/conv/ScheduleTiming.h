// How long a layer's instructions take.
#pragma once

#include "compiler/conv/ConvScheduler.h"

#include <optional>

namespace lockstep {

/// Tensors far apart; where exactly does not matter to `fixed` memory.
ConvAddresses distantAddresses(const ConvProblem &problem);

/// Cycles of the code with a halt behind it; none if some instruction's fields cannot hold their values, or
/// if it takes more than a little above `best`.
std::optional<uint64_t> timedCycles(std::vector<Instruction> code, const Parameters &parameters,
                                    uint64_t best);

} // namespace lockstep
