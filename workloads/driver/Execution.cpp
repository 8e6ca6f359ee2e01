#include "workloads/driver/Execution.h"

#include "hw/golden/Golden.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

namespace lockstep {

namespace {

RunOptions optionsOf(const RunSpec &spec) {
  RunOptions options;
  options.values = !spec.timing_only;
  options.max_cycles = spec.max_cycles;
  options.assertions = spec.assertions;
  options.wave_file = spec.wave_file;
  return options;
}

Result<Execution> runGolden(const Program &program, ExternalMemory &memory) {
  Golden golden(program.parameters);
  if (Status status = golden.run(program, memory); !status)
    return status.error();
  return Execution{};
}

Result<std::unique_ptr<Engine>> makeEngine(const Parameters &parameters, const RunSpec &spec) {
  if (spec.engine == EngineKind::Rtl)
    return makeRtlEngine(parameters, spec.assertions, !spec.wave_file.empty());
  return makeSystemCEngine(parameters);
}

Result<Execution> runEngine(const Program &program, ExternalMemory &memory, const RunSpec &spec) {
  auto engine = makeEngine(program.parameters, spec);
  if (!engine)
    return engine.error();
  auto result = (*engine)->run(program, memory, optionsOf(spec));
  if (!result)
    return result.error();
  Execution execution;
  execution.timing = *result;
  return execution;
}

Result<Execution> runOn(const Program &program, ExternalMemory &memory, const RunSpec &spec) {
  return spec.engine == EngineKind::Golden ? runGolden(program, memory) : runEngine(program, memory, spec);
}

Row countersRow(const RunResult &result) {
  Row units = Row::object();
  for (const UnitCounters &unit : result.units)
    for (const auto &[name, cycles] : unit.cycles)
      units[unit.unit][name] = cycles;
  return units;
}

} // namespace

Result<Execution> execute(const Program &program, ExternalMemory &memory, const RunSpec &spec) {
  auto begin = std::chrono::steady_clock::now();
  auto execution = runOn(program, memory, spec);
  if (execution)
    execution->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return execution;
}

Row rowOf(const Execution &execution) {
  Row row;
  for (const char *key : {"cycles", "cycles_equal", "cycles_per_second", "macs_per_cycle", "macs_per_second"})
    row[key] = nullptr;
  if (execution.cycles_equal)
    row["cycles_equal"] = *execution.cycles_equal;
  if (!execution.difference.empty())
    row["difference"] = execution.difference;
  if (!execution.timing)
    return row;
  const RunResult &result = *execution.timing;
  double seconds = std::max(result.seconds, 1e-9);
  row["cycles"] = result.total_cycles;
  row["cycles_per_second"] = double(result.total_cycles) / seconds;
  row["macs_per_cycle"] = double(result.macs) / double(result.total_cycles);
  row["macs_per_second"] = double(result.macs) / seconds;
  row["simulation_seconds"] = result.seconds;
  row["bytes_moved"] = result.read_bytes + result.written_bytes;
  row["read_bytes"] = result.read_bytes;
  row["written_bytes"] = result.written_bytes;
  row["read_bursts"] = result.read_bursts;
  row["write_bursts"] = result.write_bursts;
  row["instructions"] = result.instructions;
  row["fetched_instructions"] = result.fetched_instructions;
  row["macs"] = result.macs;
  row["units"] = countersRow(result);
  return row;
}

std::string showCounters(const RunResult &result) {
  std::string text;
  for (const UnitCounters &unit : result.units) {
    text += fmt::format("  {:<10}", unit.unit);
    for (const auto &[name, cycles] : unit.cycles)
      text += fmt::format("  {} {} ({:.1f} %)", name, cycles, 100.0 * double(cycles) / double(result.total_cycles));
    text += "\n";
  }
  return text;
}

} // namespace lockstep
