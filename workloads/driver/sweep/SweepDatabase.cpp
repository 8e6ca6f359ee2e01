#include "workloads/driver/sweep/SweepDatabase.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace lockstep {

namespace {

Error databaseError(sqlite3 *handle, const std::string &what) {
  return {ErrorKind::System, fmt::format("the sweep's database: {}: {}", what, sqlite3_errmsg(handle))};
}

/// A prepared statement, finalized at the end of its scope.
class Statement {
public:
  Statement(sqlite3 *handle, const char *sql) : handle(handle) {
    sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement); }
  Statement(const Statement &) = delete;
  Statement &operator=(const Statement &) = delete;

  Statement &bind(int index, const std::string &text) {
    sqlite3_bind_text(statement, index, text.data(), int(text.size()), SQLITE_TRANSIENT);
    return *this;
  }
  Statement &bind(int index, int64_t number) {
    sqlite3_bind_int64(statement, index, number);
    return *this;
  }
  /// True while there is a row.
  bool step() {
    code = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    return code == SQLITE_ROW;
  }
  Status status(const char *what) const {
    return code == SQLITE_DONE || code == SQLITE_ROW ? Status() : Status(databaseError(handle, what));
  }
  /// One step of a statement without rows.
  Status run(const char *what) {
    step();
    sqlite3_reset(statement);
    return status(what);
  }
  int64_t number(int column) const { return sqlite3_column_int64(statement, column); }
  std::string text(int column) const {
    auto *bytes = reinterpret_cast<const char *>(sqlite3_column_text(statement, column));
    return bytes ? bytes : "";
  }

private:
  sqlite3 *handle;
  sqlite3_stmt *statement = nullptr;
  int code = SQLITE_OK;
};

constexpr char schema[] = R"sql(
  CREATE TABLE IF NOT EXISTS points (
    id INTEGER PRIMARY KEY,
    point TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    result TEXT,
    error TEXT);
  CREATE VIEW IF NOT EXISTS results AS SELECT id, state, attempts,
    json_extract(point, '$.hw') AS hw, json_extract(point, '$.sets') AS sets,
    json_extract(point, '$.engine') AS engine,
    json_extract(point, '$.gemm.m') AS m, json_extract(point, '$.gemm.n') AS n, json_extract(point, '$.gemm.k') AS k,
    json_extract(point, '$.gemm.transposes') AS transposes, json_extract(point, '$.recurrent.label') AS label,
    json_extract(result, '$.cycles') AS cycles, json_extract(result, '$.bound_cycles') AS bound_cycles,
    json_extract(result, '$.bound_percent') AS bound_percent,
    json_extract(result, '$.macs_per_cycle') AS macs_per_cycle,
    json_extract(result, '$.bytes_moved') AS bytes_moved, json_extract(result, '$.bits_equal') AS bits_equal,
    json_extract(result, '$.cycles_equal') AS cycles_equal, json_extract(result, '$.seconds') AS seconds, error
    FROM points;
  UPDATE points SET state = 'pending' WHERE state = 'running';
)sql";

/// A lock of this process, which its children do not hold: it ends with the process however that dies.
bool lockForThisProcess(int file) {
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return fcntl(file, F_SETLK, &whole) == 0;
}

Row flatten(const Row &point, const std::string &resultText) {
  Row row;
  for (const auto &[key, value] : point.items())
    if (key != "gemm" && key != "recurrent")
      row[key] = value;
  row.update(point.contains("gemm") ? point["gemm"] : point["recurrent"]);
  Row result = Row::parse(resultText, nullptr, false);
  if (result.is_object())
    row.update(result);
  return row;
}

} // namespace

