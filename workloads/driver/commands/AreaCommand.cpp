// lockstep area: gates of each block and SRAM bits of a machine.
#include "workloads/driver/area/Area.h"
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/execution/RunSpec.h"
#include "workloads/driver/support/ExitCode.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace lockstep {

namespace {

const std::vector<Column> &areaColumns() {
  static const std::vector<Column> columns = {{"module", "module", 24, Show::Text},
                                              {"instances", "instances", 9, Show::Integer},
                                              {"cells", "cells", 10, Show::Integer},
                                              {"transistors", "transistors", 12, Show::Integer},
                                              {"sram_bits", "SRAM bits", 11, Show::Integer}};
  return columns;
}

int area(const RunSpec &spec) {
  auto parameters = machineOf(spec);
  if (!parameters)
    return reportError(parameters.error());
  fmt::print(stderr, "Yosys maps the RTL of {} to gates; small machines take a minute, large ones many\n",
             parameters->name);
  auto rows = computeArea(*parameters);
  if (!rows)
    return reportError(rows.error());
  fmt::print("{}\n", showHeader(areaColumns()));
  for (const Row &row : *rows)
    fmt::print("{}\n", showRow(row, areaColumns()));
  if (!spec.json_file.empty())
    if (Status status = writeJson(*rows, spec.json_file); !status)
      return reportError(status.error());
  return exitOk;
}

} // namespace

void addAreaCommand(CLI::App &app, int &exitCode) {
  auto spec = std::make_shared<RunSpec>();
  CLI::App *command = app.add_subcommand("area", "Gates of each block and SRAM bits of a machine (Yosys)");
  command->footer(
      "A module's row counts all its instances without the modules inside. Gates are Yosys' internal ones\n"
      "before technology mapping; transistors as static CMOS; SRAMs are black boxes, their bits are "
      "counted.\n");
  addMachineOptions(*command, *spec);
  command->add_option("--json", spec->json_file, "Write one object per module")->type_name("FILE");
  command->callback([spec, &exitCode] { exitCode = area(*spec); });
}

} // namespace lockstep
