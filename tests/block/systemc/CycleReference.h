// The whole machine, cycle by cycle, from the manual: the judge of the event-driven model where no RTL is at
// hand.
#pragma once

#include "ReferenceUnit.h"

namespace lockstep::reference {

struct ReferenceRun {
  bool ended = false; // false: nothing happened for a long time, or an error
  uint64_t total_cycles = 0;
  std::map<std::string, std::map<std::string, uint64_t>> counters; // unit, class
  EventLog log;
};

/// Timing only. Gives up after `maxCycles`.
ReferenceRun runReference(const Program &program, const Parameters &parameters, uint64_t maxCycles);

} // namespace lockstep::reference
