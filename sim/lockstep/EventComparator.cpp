#include "sim/lockstep/EventComparator.h"

#include <algorithm>

namespace lockstep {

namespace {

/// Events of a side come nearly in the order of their cycles; this much disorder is allowed for.
constexpr uint64_t kDisorderCycles = 100000;
/// A side that is so many events ahead on one track is not ahead: the other side has lost the track.
constexpr size_t kLostFactor = 64;

} // namespace

EventComparator::EventComparator(SideNames names, size_t capacity)
    : names(std::move(names)), capacity(capacity) {
  for (unsigned side = 0; side < 2; ++side) {
    sinks[side].owner = this;
    sinks[side].side = side;
  }
}

void EventComparator::accept(unsigned side, const Event &event) {
  std::unique_lock<std::mutex> lock(mutex);
  if (stop)
    return;
  reached[side] = std::max(reached[side], lastCycleOf(event));
  Stream &stream = streams[size_t(trackOf(event))];
  if (!stream.difference) {
    if (!stream.ahead.empty() && stream.leader != side)
      compareWithFront(side, stream, event);
    else
      enqueue(side, stream, event, lock);
  }
  if (any_difference)
    stopIfPast();
}

void EventComparator::compareWithFront(unsigned side, Stream &stream, const Event &event) {
  const Event &other = stream.ahead.front();
  auto difference = side == 0 ? compareEvents(event, other, names) : compareEvents(other, event, names);
  if (difference)
    return differ(stream, *difference);
  ++equal_events;
  stream.ahead.pop_front();
  if (waits_on[stream.leader] == &stream && stream.ahead.size() <= capacity / 2)
    drained.notify_all();
}

void EventComparator::enqueue(unsigned side, Stream &stream, const Event &event,
                              std::unique_lock<std::mutex> &lock) {
  const unsigned other = 1 - side;
  if (finished[other]) {
    if (complete[other])
      differ(stream, missingEvent(event, names.of(side)));
    return;
  }
  stream.leader = side;
  stream.ahead.push_back(event);
  if (stream.ahead.size() >= kLostFactor * capacity)
    return differ(stream, missingEvent(stream.ahead.front(), names.of(side)));
  if (stream.ahead.size() < capacity || isBlocked(other))
    return;
  waits_on[side] = &stream;
  drained.wait(lock, [&] { return !isBlocked(side) || finished[other] || stop; });
  waits_on[side] = nullptr;
}

/// Waits, and not merely has not yet woken up.
bool EventComparator::isBlocked(unsigned side) const {
  const Stream *stream = waits_on[side];
  return stream && stream->leader == side && stream->ahead.size() > capacity / 2;
}

void EventComparator::differ(Stream &stream, Difference difference) {
  earliest_difference = any_difference ? std::min(earliest_difference, difference.cycle) : difference.cycle;
  any_difference = true;
  stream.difference = std::move(difference);
  stream.ahead.clear();
  drained.notify_all();
}

void EventComparator::stopIfPast() {
  const auto past = [&](unsigned side) {
    return finished[side] || reached[side] > earliest_difference + kDisorderCycles;
  };
  if (!past(0) || !past(1))
    return;
  stop = true;
  drained.notify_all();
}

void EventComparator::finish(unsigned side, bool is_complete) {
  std::unique_lock<std::mutex> lock(mutex);
  finished[side] = true;
  complete[side] = is_complete;
  for (Stream &stream : streams)
    if (is_complete && !stop && !stream.difference && !stream.ahead.empty() && stream.leader != side)
      differ(stream, missingEvent(stream.ahead.front(), names.of(stream.leader)));
  drained.notify_all();
}

std::optional<Difference> EventComparator::firstDifference() const {
  std::optional<Difference> first;
  for (const Stream &stream : streams)
    if (stream.difference && (!first || stream.difference->cycle < first->cycle))
      first = stream.difference;
  return first;
}

} // namespace lockstep
