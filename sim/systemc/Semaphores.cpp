#include "sim/systemc/Semaphores.h"

#include "sim/systemc/UnitBlock.h"

namespace lockstep {
namespace {

constexpr size_t kLargestCount = 255; // 8 bits

} // namespace

void Semaphores::reset(RunState &newRun) {
  run = &newRun;
  for (Semaphore &semaphore : list) {
    semaphore.visible.clear();
    semaphore.waiting = nullptr;
  }
}

void Semaphores::post(const SemaphoreList &posts, uint64_t finish) {
  for (unsigned i = 0; i < posts.count; ++i)
    if (++run->posts != 3 || !run->hasFault(kFaultPostLost))
      postOne(posts.ids[i], finish + 1);
}

void Semaphores::postOne(unsigned id, uint64_t visible) {
  Semaphore &semaphore = list[id];
  semaphore.visible.push_back(visible);
  if (semaphore.visible.size() > kLargestCount)
    run->fail(ErrorKind::Legality, "Semaphore " + std::to_string(id) + " was posted at its largest count, " +
                                       std::to_string(kLargestCount) + ", in cycle " + std::to_string(visible - 1) +
                                       " (error code 7); at most 127 posts may be ahead of their waits.");
  if (UnitBlock *unit = semaphore.waiting) {
    semaphore.waiting = nullptr;
    unit->wakeAt(visible);
  }
}

uint64_t Semaphores::availableFrom(const SemaphoreList &waits, UnitBlock &unit) {
  uint64_t from = 0;
  for (unsigned i = 0; i < waits.count; ++i) {
    Semaphore &semaphore = list[waits.ids[i]];
    if (semaphore.visible.empty()) {
      semaphore.waiting = &unit;
      return kUnknownCycle;
    }
    from = std::max(from, semaphore.visible.front());
  }
  return from;
}

void Semaphores::take(const SemaphoreList &waits) {
  for (unsigned i = 0; i < waits.count; ++i)
    if (auto &visible = list[waits.ids[i]].visible; !visible.empty())
      visible.pop_front();
}

int Semaphores::missing(const SemaphoreList &waits) const {
  for (unsigned i = 0; i < waits.count; ++i)
    if (list[waits.ids[i]].visible.empty())
      return waits.ids[i];
  return -1;
}

} // namespace lockstep
