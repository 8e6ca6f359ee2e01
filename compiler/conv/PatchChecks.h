// Does a patch schedule belong to a problem and a machine?
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/conv/ConvSchedule.h"
#include "hw/machine/Parameters.h"

namespace lockstep {

/// Blocks add up, residencies and slots are possible; whether it fits is placePatch's question. Errors
/// (Usage).
Status checkPatchSchedule(const ConvProblem &problem, const PatchSchedule &schedule,
                          const Parameters &parameters);

} // namespace lockstep
