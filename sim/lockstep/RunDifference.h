// Results of two runs whose events are equal: total cycles, counters and totals.
#pragma once

#include "sim/engine/Engine.h"
#include "sim/lockstep/EventSentence.h"

namespace lockstep {

/// The first of total_cycles, counters (in their order), and counts of instructions, bursts, bytes and MACs
/// that differs.
std::optional<Difference> compareResults(const RunResult &first, const RunResult &second,
                                         const SideNames &names);

/// Nothing if for every unit the classes add up to total_cycles; else the first unit for which they do not.
std::optional<Difference> checkAccounting(const RunResult &result, const std::string &name);

} // namespace lockstep
