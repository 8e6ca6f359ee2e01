#include "sim/trace/SemaphoreTimeline.h"

namespace lockstep {

void SemaphoreTimeline::change(std::deque<uint64_t> &stream, int64_t difference, const Emit &emit) {
  count += difference;
  const uint64_t cycle = stream.front();
  stream.pop_front();
  emit(cycle, count);
}

void SemaphoreTimeline::merge(const Emit &emit) {
  while (!posts.empty() && !waits.empty())
    if (posts.front() <= waits.front())
      change(posts, 1, emit);
    else
      change(waits, -1, emit);
}

void SemaphoreTimeline::post(uint64_t cycle, const Emit &emit) {
  posts.push_back(cycle);
  merge(emit);
}

void SemaphoreTimeline::wait(uint64_t cycle, const Emit &emit) {
  waits.push_back(cycle);
  merge(emit);
}

void SemaphoreTimeline::flush(const Emit &emit) {
  merge(emit);
  while (!posts.empty())
    change(posts, 1, emit);
  while (!waits.empty())
    change(waits, -1, emit);
}

} // namespace lockstep
