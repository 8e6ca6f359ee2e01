// How to run: the machine, the engine and what to write. Shared by every subcommand that simulates.
#pragma once

#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace lockstep {

/// Golden: untimed. Lockstep: SystemC and RTL (and golden), compared event by event and byte by byte.
enum class EngineKind { Golden, SystemC, Rtl, Lockstep };

const char *engineName(EngineKind kind);
/// Errors: Usage, with the names that are allowed.
Result<EngineKind> parseEngine(const std::string &name);

struct RunSpec {
  std::string hw = "base";       // name of a configuration, or a YAML file
  std::vector<std::string> sets; // "group.name=value", applied in order
  EngineKind engine = EngineKind::SystemC;
  std::string json_file, trace_file, wave_file; // empty: none
  std::string program_file;                     // where an emitted program is written; empty: nowhere
  bool timing_only = false;
  bool assertions = true;  // RTL only
  bool golden = true;      // lockstep: compare with the golden executor too (slow on large programs)
  uint64_t max_cycles = 0; // 0: no limit
};

/// "a.b=c" as ("a.b", "c"). Errors: Usage.
Result<std::pair<std::string, std::string>> parseSetting(const std::string &text);

/// The machine with its settings applied. Errors: Usage, Parameter.
Result<Parameters> machineOf(const RunSpec &spec);

/// Combinations that mean nothing (a wave of an engine without waves). Errors: Usage.
Status checkRunSpec(const RunSpec &spec);

/// --hw and --set alone.
void addMachineOptions(CLI::App &app, RunSpec &spec);
/// --engine, --timing-only, --max-cycles, --assertions, --json, --trace, --wave. With `reference` the engine
/// may also be "reference", the CPU's own execution, which sets it.
void addEngineOptions(CLI::App &app, RunSpec &spec, bool *reference = nullptr);

} // namespace lockstep
