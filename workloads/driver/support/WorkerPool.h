// Jobs in forked processes, as many at a time as cores and memory allow.
#pragma once

#include "workloads/driver/support/Row.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace lockstep {

struct PoolJob {
  std::string label;         // what messages call it
  uint64_t memory_bytes = 0; // an upper estimate of what it will use
};

struct PoolLimits {
  unsigned jobs = 0; // processes at a time; 0: one for each core
  uint64_t memory_bytes =
      0; // sum of the estimates of those running; 0: the smaller of 6 GiB and 3/4 of what is free
};

/// Runs every job in a process of its own: SystemC elaborates once per process, memory is returned to the
/// system, and a job that crashes harms no other. Jobs start in order; one that is alone may exceed the
/// memory limit. `work` runs in the child, `onStart` and `onDone` in the parent, which must not have threads
/// when run() is called. Children die with their parent.
class WorkerPool {
public:
  using Work = std::function<Result<Row>(size_t index)>;
  using OnStart = std::function<void(size_t index)>;
  using OnDone = std::function<void(size_t index, Result<Row> result)>;

  explicit WorkerPool(PoolLimits limits);

  /// A child that dies gives Error{System} that names the job and the signal or exit code.
  void run(const std::vector<PoolJob> &jobs, const Work &work, const OnStart &onStart, const OnDone &onDone);

private:
  PoolLimits limits;
};

} // namespace lockstep
