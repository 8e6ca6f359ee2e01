// One GEMM from its sizes to its row of results.
#pragma once

#include "workloads/driver/execution/RunSpec.h"
#include "workloads/driver/gemm/GemmSpec.h"

#include <cstdint>

namespace lockstep {

/// Schedules, emits, runs on the engine of `run`, compares with the independent CPU result, and tells
/// everything in a row: the keys of GemmSpec, of gemmColumns(), and more (README, "Rows"). A difference of
/// bits or cycles is a row with `bits_equal` or `cycles_equal` false and a sentence under `difference`; what
/// keeps the GEMM from running is an Error.
Result<Row> runGemm(const GemmSpec &gemm, const RunSpec &run);

/// An upper estimate of the host bytes that runGemm uses.
uint64_t memoryOfGemm(const GemmSpec &gemm, const RunSpec &run);

} // namespace lockstep
