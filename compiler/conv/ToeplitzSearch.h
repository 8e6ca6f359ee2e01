// The best Toeplitz schedule.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/conv/ConvSchedule.h"
#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

namespace lockstep {

/// predicted_cycles is set. Deterministic. Errors (Usage): checkToeplitzMapping's, or nothing fits.
Result<ConvSchedule> searchToeplitz(const ConvProblem &problem, const Parameters &parameters);

} // namespace lockstep
