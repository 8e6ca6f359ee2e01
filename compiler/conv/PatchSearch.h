// The best patch schedule: every candidate is estimated, the best ones are timed as programs.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/conv/ConvSchedule.h"
#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

namespace lockstep {

/// predicted_cycles is set. Deterministic. Errors (Usage): nothing fits into the machine's memories.
Result<ConvSchedule> searchPatch(const ConvProblem &problem, const Parameters &parameters);

/// Into how few groups the problem's groups should merge, so that the array has least to do.
int64_t mergedGroups(const ConvProblem &problem, const Parameters &parameters);

} // namespace lockstep
