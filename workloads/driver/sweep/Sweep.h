// Runs the pending points of a sweep's database.
#pragma once

#include "workloads/driver/support/WorkerPool.h"
#include "workloads/driver/sweep/SweepDatabase.h"

#include <functional>

namespace lockstep {

/// Simulates one point (in a process of its own) and returns its row.
using PointWork = std::function<Result<Row>(const Row &point)>;
/// An upper estimate of the bytes that a point's simulation uses.
using PointMemory = std::function<uint64_t(const Row &point)>;
/// Told after each point whose outcome is in the database.
using PointDone = std::function<void(const Row &point, const Result<Row> &result)>;

/// Every pending point is claimed, run and finished. Errors: System, when the database fails; no further
/// point is then run.
Status runSweep(SweepDatabase &database, PoolLimits limits, const PointWork &work, const PointMemory &memory,
                const PointDone &onDone);

} // namespace lockstep
