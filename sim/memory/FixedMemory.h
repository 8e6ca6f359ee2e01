// `fixed` memory: a constant latency, one beat in each cycle, reads and writes independent.
#pragma once

#include "sim/memory/MemoryModel.h"

#include <algorithm>

namespace lockstep {

/// read of n beats requested in q: first beat = max(q + latency, last beat of the previous read + 1).
/// write with its last beat in w: response = max(w + latency, previous response + 1).
/// Inline and final, so that an engine may put its own loops or closed forms around it.
class FixedMemory final : public MemoryModel {
public:
  explicit FixedMemory(uint64_t latency_cycles) : latency(latency_cycles) {}

  BurstTiming read(uint64_t request_cycle, uint64_t, uint32_t, uint32_t beats) override {
    uint64_t first = std::max(request_cycle + latency, next_read_beat);
    next_read_beat = first + beats;
    return {first, next_read_beat - 1};
  }

  uint64_t write(uint64_t last_beat_cycle, uint64_t, uint32_t, uint32_t) override {
    uint64_t response = std::max(last_beat_cycle + latency, next_response);
    next_response = response + 1;
    return response;
  }

  bool channelsAreIndependent() const override { return true; }
  std::unique_ptr<MemoryModel> clone() const override { return std::make_unique<FixedMemory>(*this); }
  void reset() override { next_read_beat = next_response = 0; }

  // For closed forms: the whole state, in core cycles.
  uint64_t latencyCycles() const { return latency; }
  /// Earliest cycle of the next read's first beat, and of the next write's response.
  uint64_t nextReadBeat() const { return next_read_beat; }
  uint64_t nextResponse() const { return next_response; }
  /// After a train of bursts that the caller has timed by itself.
  void setNextReadBeat(uint64_t cycle) { next_read_beat = cycle; }
  void setNextResponse(uint64_t cycle) { next_response = cycle; }

private:
  uint64_t latency;
  uint64_t next_read_beat = 0, next_response = 0;
};

} // namespace lockstep
