#include "workloads/driver/sweep/Sweep.h"

namespace lockstep {

Status runSweep(SweepDatabase &database, PoolLimits limits, const PointWork &work, const PointMemory &memory,
                const PointDone &onDone) {
  auto pending = database.pending();
  if (!pending)
    return pending.error();
  const std::vector<ClaimedPoint> &points = *pending;
  std::vector<PoolJob> jobs;
  for (const ClaimedPoint &claimed : points)
    jobs.push_back({claimed.point.dump(), memory(claimed.point)});
  Status status;
  auto keep = [&](Status next) {
    if (status)
      status = std::move(next);
  };
  WorkerPool(limits).run(
      jobs,
      [&](size_t index) -> Result<Row> {
        if (!status) // a result that cannot be kept is not worth computing
          return status.error();
        return work(points[index].point);
      },
      [&](size_t index) { keep(database.claim(points[index].id)); },
      [&](size_t index, Result<Row> result) {
        keep(database.finish(points[index].id, result));
        onDone(points[index].point, result);
      });
  return status;
}

} // namespace lockstep
