// The count of one semaphore over time, from posts and waits that are told at different times.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

namespace lockstep {

/// Posts come in order of their cycles, and so do waits (each semaphore has one posting and one waiting
/// unit), but the two streams may lag behind each other: a wait is told only at the finish of its
/// instruction. Changes are handed on as soon as no earlier one can follow.
class SemaphoreTimeline {
public:
  using Emit = std::function<void(uint64_t cycle, int64_t count)>;

  void post(uint64_t cycle, const Emit &emit);
  void wait(uint64_t cycle, const Emit &emit);
  /// Nothing follows any more.
  void flush(const Emit &emit);

private:
  void merge(const Emit &emit);
  void change(std::deque<uint64_t> &stream, int64_t difference, const Emit &emit);

  std::deque<uint64_t> posts, waits;
  int64_t count = 0;
};

} // namespace lockstep
