// lockstep verify MODEL --data SET: what a CI job calls.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/model/Verification.h"
#include "workloads/driver/support/ExitCode.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace lockstep {

namespace {

struct VerifyCommandOptions {
  VerifySpec spec;
  std::string junit_file, json_file;
};

Row checksRow(const VerifyReport &report) {
  Row checks = Row::array();
  for (const VerifyCheck &check : report.checks)
    checks.push_back({{"group", check.group},
                      {"name", check.name},
                      {"passed", check.failure.empty()},
                      {"failure", check.failure},
                      {"seconds", check.seconds}});
  return checks;
}

void show(const VerifyReport &report) {
  fmt::print("{}\n", showHeader(verifyColumns()));
  for (const Row &row : report.rows)
    fmt::print("{}\n", showRow(row, verifyColumns()));
  for (const std::string &remark : report.remarks)
    fmt::print("note: {}\n", remark);
  size_t passed = 0;
  for (const VerifyCheck &check : report.checks)
    if (check.failure.empty())
      ++passed;
    else
      fmt::print("FAILED {} {}: {}\n", check.group, check.name, check.failure);
  fmt::print("{} of {} checks passed\n", passed, report.checks.size());
}

Status writeFiles(const VerifyCommandOptions &options, const VerifyReport &report) {
  if (!options.junit_file.empty())
    if (Status status = writeJUnit(report, options.spec.model.model, options.junit_file); !status)
      return status;
  if (options.json_file.empty())
    return {};
  Row all = {{"model", options.spec.model.model},
             {"passed", report.passed()},
             {"checks", checksRow(report)},
             {"executions", report.rows},
             {"remarks", report.remarks}};
  return writeText(all.dump(1) + "\n", options.json_file);
}

Result<int> verify(const VerifyCommandOptions &options) {
  const VerifyThresholds &limits = options.spec.thresholds;
  for (const std::string &engine : options.spec.engines)
    if (auto kind = parseEngine(engine); !kind && engine != "reference")
      return Error{ErrorKind::Usage,
                   fmt::format("--engines: engine `{}` is unknown; allowed are reference, golden, "
                               "systemc, rtl and lockstep",
                               engine)};
  auto report = verifyModel(options.spec);
  if (!report)
    return report.error();
  bool wantsLabels = limits.min_accuracy || limits.max_accuracy_drop;
  if (wantsLabels && report->rows.front()["accuracy_percent"].is_null())
    return Error{ErrorKind::Usage,
                 "--min-accuracy and --max-accuracy-drop need labels: --labels FILE, or an array "
                 "`label` in the data"};
  show(*report);
  if (Status status = writeFiles(options, *report); !status)
    return status.error();
  return report->passed() ? int(exitOk) : int(exitFailed);
}

void addThresholds(CLI::App &command, VerifyThresholds &limits) {
  command.add_option("--min-accuracy", limits.min_accuracy, "Least accuracy of the integer model")
      ->type_name("PERCENT");
  command.add_option("--max-accuracy-drop", limits.max_accuracy_drop, "From float to integer")
      ->type_name("POINTS");
  command.add_option("--min-sqnr-db", limits.min_sqnr_db, "Integer outputs against float ones")
      ->type_name("DB");
  command.add_option("--max-cycles-total", limits.max_cycles_total, "Over all samples, on each machine")
      ->type_name("CYCLES");
  command
      .add_option("--max-cycles-per-run", limits.max_cycles_per_run, "Of the slowest run, on each machine")
      ->type_name("CYCLES");
}

} // namespace

void addVerifyCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<VerifyCommandOptions>();
  VerifySpec &spec = options->spec;
  spec.engines = {"reference", "golden", "systemc", "rtl"};
  spec.machines = {"base"};
  CLI::App *command =
      app.add_subcommand("verify", "A model on a data set: bits, cycles, accuracy, thresholds");
  command->add_option("model", spec.model.model, "ONNX or MLIR file")->required()->type_name("MODEL");
  command->add_option("--data", spec.data, "Inputs, samples along axis 0: .npz, .npy, .pb, or NAME=FILE")
      ->required()
      ->type_name("FILE...");
  command->add_option("--labels", spec.labels, "Classes: a file, or an array of the data; default: `label`")
      ->type_name("FILE|NAME");
  command->add_option("--engines", spec.engines, "Of reference, golden, systemc, rtl, lockstep")
      ->delimiter(',')
      ->capture_default_str()
      ->type_name("NAME,...");
  command->add_option("--samples", spec.num_samples, "The first samples only; 0: all")->capture_default_str();
  command->add_option("--rtl-samples", spec.rtl_samples, "Samples on rtl and lockstep")
      ->capture_default_str();
  command->add_option("--hw", spec.machines, "Machines: named configurations or YAML files")
      ->delimiter(',')
      ->capture_default_str()
      ->type_name("NAME|FILE,...");
  command->add_option("--set", spec.model.run.sets, "Change one parameter of each machine; may be repeated")
      ->type_name("GROUP.NAME=VALUE")
      ->allow_extra_args(false);
  addThresholds(*command, spec.thresholds);
  addShapeOption(*command, spec.model);
  addCalibrationOptions(*command, spec.model);
  command->add_option("--junit", options->junit_file, "Write the checks as JUnit XML")->type_name("FILE");
  command->add_option("--json", options->json_file, "Write checks and executions")->type_name("FILE");
  command->callback([options, &exitCode] {
    auto code = verify(*options);
    exitCode = code ? *code : reportError(code.error());
  });
}

} // namespace lockstep
