// The `lockstep` command line.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/support/ExitCode.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

using namespace lockstep;

namespace {

constexpr char description[] =
    "Lockstep: one accelerator, run as SystemC and as RTL with equal bits and equal cycles";
constexpr char footer[] = R"(
Exit codes: 0 everything was done and every comparison was equal; 1 a check failed (bits or cycles differ, an illegal
or racy program, out of bounds, a deadlock, --max-cycles reached); 2 the input could not be understood; 3 the system or
a tool refused.
)";

/// A first word that is neither an option nor a subcommand: CLI11 would only say that a subcommand is
/// missing.
bool isUnknownSubcommand(const CLI::App &app, const std::string &word) {
  auto subcommands = app.get_subcommands([&](const CLI::App *each) { return each->get_name() == word; });
  return !word.empty() && word[0] != '-' && subcommands.empty();
}

int rejectSubcommand(const CLI::App &app, const std::string &word) {
  std::string names;
  for (const CLI::App *each : app.get_subcommands([](const CLI::App *) { return true; }))
    names += (names.empty() ? "" : ", ") + each->get_name();
  fmt::print(stderr, "lockstep: usage: `{}` is no subcommand; allowed are {}\n", word, names);
  return exitUsage;
}

/// CLI11's complaint as one sentence with our prefix and exit code; help goes to stdout with 0.
int parse(CLI::App &app, int argc, char **argv) {
  try {
    app.parse(argc, argv);
    return exitOk;
  } catch (const CLI::Success &success) {
    return app.exit(success);
  } catch (const CLI::ParseError &error) {
    std::string chosen = app.get_subcommands().empty() ? "" : app.get_subcommands().front()->get_name() + " ";
    fmt::print(stderr, "lockstep: usage: {}; see lockstep {}--help\n", error.what(), chosen);
    return exitUsage;
  }
}

} // namespace

int main(int argc, char **argv) {
  CLI::App app(description, "lockstep");
  app.footer(footer);
  app.require_subcommand(1);
  int exitCode = exitOk;
  for (auto add : {addCompileCommand, addRunCommand, addVerifyCommand, addQuantizeCommand, addFidelityCommand,
                   addFuzzCommand, addConformanceCommand, addBenchCommand, addGemmCommand,
                   addRecurrentCommand, addAsmCommand, addObjdumpCommand, addCheckCommand, addExplainCommand,
                   addHwCommand, addSweepCommand, addSpeedCommand, addAreaCommand})
    add(app, exitCode);
  if (argc > 1 && isUnknownSubcommand(app, argv[1]))
    return rejectSubcommand(app, argv[1]);
  int parsed = parse(app, argc, argv);
  return parsed == exitOk ? exitCode : parsed;
}
