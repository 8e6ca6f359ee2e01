// Two event streams, compared while they arrive.
#pragma once

#include "sim/lockstep/EventSentence.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace lockstep {

/// Compares event by event within each track. The two sides may be fed by two threads: the faster one waits
/// when it is `capacity` events ahead on a track, so memory stays bounded whatever the length of the run
/// (both sides never wait at once: if their tracks are interleaved differently, the second one goes on
/// instead). After a difference both sides are followed until they are past its cycle, so that the earliest
/// one of all tracks is found; then `stopFlag()` becomes true and further events are ignored.
class EventComparator {
public:
  explicit EventComparator(SideNames names, size_t capacity = 1 << 16);

  /// Where the events of a side (0 or 1) go. Valid as long as this object.
  EventSink &side(unsigned index) { return sinks[index]; }

  /// The side has told all its events: what the other one has or gets in addition is a difference. `complete`
  /// false: the side was stopped or failed, so missing events tell nothing.
  void finish(unsigned side, bool complete = true);

  /// Both sides are far beyond a difference: their runs may be stopped.
  const std::atomic<bool> &stopFlag() const { return stop; }

  /// After both sides have finished: the difference with the smallest cycle, or none.
  std::optional<Difference> firstDifference() const;

  /// Pairs of events found equal.
  uint64_t equalEvents() const { return equal_events; }

private:
  struct Sink final : EventSink {
    void instruction(const InstructionEvent &event) override { owner->accept(side, event); }
    void burst(const BurstEvent &event) override { owner->accept(side, event); }
    EventComparator *owner = nullptr;
    unsigned side = 0;
  };
  struct Stream {
    std::deque<Event> ahead; // told by `leader`, not yet by the other side
    unsigned leader = 0;
    std::optional<Difference> difference;
  };

  void accept(unsigned side, const Event &event);
  void enqueue(unsigned side, Stream &stream, const Event &event, std::unique_lock<std::mutex> &lock);
  void compareWithFront(unsigned side, Stream &stream, const Event &event);
  void differ(Stream &stream, Difference difference);
  bool isBlocked(unsigned side) const;
  void stopIfPast();

  const SideNames names;
  const size_t capacity;
  std::array<Sink, 2> sinks;
  std::mutex mutex;
  std::condition_variable drained;
  std::array<Stream, kNumTracks> streams;
  std::array<const Stream *, 2> waits_on{}; // the stream on which the side is too far ahead
  std::array<bool, 2> finished{}, complete{};
  std::array<uint64_t, 2> reached{}; // latest cycle of any event of the side
  bool any_difference = false;
  uint64_t earliest_difference = 0;
  uint64_t equal_events = 0;
  std::atomic<bool> stop{false};
};

} // namespace lockstep
