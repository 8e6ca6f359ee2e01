// lockstep gemm -m -n -k: one GEMM of any size.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/gemm/GemmJob.h"
#include "workloads/driver/support/ExitCode.h"
#include "workloads/driver/support/RowPrinter.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace lockstep {

namespace {

struct GemmOptions {
  RunSpec run;
  GemmSpec gemm;
};

int gemm(const GemmOptions &options) {
  for (Status status : {checkRunSpec(options.run), checkGemmSpec(options.gemm)})
    if (!status)
      return reportError(status.error());
  auto row = runGemm(options.gemm, options.run);
  if (!row)
    return reportError(row.error());
  RowPrinter printer(gemmColumns(), 1);
  printer.header();
  printer.add(0, labelOf(options.gemm), row);
  if (!options.run.json_file.empty())
    if (Status status = writeJson({*row}, options.run.json_file); !status)
      return reportError(status.error());
  return printer.exitCode();
}

} // namespace

void addGemmCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<GemmOptions>();
  CLI::App *command = app.add_subcommand("gemm", "One matrix product, compared with the CPU's result");
  addGemmSizes(*command, options->gemm);
  addGemmOptions(*command, options->gemm);
  addMachineOptions(*command, options->run);
  addEngineOptions(*command, options->run);
  command
      ->add_option("--emit", options->run.program_file,
                   "Write the program too, for lockstep run, objdump, check")
      ->type_name("FILE");
  command->callback([options, &exitCode] { exitCode = gemm(*options); });
}

} // namespace lockstep
