// lockstep explain -m -n -k: what the scheduler chose for a GEMM, and what else it could have done.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/execution/RunSpec.h"
#include "workloads/driver/gemm/GemmSpec.h"
#include "workloads/driver/gemm/Selection.h"
#include "workloads/driver/support/ExitCode.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace lockstep {

namespace {

struct ExplainOptions {
  RunSpec run;
  GemmSpec gemm;
  size_t count = 6;
  uint64_t measure_up_to = 100'000'000;
};

void showCandidate(const Candidate &candidate, uint64_t bound, size_t number) {
  const GemmSchedule &schedule = candidate.schedule;
  uint64_t cycles = candidate.measured_cycles.value_or(schedule.predicted_cycles);
  fmt::print("{}. predicted {} cycles, measured {}, {:.2f} % of the bound\n{}\n", number,
             schedule.predicted_cycles,
             candidate.measured_cycles ? fmt::format("{}", *candidate.measured_cycles) : "-",
             100.0 * double(bound) / double(cycles), explain(schedule));
}

Result<int> explainGemm(const ExplainOptions &options) {
  if (Status status = checkGemmSpec(options.gemm); !status)
    return status.error();
  auto parameters = machineOf(options.run);
  if (!parameters)
    return parameters.error();
  GemmProblem problem = problemOf(options.gemm);
  auto ranked = rankSchedules(problem, *parameters, options.count, options.measure_up_to);
  if (!ranked)
    return ranked.error();
  uint64_t bound = boundCycles(problem, *parameters);
  fmt::print("{} on {}: bound {} cycles; the first is what `lockstep gemm` runs\n", labelOf(options.gemm),
             parameters->name, bound);
  for (size_t i = 0; i < ranked->size(); ++i)
    showCandidate((*ranked)[i], bound, i + 1);
  return int(exitOk);
}

} // namespace

void addExplainCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App *command =
      app.add_subcommand("explain", "What the scheduler chooses for a GEMM, and the alternatives");
  addGemmSizes(*command, options->gemm);
  addGemmOptions(*command, options->gemm);
  addMachineOptions(*command, options->run);
  command->add_option("--count", options->count, "Alternatives to show")->capture_default_str();
  command
      ->add_option("--measure-up-to", options->measure_up_to,
                   "Measure if at most that many cycles are predicted")
      ->capture_default_str();
  command->callback([options, &exitCode] {
    auto code = explainGemm(*options);
    exitCode = code ? *code : reportError(code.error());
  });
}

} // namespace lockstep
