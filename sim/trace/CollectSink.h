// All events of a run in memory, for tests and small programs.
#pragma once

#include "sim/engine/Events.h"

#include <array>
#include <vector>

namespace lockstep {

class CollectSink final : public EventSink {
public:
  void instruction(const InstructionEvent &event) override {
    instructions[size_t(event.track)].push_back(event);
  }
  void burst(const BurstEvent &event) override { bursts[size_t(event.track)].push_back(event); }

  /// Indexed by Track; a track has records of one kind only.
  std::array<std::vector<InstructionEvent>, kNumTracks> instructions;
  std::array<std::vector<BurstEvent>, kNumTracks> bursts;
};

} // namespace lockstep