Result<SweepDatabase> SweepDatabase::open(const std::string &file) {
  SweepDatabase database;
  std::string lockFile = file + ".lock";
  database.lock = ::open(lockFile.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (database.lock < 0)
    return Error{ErrorKind::System, fmt::format("{} cannot be written", lockFile)};
  if (!lockForThisProcess(database.lock))
    return Error{ErrorKind::Usage, fmt::format("{} is in use by another sweep; wait for it or end it", file)};
  if (sqlite3_open(file.c_str(), &database.handle) != SQLITE_OK)
    return databaseError(database.handle, "cannot be opened");
  if (Status status = database.createSchema(file); !status)
    return status.error();
  return database;
}

Status SweepDatabase::createSchema(const std::string &file) {
  Status status = execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  if (status)
    status = execute(std::string("BEGIN IMMEDIATE;") + schema + "COMMIT;");
  if (!status)
    return Error{ErrorKind::Usage,
                 fmt::format("{} is not the database of a sweep ({})", file, status.error().message)};
  return {};
}

SweepDatabase::SweepDatabase(SweepDatabase &&other) noexcept
    : handle(std::exchange(other.handle, nullptr)), lock(std::exchange(other.lock, -1)) {}

SweepDatabase::~SweepDatabase() {
  sqlite3_close(handle);
  if (lock >= 0)
    ::close(lock);
}

Status SweepDatabase::execute(const std::string &sql) const {
  if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK)
    return {};
  return databaseError(handle, "a statement failed");
}

Status SweepDatabase::addPoints(const std::vector<Row> &points) {
  Status status = execute("BEGIN IMMEDIATE");
  Statement insert(handle, "INSERT OR IGNORE INTO points (point) VALUES (?)");
  for (size_t i = 0; i < points.size() && status; ++i)
    status = insert.bind(1, points[i].dump()).run("a point cannot be added");
  return status ? execute("COMMIT") : status;
}

Status SweepDatabase::retryFailed() {
  return execute("UPDATE points SET state = 'pending', error = NULL WHERE state = 'failed'");
}

Result<std::vector<ClaimedPoint>> SweepDatabase::pending() const {
  std::vector<ClaimedPoint> points;
  Statement select(handle, "SELECT id, point FROM points WHERE state = 'pending' ORDER BY id");
  while (select.step())
    points.push_back({select.number(0), Row::parse(select.text(1))});
  if (Status status = select.status("pending points cannot be read"); !status)
    return status.error();
  return points;
}

Status SweepDatabase::claim(int64_t id) {
  Statement update(
      handle,
      "UPDATE points SET state = 'running', attempts = attempts + 1 WHERE id = ? AND state = 'pending'");
  return update.bind(1, id).run("a point cannot be claimed");
}

Status SweepDatabase::finish(int64_t id, const Result<Row> &result) {
  Statement update(handle,
                   "UPDATE points SET state = ?, result = ?, error = ? WHERE id = ? AND state = 'running'");
  update.bind(1, result ? "done" : "failed").bind(4, id);
  if (result)
    update.bind(2, result->dump());
  else
    update.bind(3, result.error().message);
  return update.run("a result cannot be written");
}

Result<SweepDatabase::Counts> SweepDatabase::counts() const {
  Counts counts;
  Statement select(handle, "SELECT state, count(*) FROM points GROUP BY state");
  while (select.step()) {
    std::string state = select.text(0);
    uint64_t &count = state == "pending"   ? counts.pending
                      : state == "running" ? counts.running
                      : state == "done"    ? counts.done
                                           : counts.failed;
    count = uint64_t(select.number(1));
  }
  if (Status status = select.status("the points cannot be counted"); !status)
    return status.error();
  return counts;
}

Result<std::vector<Row>> SweepDatabase::results() const {
  std::vector<Row> rows;
  Statement select(handle, "SELECT point, result, state, attempts, error FROM points ORDER BY id");
  while (select.step()) {
    Row row = flatten(Row::parse(select.text(0)), select.text(1));
    row["state"] = select.text(2);
    row["attempts"] = select.number(3);
    row["error"] = select.text(4);
    rows.push_back(row);
  }
  if (Status status = select.status("the results cannot be read"); !status)
    return status.error();
  return rows;
}

} // namespace lockstep
