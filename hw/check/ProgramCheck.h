// Is a program legal and free of races? `lockstep check`, and what every engine asks before it runs one.
#pragma once

#include "hw/golden/Walker.h"
#include "hw/isa/Instruction.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <array>
#include <cstdint>

namespace lockstep {

struct CheckLimits {
  uint64_t instructions = kDefaultInstructionLimit; // executed, the sequencer's own included
};

/// What the walk has seen.
struct CheckReport {
  uint64_t executed_instructions = 0;                        // the sequencer's own included
  std::array<uint64_t, kNumQueuedUnits> unit_instructions{}; // by Unit
};

/// Indices in the program of two instructions that race, in program order.
struct RacePair {
  uint64_t earlier = 0, later = 0;
};

/// Walks the program in program order with its own arguments and checks every rule of Rules.def. Errors:
/// Parameter (impossible parameters), Legality (the rule's label first), Race (race_c1, race_c2), Limit.
///
/// A program that passes cannot deadlock, whatever the depth of the queues. Reason: look at the earliest
/// unfinished instruction in program order. If it is dispatched, it is the oldest of its unit, and each of
/// its waits takes a post of an instruction that is earlier (semaphore_c2) and so finished: it starts, and
/// every started instruction finishes. If it is not dispatched, its queue holds only earlier instructions;
/// these are finished, so there is room and the sequencer, which has nothing earlier left to dispatch,
/// dispatches it.
///
/// And its bytes do not depend on timing: every two accesses that touch the same byte, one of them writing,
/// are ordered by semaphores, and always as in program order.
///
/// `race`, if given, says which two instructions an Error{Race} is about.
Result<CheckReport> checkProgram(const Program &program, const CheckLimits &limits = {},
                                 RacePair *race = nullptr);

} // namespace lockstep
