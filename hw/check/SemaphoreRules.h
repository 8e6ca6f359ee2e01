// semaphore_c1 to semaphore_c3, in program order, and the order that semaphores make.
#pragma once

#include "hw/check/VectorClock.h"
#include "hw/support/Result.h"

#include <array>
#include <cstdint>
#include <vector>

namespace lockstep {

/// Posts less waits of a semaphore, in program order, never exceed this; so 8-bit counters suffice at run
/// time, where at most a queue of waits (64) is behind: 127 + 64 < 256.
constexpr unsigned kMaxPendingPosts = 127;

/// Follows the posts and waits of a program. The i-th wait on a semaphore takes its i-th post, whatever the
/// timing: so a wait knows all that the poster knew at that post's finish.
class SemaphoreRules {
public:
  /// The instruction waits on `semaphore`: joins what the poster knew into `clock`. Errors: semaphore_c1,
  /// semaphore_c2.
  Status wait(unsigned semaphore, const InstructionPoint &at, VectorClock &clock);
  /// The instruction posts at its finish; `clock` is what is known then, itself included. Errors:
  /// semaphore_c1, _c3.
  Status post(unsigned semaphore, const InstructionPoint &at, const VectorClock &clock);

private:
  struct Semaphore {
    bool hasPoster = false, hasWaiter = false;
    InstructionPoint poster, waiter; // the first of each
    std::vector<VectorClock> ring;   // of kMaxPendingPosts, made at the first post
    unsigned oldest = 0, pending = 0;
  };
  Status checkUnits(unsigned number, const Semaphore &semaphore) const;

  std::array<Semaphore, kNumSemaphores> semaphores;
};

} // namespace lockstep
