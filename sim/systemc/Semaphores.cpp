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

void Semaphores::post(const SemaphoreList &posts, uint64_t finish, uint64_t index) {
  for (unsigned i = 0; i < posts.count; ++i)
    if (++run->posts != 3 || !run->hasFault(kFaultPostLost))
      postOne(posts.ids[i], finish, index);
}

void Semaphores::postOne(unsigned id, uint64_t finish, uint64_t index) {
  Semaphore &semaphore = list[id];
  semaphore.visible.push_back(finish + 1);
  if (semaphore.visible.size() > kLargestCount)
    run->fail(MachineError::semaphore_overflow, index, finish);
  if (UnitBlock *unit = semaphore.waiting) {
    semaphore.waiting = nullptr;
    unit->wakeAt(finish + 1);
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
