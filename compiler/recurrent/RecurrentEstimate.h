// What a schedule costs, by formula.
#pragma once

#include "compiler/recurrent/RecurrentSchedule.h"

namespace lockstep {

/// Cycles of the whole layer: steps bound by array, read port or vector unit, with the part of a step's end
/// that nothing overlaps.
uint64_t estimateCycles(const RecurrentProblem &problem, const Parameters &parameters,
                        const RecurrentSchedule &schedule);

} // namespace lockstep
