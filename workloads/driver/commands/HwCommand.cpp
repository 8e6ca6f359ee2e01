// lockstep hw list | show | graph | manual | sv-package: what a machine is.
#include "hw/graph/ArchitectureGraph.h"
#include "hw/isa/ManualPrinter.h"
#include "hw/isa/SvPackagePrinter.h"
#include "hw/machine/ParameterInfo.h"
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/execution/RunSpec.h"
#include "workloads/driver/support/ExitCode.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>

namespace lockstep {

namespace {

int listMachines() {
  fmt::print("{:<12} {:>9} {:>12} {:>12} {:>8} {:>8}\n", "name", "array", "scratchpad", "accumulator", "read",
             "write");
  for (const std::string &name : listConfigurations()) {
    auto machine = loadParameters(name);
    if (!machine)
      return reportError(machine.error());
    fmt::print("{:<12} {:>9} {:>8} KiB {:>8} KiB {:>6} B {:>6} B\n", name,
               fmt::format("{}x{}", machine->array_rows, machine->array_columns),
               machine->scratchpad_size_bytes / 1024, machine->accumulator_size_bytes / 1024,
               machine->memory_read_bytes_per_cycle, machine->memory_write_bytes_per_cycle);
  }
  return exitOk;
}

int showMachine(const RunSpec &spec) {
  auto machine = machineOf(spec);
  if (!machine)
    return reportError(machine.error());
  fmt::print("{}", explainParameters(*machine));
  return exitOk;
}

int showGraph(const RunSpec &spec, const std::string &format) {
  auto machine = machineOf(spec);
  if (!machine)
    return reportError(machine.error());
  ArchitectureGraph graph(*machine);
  if (format == "json")
    fmt::print("{}\n", printGraphJson(graph));
  else
    fmt::print("{}", format == "dot" ? printGraphDot(graph) : printGraphText(graph));
  return exitOk;
}

int showText(const std::string &text) {
  fmt::print("{}", text);
  return exitOk;
}

} // namespace

void addHwCommand(CLI::App &app, int &exitCode) {
  CLI::App *hw = app.add_subcommand("hw", "What a machine is: configurations, parameters, manual, package");
  hw->require_subcommand(1);
  auto spec = std::make_shared<RunSpec>();
  hw->add_subcommand("list", "The named configurations")->callback([&exitCode] {
    exitCode = listMachines();
  });
  CLI::App *show = hw->add_subcommand("show", "All parameters of a machine, as YAML");
  addMachineOptions(*show, *spec);
  show->callback([spec, &exitCode] { exitCode = showMachine(*spec); });
  auto format = std::make_shared<std::string>("text");
  CLI::App *graph =
      hw->add_subcommand("graph", "Memories, units with their abilities, links with their widths");
  addMachineOptions(*graph, *spec);
  graph->add_option("--format", *format, "text, json or dot (Graphviz)")
      ->check(CLI::IsMember({"text", "json", "dot"}));
  graph->callback([spec, format, &exitCode] { exitCode = showGraph(*spec, *format); });
  hw->add_subcommand("manual", "The manual: timing, numbers, parameters, instructions, rules")
      ->callback([&exitCode] { exitCode = showText(printManual()); });
  hw->add_subcommand("sv-package", "The SystemVerilog package of the instruction set")->callback([&exitCode] {
    exitCode = showText(printSvPackage());
  });
}

} // namespace lockstep
