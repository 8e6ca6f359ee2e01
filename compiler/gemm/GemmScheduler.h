// The GEMM scheduler: from shapes and a machine to a schedule, and from a schedule to a program.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "compiler/gemm/GemmSchedule.h"
#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <cstddef>
#include <vector>

namespace lockstep {

/// Cycles below which no schedule can go:
/// max(ceil(m n k / (rows columns)), ceil((m k + k n) / read bytes per cycle), ceil(output bytes / write
/// bytes per cycle)).
uint64_t boundCycles(const GemmProblem &problem, const Parameters &parameters);

/// The best schedule by the cost model. Deterministic. Errors (Usage): an impossible problem, or no schedule
/// fits into the machine's memories.
Result<GemmSchedule> scheduleGemm(const GemmProblem &problem, const Parameters &parameters);

/// The best by the estimate with that operand stationary, timed once: what the alternative would cost. Errors
/// (Usage): as scheduleGemm, and where the machine cannot write the output so.
Result<GemmSchedule> scheduleGemmWith(bool stationaryIsA, const GemmProblem &problem,
                                      const Parameters &parameters);

/// At most `count` schedules of different kinds, best first; empty where scheduleGemm is an error.
std::vector<GemmSchedule> bestSchedules(const GemmProblem &problem, const Parameters &parameters,
                                        size_t count);

/// The program. Regions and symbols: `a` [m, k] (or [k, m] if a_transposed), `b` [k, n] (or [n, k]), `c` [m,
/// n]; and int32 [n] in one region `parameters`: `bias` if has_bias, `multiplier` and `shift` if per_column.
/// All bytes of the inputs are the caller's to fill. Errors (Usage): the schedule does not belong to problem
/// and machine: it does not fit, or a dimension's blocks do not add up.
Result<Program> emitGemm(const GemmProblem &problem, const GemmSchedule &schedule,
                         const Parameters &parameters);

} // namespace lockstep
