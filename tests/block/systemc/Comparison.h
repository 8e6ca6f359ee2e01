// Runs of the model and of the reference side by side.
#pragma once

#include "CycleReference.h"

#include <string>

namespace lockstep {

/// Timing only; events are added to `log`, if there is one.
Result<RunResult> runTimed(Engine &engine, const Program &program, reference::EventLog *log,
                           unsigned fault = 0);

/// The first difference in events as a sentence; empty if there is none.
std::string firstDifference(const reference::ReferenceRun &expected, const reference::EventLog &log);
/// The same of total cycles and counters.
std::string firstDifference(const reference::ReferenceRun &expected, const RunResult &actual);

/// Empty if `program` takes the same course in `engine` and in the reference: with events, and in a run
/// without.
std::string compareWithReference(Engine &engine, const Program &program, const Parameters &parameters,
                                 unsigned fault = 0);

/// The number in an environment variable.
uint64_t fromEnvironment(const char *name, uint64_t otherwise);

} // namespace lockstep
