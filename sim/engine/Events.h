// The event log: what both engines tell about a run, and who may listen.
#pragma once

#include "hw/isa/Instruction.h"

#include <cstdint>

namespace lockstep {

/// Tracks are independent sequences; within a track both engines emit the same records in the same order.
enum class Track : uint8_t { Load = 0, Matrix, Vector, Store, FetchBurst, LoadBurst, StoreBurst };
constexpr unsigned kNumTracks = 7;

/// An instruction of a unit, emitted at its finish; cycles as in the manual.
struct InstructionEvent {
  Track track;           // Load, Matrix, Vector or Store
  uint64_t index;        // 0, 1, ... in order of dispatch to this unit
  uint64_t instruction;  // index in the program
  uint64_t dispatched, started, finished;
};

/// A burst, emitted in order of request.
struct BurstEvent {
  Track track;           // FetchBurst, LoadBurst or StoreBurst
  uint64_t index;        // 0, 1, ... on this track
  uint64_t address;      // of the first byte that is asked for
  uint32_t beats;
  uint64_t requested, first_beat, last_beat; // for a store: requested = first_beat
  uint64_t response;     // store: cycle of the response; else equal to last_beat
};

/// Fetches in flight at halt are not reported by either engine unless their last beat is at most the cycle of halt.
class EventSink {
public:
  virtual ~EventSink() = default;
  virtual void instruction(const InstructionEvent &event) = 0;
  virtual void burst(const BurstEvent &event) = 0;
};

} // namespace lockstep
