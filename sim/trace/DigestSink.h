// A number for a whole event log: equal logs have equal digests.
#pragma once

#include "sim/engine/Events.h"

#include <array>
#include <initializer_list>

namespace lockstep {

/// Hashes each track by itself, so that the interleaving of the tracks, in which engines differ, does not
/// count.
class DigestSink final : public EventSink {
public:
  void instruction(const InstructionEvent &e) override {
    add(e.track, {e.index, e.instruction, e.dispatched, e.started, e.finished});
  }
  void burst(const BurstEvent &e) override {
    add(e.track, {e.index, e.address, e.beats, e.requested, e.first_beat, e.last_beat, e.response});
  }

  uint64_t digest() const {
    uint64_t sum = 0;
    for (uint64_t track : tracks)
      sum = mix(sum, track);
    return sum;
  }
  uint64_t eventCount() const { return count; }

private:
  static uint64_t mix(uint64_t hash, uint64_t value) { // multiply and fold (as in splitmix64)
    uint64_t x = (hash ^ value) + 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
  }
  void add(Track track, std::initializer_list<uint64_t> values) {
    for (uint64_t value : values)
      tracks[size_t(track)] = mix(tracks[size_t(track)], value);
    ++count;
  }

  std::array<uint64_t, kNumTracks> tracks{};
  uint64_t count = 0;
};

} // namespace lockstep
