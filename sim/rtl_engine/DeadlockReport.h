// Who waits for what when nothing moves any more.
#pragma once

#include "sim/rtl_engine/InstructionLog.h"

namespace lockstep {

/// One sentence: each unit with a queued instruction, the semaphores that it waits for, and who would post
/// them.
std::string describeDeadlock(const Program &program, InstructionLog &log, uint64_t cycle);

} // namespace lockstep
