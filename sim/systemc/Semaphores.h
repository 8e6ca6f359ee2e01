// The 64 counting semaphores between the units (manual, "Sequencer, queues, semaphores").
#pragma once

#include "sim/systemc/RunState.h"

#include <array>
#include <deque>

namespace lockstep {

class UnitBlock;

/// Posts are kept with the cycle from which on their count is seen, so a post whose cycle is known may be
/// made ahead of time: the i-th wait takes the i-th post.
class Semaphores : public sc_core::sc_module {
public:
  explicit Semaphores(sc_core::sc_module_name name) : sc_module(name) {}

  void reset(RunState &newRun);

  /// By instruction `index` of the program, which finishes in `finish`; wakes the unit that waits.
  void post(const SemaphoreList &posts, uint64_t finish, uint64_t index);

  /// First cycle in which all `waits` are there; kUnknownCycle if one is not posted yet: then `unit` is woken
  /// when it is.
  uint64_t availableFrom(const SemaphoreList &waits, UnitBlock &unit);

  /// After availableFrom() has told a cycle.
  void take(const SemaphoreList &waits);

  /// Number of the first wait that is not posted yet, or -1.
  int missing(const SemaphoreList &waits) const;

private:
  struct Semaphore {
    std::deque<uint64_t> visible; // of posts not taken yet, in order
    UnitBlock *waiting = nullptr;
  };
  void postOne(unsigned id, uint64_t finish, uint64_t index);

  RunState *run = nullptr;
  std::array<Semaphore, kNumSemaphores> list;
};

} // namespace lockstep
