// lockstep sweep FILE.yaml: any parameters x any workloads, on all cores, resumable.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/gemm/GemmJob.h"
#include "workloads/driver/gemm/GemmTables.h"
#include "workloads/driver/recurrent/RecurrentJob.h"
#include "workloads/driver/support/ExitCode.h"
#include "workloads/driver/sweep/Sweep.h"
#include "workloads/driver/sweep/SweepSpec.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace lockstep {

namespace {

struct SweepOptions {
  std::string file, database, csv;
  unsigned jobs = 0;
  bool retry_failed = false;
};

const std::vector<std::string> csvKeys = {"hw",
                                          "sets",
                                          "engine",
                                          "m",
                                          "n",
                                          "k",
                                          "transposes",
                                          "label",
                                          "output",
                                          "cycles",
                                          "bound_cycles",
                                          "bound_percent",
                                          "macs_per_cycle",
                                          "bytes_moved",
                                          "bits_equal",
                                          "cycles_equal",
                                          "seconds",
                                          "state",
                                          "error"};

/// "latency.yaml" gives "latency.db" and "latency.csv".
std::string besideSweep(const SweepOptions &options, const std::string &given, const char *ending) {
  size_t dot = options.file.rfind('.');
  return given.empty() ? options.file.substr(0, dot) + ending : given;
}

Result<Row> runPoint(const Row &row) {
  auto point = sweepPointOf(row);
  if (!point)
    return point.error();
  return point->recurrent ? runRecurrent(*point->recurrent, {point->run}) : runGemm(point->gemm, point->run);
}

uint64_t memoryOfPoint(const Row &row) {
  auto point = sweepPointOf(row);
  if (!point)
    return 0;
  return point->recurrent ? memoryOfRecurrent(*point->recurrent, {point->run})
                          : memoryOfGemm(point->gemm, point->run);
}

Status addPoints(SweepDatabase &database, const SweepOptions &options,
                 const std::vector<SweepPoint> &points) {
  std::vector<Row> rows;
  for (const SweepPoint &point : points)
    rows.push_back(rowOf(point));
  if (Status status = database.addPoints(rows); !status)
    return status;
  return options.retry_failed ? database.retryFailed() : Status();
}

std::string labelOfPoint(const Row &row) {
  auto point = sweepPointOf(row);
  if (!point)
    return "";
  return fmt::format("{} {} {}", point->run.hw, fmt::join(point->run.sets, " "),
                     point->recurrent ? labelOf(*point->recurrent) : labelOf(point->gemm));
}

Status runPending(SweepDatabase &database, const SweepOptions &options) {
  auto counts = database.counts();
  if (!counts)
    return counts.error();
  uint64_t done = counts->done + counts->failed, total = done + counts->pending;
  fmt::print(stderr, "{} points, {} of them done before\n", total, done);
  return runSweep(
      database, {options.jobs, 0}, runPoint, memoryOfPoint, [&](const Row &point, const Result<Row> &row) {
        fmt::print(stderr, "[{}/{}] {}: {}\n", ++done, total, labelOfPoint(point),
                   row ? fmt::format("{} cycles", showCell(*row, {"cycles", "", 0, Show::Integer}))
                       : row.error().message);
      });
}

Result<int> writeResults(const SweepDatabase &database, const std::string &csv) {
  auto rows = database.results();
  if (!rows)
    return rows.error();
  if (Status status = writeCsv(*rows, csvKeys, csv); !status)
    return status.error();
  int code = exitOk;
  for (const Row &row : *rows)
    code = isEqual(row) && row["state"] == "done" ? code : exitFailed;
  return code;
}

int sweep(const SweepOptions &options) {
  std::string file = besideSweep(options, options.database, ".db"),
              csv = besideSweep(options, options.csv, ".csv");
  auto points = readSweep(options.file, readGemmTable);
  if (!points)
    return reportError(points.error());
  auto database = SweepDatabase::open(file);
  if (!database)
    return reportError(database.error());
  Status status = addPoints(*database, options, *points);
  if (status)
    status = runPending(*database, options);
  if (!status)
    return reportError(status.error());
  auto code = writeResults(*database, csv);
  if (!code)
    return reportError(code.error());
  fmt::print("{} (table `points`, view `results`) and {} are written\n", file, csv);
  return *code;
}

} // namespace

void addSweepCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App *command = app.add_subcommand("sweep", "Any parameters x any workloads, on all cores, resumable");
  command->footer(R"(The file:
  hw: [base, small]                    configurations or files; default base
  engine: systemc                      one or more of golden, systemc, rtl, lockstep
  timing_only: true                    default false
  max_cycles: 0                        default 0, no limit
  parameters:                          every combination of these values
    memory.latency_cycles: [20, 100]
  workloads:                           tables of GEMMs or recurrent layers, and single ones of either with the
    - deepbench/gemm_inference_device  keys that `--json` writes
    - {m: 64, n: 64, k: 64, output: int32}
    - {cell: gru, hidden: 1024, batch: 1, steps: 100}
Results go to FILE.db (SQLite) as they come and to FILE.csv at the end. After a kill, the same command resumes; points
that are done never run again, new points of an edited file are added.
)");
  command->add_option("file", options->file, "What to sweep (YAML)")->required()->type_name("FILE.yaml");
  command->add_option("--database", options->database, "SQLite file; default: beside the sweep")
      ->type_name("FILE");
  command->add_option("--csv", options->csv, "CSV file; default: beside the sweep")->type_name("FILE");
  command->add_option("--jobs", options->jobs, "Processes at a time; 0: one for each core")
      ->capture_default_str();
  command->add_flag("--retry-failed", options->retry_failed, "Run failed points again");
  command->callback([options, &exitCode] { exitCode = sweep(*options); });
}

} // namespace lockstep
