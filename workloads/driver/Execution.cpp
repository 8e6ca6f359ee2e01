#include "workloads/driver/Execution.h"

#include "hw/golden/Golden.h"
#include "sim/lockstep/LockstepRun.h"
#include "sim/trace/PerfettoTrace.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include <unistd.h>

namespace lockstep {

namespace {

RunOptions optionsOf(const RunSpec &spec) {
  RunOptions options;
  options.values = !spec.timing_only;
  options.max_cycles = spec.max_cycles;
  options.assertions = spec.assertions;
  options.wave_file = spec.wave_file;
  options.progress = isatty(STDERR_FILENO);
  return options;
}

/// Runs with the trace that the user asked for, if any, attached.
template <typename Run>
auto runTraced(const Program &program, const RunSpec &spec, const Run &run) -> decltype(run(nullptr)) {
  if (spec.trace_file.empty())
    return run(nullptr);
  auto trace = PerfettoTrace::open(spec.trace_file, program);
  if (!trace)
    return trace.error();
  auto result = run(trace->get());
  Status status = (*trace)->finish();
  return result && !status ? status.error() : std::move(result);
}

Result<Execution> runGolden(const Program &program, ExternalMemory &memory, const RunSpec &spec) {
  Golden golden(program.parameters);
  if (Status status = golden.run(program, memory, {}, kDefaultInstructionLimit, spec.max_cycles); !status)
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
  auto result = runTraced(program, spec, [&](EventSink *events) {
    RunOptions options = optionsOf(spec);
    options.events = events;
    return (*engine)->run(program, memory, options);
  });
  if (!result)
    return result.error();
  Execution execution;
  execution.timing = *result;
  return execution;
}

LockstepOptions lockstepOptionsOf(const RunSpec &spec) {
  LockstepOptions options;
  options.max_cycles = spec.max_cycles;
  options.golden = spec.golden && !spec.timing_only;
  options.values = !spec.timing_only;
  options.progress = isatty(STDERR_FILENO);
  options.wave_file = spec.wave_file;
  return options;
}

Result<Execution> runLockstep(const Program &program, ExternalMemory &memory, const RunSpec &spec) {
  auto rtl = makeRtlEngine(program.parameters, spec.assertions, !spec.wave_file.empty());
  if (!rtl)
    return rtl.error();
  std::unique_ptr<Engine> systemc = makeSystemCEngine(program.parameters);
  LockstepRun lockstep(*systemc, "systemc", **rtl, "rtl");
  auto report = runTraced(program, spec, [&](EventSink *events) {
    LockstepOptions options = lockstepOptionsOf(spec);
    options.events = events;
    return lockstep.run(program, memory, options);
  });
  if (!report)
    return report.error();
  Execution execution;
  execution.timing = report->first;
  execution.rtl_timing = report->second;
  execution.cycles_equal = report->cycles_equal;
  execution.bits_equal = report->bits_equal;
  execution.equal_events = report->equal_events;
  execution.difference = report->difference ? report->difference->sentence : "";
  return execution;
}

Result<Execution> runOn(const Program &program, ExternalMemory &memory, const RunSpec &spec) {
  if (spec.engine == EngineKind::Lockstep)
    return runLockstep(program, memory, spec);
  return spec.engine == EngineKind::Golden ? runGolden(program, memory, spec)
                                           : runEngine(program, memory, spec);
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
  const RunResult &paced =
      execution.rtl_timing ? *execution.rtl_timing : result; // the slower of the two sets the pace
  double seconds = std::max(paced.seconds, 1e-9);
  row["cycles"] = result.total_cycles;
  row["cycles_per_second"] = double(result.total_cycles) / seconds;
  row["macs_per_cycle"] = double(result.macs) / double(result.total_cycles);
  row["macs_per_second"] = double(result.macs) / seconds;
  row["simulation_seconds"] = paced.seconds;
  row["bytes_moved"] = result.read_bytes + result.written_bytes;
  row["read_bytes"] = result.read_bytes;
  row["written_bytes"] = result.written_bytes;
  row["read_bursts"] = result.read_bursts;
  row["write_bursts"] = result.write_bursts;
  row["instructions"] = result.instructions;
  row["fetched_instructions"] = result.fetched_instructions;
  row["macs"] = result.macs;
  row["units"] = countersRow(result);
  if (execution.rtl_timing)
    row["equal_events"] = execution.equal_events;
  return row;
}

std::string showCounters(const RunResult &result) {
  std::string text;
  for (const UnitCounters &unit : result.units) {
    text += fmt::format("  {:<10}", unit.unit);
    for (const auto &[name, cycles] : unit.cycles)
      text += fmt::format("  {} {} ({:.1f} %)", name, cycles,
                          100.0 * double(cycles) / double(result.total_cycles));
    text += "\n";
  }
  return text;
}

} // namespace lockstep
