// The state and the results of a sweep in SQLite: what a kill -9 cannot lose or repeat.
#pragma once

#include "workloads/driver/support/Row.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct sqlite3;

namespace lockstep {

/// A claimed point.
struct ClaimedPoint {
  int64_t id = 0;
  Row point;
};

/// Table `points` (id, point JSON, state, attempts, result JSON, error) and a view `results` with one column
/// for each key. A point goes pending -> running -> done or failed; each step is one transaction, synced
/// before it returns, so a point whose result is in the database never runs again, and one that was running
/// when the process died is pending again at the next open. One process at a time has a database open.
class SweepDatabase {
public:
  /// Errors: Usage (not a sweep's database, open in another process), System.
  static Result<SweepDatabase> open(const std::string &file);
  ~SweepDatabase();
  SweepDatabase(SweepDatabase &&) noexcept;
  SweepDatabase &operator=(SweepDatabase &&) = delete;

  /// Adds those points that are not there yet, in order.
  Status addPoints(const std::vector<Row> &points);
  /// Failed points become pending again.
  Status retryFailed();
  /// Pending points in order of id; claims nothing.
  Result<std::vector<ClaimedPoint>> pending() const;
  Status claim(int64_t id);
  Status finish(int64_t id, const Result<Row> &result);

  struct Counts {
    uint64_t pending = 0, running = 0, done = 0, failed = 0;
  };
  Result<Counts> counts() const;

  /// All points, in order of id: the point's keys, those of its result, `state`, `attempts` and `error`.
  Result<std::vector<Row>> results() const;

private:
  SweepDatabase() = default;
  Status execute(const std::string &sql) const;
  Status createSchema(const std::string &file);

  sqlite3 *handle = nullptr;
  int lock = -1;
};

} // namespace lockstep
