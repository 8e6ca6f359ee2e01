// Runs of the model and of the reference side by side.
#pragma once

#include "CycleReference.h"

#include <string>

namespace lockstep {

/// Timing only; events are added to `log`.
Result<RunResult> runTimed(Engine &engine, const Program &program, reference::EventLog &log, unsigned fault = 0);

/// The first difference in events, total cycles or counters, as a sentence; empty if there is none.
std::string firstDifference(const reference::ReferenceRun &expected, const RunResult &actual,
                            const reference::EventLog &log);

/// Both at once: empty if `program` takes the same course in `engine` and in the reference.
std::string compareWithReference(Engine &engine, const Program &program, const Parameters &parameters,
                                 unsigned fault = 0);

/// The number in an environment variable.
uint64_t fromEnvironment(const char *name, uint64_t otherwise);

} // namespace lockstep
