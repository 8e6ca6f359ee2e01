// Which schedule a GEMM gets: the scheduler's best few, measured.
#pragma once

#include "compiler/gemm/GemmScheduler.h"
#include "hw/support/Result.h"

#include <optional>
#include <vector>

namespace lockstep {

struct Candidate {
  GemmSchedule schedule;
  std::optional<uint64_t> measured_cycles; // timing-only SystemC; none if not measured
};

/// The scheduler's best few, the one to take first: the fewest measured cycles, then the scheduler's order.
/// Measured are the first `count` if the first is predicted to take at most `measureUpTo` cycles.
/// Deterministic. Errors: Usage, if no schedule fits the machine.
Result<std::vector<Candidate>> rankSchedules(const GemmProblem &problem, const Parameters &parameters,
                                             size_t count, uint64_t measureUpTo);

/// The first of rankSchedules with the driver's usual count and limit; remembered for the process.
Result<GemmSchedule> chooseSchedule(const GemmProblem &problem, const Parameters &parameters);

} // namespace lockstep
