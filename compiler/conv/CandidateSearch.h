// What the searches share that estimate few candidates and time the best of them as programs.
#pragma once

#include "compiler/conv/ScheduleTiming.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace lockstep {

template <typename Schedule> struct CostedSchedule {
  double cost;
  Schedule schedule;
  bool operator<(const CostedSchedule &other) const { return cost < other.cost; }
};

/// One slot more in a ring, unless it has `most` or the schedule then no longer `fits`.
template <typename Schedule, typename Fits>
bool growRing(Schedule &schedule, int64_t Schedule::*slots, int64_t most, const Fits &fits) {
  if (schedule.*slots >= most)
    return false;
  ++(schedule.*slots);
  if (fits(schedule))
    return true;
  --(schedule.*slots);
  return false;
}

template <typename Schedule> struct TimedSchedule {
  Schedule schedule;
  uint64_t cycles = 0;
};

/// The candidate whose program takes the fewest cycles, the first one of equals; none if no candidate fits.
/// `emit`: a schedule's instructions, or none where it does not fit.
template <typename Schedule, typename Emit>
std::optional<TimedSchedule<Schedule>> fastest(const std::vector<CostedSchedule<Schedule>> &candidates,
                                               const Parameters &parameters, const Emit &emit) {
  std::optional<TimedSchedule<Schedule>> best;
  for (const CostedSchedule<Schedule> &candidate : candidates) {
    const std::optional<std::vector<Instruction>> code = emit(candidate.schedule);
    if (!code)
      continue;
    const uint64_t limit = best ? best->cycles : std::numeric_limits<uint64_t>::max() / 4;
    const std::optional<uint64_t> cycles = timedCycles(*code, parameters, limit);
    if (cycles && *cycles < limit)
      best = TimedSchedule<Schedule>{candidate.schedule, *cycles};
  }
  return best;
}

} // namespace lockstep
