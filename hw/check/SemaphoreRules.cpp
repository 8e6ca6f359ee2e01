#include "hw/check/SemaphoreRules.h"

namespace lockstep {
namespace {

std::string name(const InstructionPoint &at) {
  return "instruction " + std::to_string(at.index) + " (" + unitName(at.unit) + ")";
}

Error broken(const char *rule, const std::string &text) {
  return {ErrorKind::Legality, std::string(rule) + ": " + text};
}

/// Notes who posts (or waits) first; any later one has to be of the same unit.
Status claim(bool &known, InstructionPoint &first, const InstructionPoint &at, unsigned semaphore,
             const char *verb) {
  if (!known) {
    first = at;
    known = true;
  }
  if (first.unit == at.unit)
    return {};
  return broken("semaphore_c1", name(at) + " " + verb + " semaphore " + std::to_string(semaphore) + ", but " +
                                    name(first) + " does so too; allowed is one unit.");
}

} // namespace

Status SemaphoreRules::checkUnits(unsigned number, const Semaphore &semaphore) const {
  if (!semaphore.hasPoster || !semaphore.hasWaiter || semaphore.poster.unit != semaphore.waiter.unit)
    return {};
  return broken("semaphore_c1", name(semaphore.poster) + " posts semaphore " + std::to_string(number) +
                                    " and " + name(semaphore.waiter) +
                                    " waits for it; allowed are two different units.");
}

Status SemaphoreRules::wait(unsigned number, const InstructionPoint &at, VectorClock &clock) {
  Semaphore &semaphore = semaphores[number];
  if (Status status = claim(semaphore.hasWaiter, semaphore.waiter, at, number, "waits for"); !status)
    return status;
  if (Status status = checkUnits(number, semaphore); !status)
    return status;
  if (semaphore.pending == 0)
    return broken("semaphore_c2",
                  name(at) + " waits for semaphore " + std::to_string(number) +
                      ", but every earlier post of it is taken already; the post has to come before "
                      "the wait in program order.");
  join(clock, semaphore.ring[semaphore.oldest]);
  semaphore.oldest = (semaphore.oldest + 1) % kMaxPendingPosts;
  --semaphore.pending;
  return {};
}

Status SemaphoreRules::post(unsigned number, const InstructionPoint &at, const VectorClock &clock) {
  Semaphore &semaphore = semaphores[number];
  if (Status status = claim(semaphore.hasPoster, semaphore.poster, at, number, "posts"); !status)
    return status;
  if (Status status = checkUnits(number, semaphore); !status)
    return status;
  if (semaphore.pending == kMaxPendingPosts)
    return broken("semaphore_c3", name(at) + " posts semaphore " + std::to_string(number) + " while " +
                                      std::to_string(kMaxPendingPosts) +
                                      " posts of it are not taken in program order; "
                                      "allowed are at most " +
                                      std::to_string(kMaxPendingPosts) + ".");
  semaphore.ring.resize(kMaxPendingPosts);
  semaphore.ring[(semaphore.oldest + semaphore.pending++) % kMaxPendingPosts] = clock;
  return {};
}

} // namespace lockstep
