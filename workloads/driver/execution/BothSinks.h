// An event log for two listeners.
#pragma once

#include "sim/engine/Events.h"

namespace lockstep {

/// Hands everything to both, which outlive it.
class BothSinks final : public EventSink {
public:
  BothSinks(EventSink &first, EventSink &second) : first(first), second(second) {}
  void instruction(const InstructionEvent &event) override {
    first.instruction(event);
    second.instruction(event);
  }
  void burst(const BurstEvent &event) override {
    first.burst(event);
    second.burst(event);
  }

private:
  EventSink &first, &second;
};

} // namespace lockstep
