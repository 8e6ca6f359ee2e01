// lockstep conformance: ONNX's own operator tests through the compiler.
#include "workloads/conformance/Conformance.h"
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/model/ConformanceAccelerator.h"
#include "workloads/driver/support/ExitCode.h"
#include "workloads/driver/support/Row.h"
#include "workloads/driver/support/WorkerPool.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <unistd.h>

namespace lockstep {

namespace {

struct ConformanceOptions {
  std::string data = kConformanceData, filter, json, target = "host";
  std::vector<std::string> sets;
  unsigned jobs = 0, timeout_seconds = 300;
  bool rtl = true; // accelerator only
  bool onAccelerator() const { return target == "accelerator"; }
};

Row rowOf(const ConformanceCase &given, const CaseOutcome &outcome) {
  return Row{{"set", given.set},
             {"case", given.name},
             {"operator", outcome.operator_type},
             {"status", caseStatusName(outcome.status)},
             {"reason", outcome.reason},
             {"bound_inputs", outcome.bound_inputs},
             {"accelerated", outcome.accelerated}};
}

CaseStatus statusNamed(const std::string &name) {
  for (CaseStatus status : {CaseStatus::Passed, CaseStatus::Unsupported, CaseStatus::Wrong})
    if (name == caseStatusName(status))
      return status;
  return CaseStatus::Crashed;
}

CaseOutcome outcomeOf(const Row &row) {
  CaseOutcome outcome;
  outcome.status = statusNamed(row["status"].get<std::string>());
  outcome.operator_type = row["operator"].get<std::string>();
  outcome.reason = row["reason"].get<std::string>();
  return outcome;
}

/// Each case in a process of its own; what dies or takes too long is a crash, with the signal as reason.
std::vector<Row> runAll(const std::vector<ConformanceCase> &cases, const ConformanceOptions &options) {
  std::vector<Row> rows(cases.size());
  std::vector<PoolJob> jobs;
  for (const ConformanceCase &each : cases)
    jobs.push_back({each.set + "/" + each.name, uint64_t(256) << 20});
  size_t done = 0;
  WorkerPool pool({options.jobs, 0});
  pool.run(
      jobs,
      [&](size_t index) -> Result<Row> {
        alarm(options.timeout_seconds);
        return rowOf(cases[index], options.onAccelerator() ? runAcceleratorCase(cases[index], options.rtl)
                                                           : runHostCase(cases[index]));
      },
      [](size_t) {},
      [&](size_t index, Result<Row> result) {
        CaseOutcome crash;
        if (!result)
          crash.reason = result.error().message;
        rows[index] = result ? *result : rowOf(cases[index], crash);
        if (++done % 100 == 0 || done == cases.size())
          fmt::print(stderr, "{} of {} cases\n", done, cases.size());
      });
  return rows;
}

/// Which operations ran on the accelerator, and in how many cases.
void printAccelerated(const std::vector<Row> &rows) {
  std::map<std::string, unsigned> cases;
  for (const Row &row : rows)
    if (row["status"] == caseStatusName(CaseStatus::Passed))
      for (const std::string &operation : row["accelerated"].get<std::set<std::string>>())
        ++cases[operation];
  fmt::print("\non the accelerator, in passed cases:\n");
  for (const auto &[operation, count] : cases)
    fmt::print("{:>5}  {}\n", count, operation);
}

Result<int> runConformance(const ConformanceOptions &options) {
  auto cases = findCases(options.data, options.sets, options.filter);
  if (!cases)
    return cases.error();
  if (options.onAccelerator())
    cases->erase(std::remove_if(cases->begin(), cases->end(),
                                [](const auto &each) { return !isAcceleratorCase(each); }),
                 cases->end());
  std::vector<Row> rows = runAll(*cases, options);
  ConformanceSummary summary;
  for (size_t i = 0; i < rows.size(); ++i)
    summary.add((*cases)[i], outcomeOf(rows[i]));
  fmt::print("{}", summary.text());
  if (options.onAccelerator())
    printAccelerated(rows);
  if (!options.json.empty())
    if (Status status = writeJson(rows, options.json); !status)
      return status.error();
  return int(summary.all().wrong + summary.all().crashed == 0 ? exitOk : exitFailed);
}

} // namespace

void addConformanceCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<ConformanceOptions>();
  CLI::App *command = app.add_subcommand("conformance", "ONNX's own operator tests through the compiler");
  command->add_option("--data", options->data, "Folder of sets of cases")->capture_default_str();
  command->add_option("--set", options->sets, "Sets to run (node, simple, ...); all if none is named");
  command->add_option("--filter", options->filter, "Regular expression that a case's name contains");
  command->add_option("--target", options->target, "Where the models run")
      ->check(CLI::IsMember({"host", "accelerator"}))
      ->capture_default_str();
  command->add_flag("--rtl,!--no-rtl", options->rtl, "Accelerator: RTL on `tiny` too")->capture_default_str();
  command->add_option("--jobs", options->jobs, "Processes at a time; 0: one for each core")
      ->capture_default_str();
  command
      ->add_option("--timeout-seconds", options->timeout_seconds,
                   "A case that takes longer counts as crashed")
      ->capture_default_str();
  command->add_option("--json", options->json, "Write an object for each case to this file");
  command->callback([options, &exitCode] {
    auto code = runConformance(*options);
    exitCode = code ? *code : reportError(code.error());
  });
}

} // namespace lockstep
