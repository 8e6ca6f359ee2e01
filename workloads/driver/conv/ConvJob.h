// One convolution from its shape to its row of results.
#pragma once

#include "workloads/driver/conv/ConvSpec.h"
#include "workloads/driver/execution/RunSpec.h"

#include <cstdint>
#include <string>

namespace lockstep {

/// Schedules, emits, runs on the engine of `run`, compares with the independent CPU result, and tells
/// everything in a row: the keys of ConvSpec, of convColumns(), and more (README, "Rows"). A difference of
/// bits or cycles is a row with `bits_equal` or `cycles_equal` false and a sentence under `difference`; what
/// keeps it from running is an Error. `mapping`: only this one; empty: the best.
Result<Row> runConv(const ConvSpec &conv, const RunSpec &run, const std::string &mapping);

/// All mappings with costs or refusals, and the best one's decisions, for people.
Result<std::string> explainConv(const ConvSpec &conv, const RunSpec &run);

/// An upper estimate of the host bytes that runConv uses.
uint64_t memoryOfConv(const ConvSpec &conv, const RunSpec &run);

} // namespace lockstep
