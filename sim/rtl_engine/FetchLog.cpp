#include "sim/rtl_engine/FetchLog.h"

namespace lockstep {

void FetchLog::requested(uint64_t address, uint32_t beats, uint64_t cycle, const BurstTiming &timing) {
  waiting.push({Track::FetchBurst, told + waiting.size(), address, beats, cycle, timing.first_beat,
                timing.last_beat, timing.last_beat});
}

void FetchLog::release(uint64_t horizon) {
  for (; !waiting.empty() && waiting.front().last_beat <= horizon; waiting.pop(), ++told)
    if (events)
      events->burst(waiting.front());
}

} // namespace lockstep
