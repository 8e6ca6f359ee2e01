// Fetch bursts on their way to the event log: those that are in flight at halt are never told.
#pragma once

#include "sim/engine/Events.h"
#include "sim/memory/MemoryModel.h"
#include "sim/rtl_engine/Ring.h"

namespace lockstep {

/// Keeps each fetch back until it is known that the machine had not halted before the cycle of its last beat.
class FetchLog {
public:
  explicit FetchLog(EventSink *events) : events(events) {}

  void requested(uint64_t address, uint32_t beats, uint64_t cycle, const BurstTiming &timing);
  bool empty() const { return waiting.empty(); }
  /// Cycle of the last beat of the oldest fetch that is kept back.
  uint64_t oldestLastBeat() { return waiting.front().last_beat; }
  /// The machine is not halted before cycle `horizon`: tells all fetches whose last beat is at most there.
  void release(uint64_t horizon);
  /// Fetches told so far.
  uint64_t count() const { return told; }

private:
  EventSink *events;
  Ring<BurstEvent> waiting;
  uint64_t told = 0;
};

} // namespace lockstep
