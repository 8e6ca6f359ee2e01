#include "workloads/driver/execution/Execution.h"

#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"
#include "sim/lockstep/LockstepRun.h"
#include "sim/trace/PerfettoTrace.h"
#include "workloads/driver/execution/BothSinks.h"

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

/// Runs with `events` and the trace that the user asked for, if any, attached.
template <typename Run>
auto runTraced(const Program &program, const RunSpec &spec, EventSink *events, const Run &run)
    -> decltype(run(nullptr)) {
  if (spec.trace_file.empty())
    return run(events);
  auto trace = PerfettoTrace::open(spec.trace_file, program);
  if (!trace)
    return trace.error();
  BothSinks both(**trace, events ? *events : **trace);
  auto result = run(events ? static_cast<EventSink *>(&both) : trace->get());
  Status status = (*trace)->finish();
  return result && !status ? status.error() : std::move(result);
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

Execution executionOf(const LockstepReport &report) {
  Execution execution;
  execution.timing = report.first;
  execution.rtl_timing = report.second;
  execution.cycles_equal = report.cycles_equal;
  execution.bits_equal = report.bits_equal;
  execution.equal_events = report.equal_events;
  execution.difference = report.difference ? report.difference->sentence : "";
  return execution;
}

Row countersRow(const RunResult &result) {
  Row units = Row::object();
  for (const UnitCounters &unit : result.units)
    for (const auto &[name, cycles] : unit.cycles)
      units[unit.unit][name] = cycles;
  return units;
}

} // namespace

Executor::Executor(const Parameters &parameters, RunSpec spec)
    : parameters(parameters), options(std::move(spec)) {}
Executor::~Executor() = default;

Status Executor::makeEngines() {
  bool wantsSystemC = options.engine == EngineKind::SystemC || options.engine == EngineKind::Lockstep;
  bool wantsRtl = options.engine == EngineKind::Rtl || options.engine == EngineKind::Lockstep;
  if (wantsRtl && !rtl) {
    auto made = makeRtlEngine(parameters, options.assertions, !options.wave_file.empty());
    if (!made)
      return made.error();
    rtl = std::move(*made);
  }
  if (wantsSystemC && !systemc)
    systemc = makeSystemCEngine(parameters);
  return {};
}

Result<Execution> Executor::runGolden(const Program &program, ExternalMemory &memory) {
  Golden golden(parameters);
  if (Status status = golden.run(program, memory, {}, kDefaultInstructionLimit, options.max_cycles); !status)
    return status.error();
  return Execution{};
}

Result<Execution> Executor::runEngine(const Program &program, ExternalMemory &memory, EventSink *events) {
  Engine &engine = options.engine == EngineKind::Rtl ? *rtl : *systemc;
  auto result = runTraced(program, options, events, [&](EventSink *listener) {
    RunOptions run = optionsOf(options);
    run.events = listener;
    return engine.run(program, memory, run);
  });
  if (!result)
    return result.error();
  Execution execution;
  execution.timing = *result;
  return execution;
}

Result<Execution> Executor::runLockstep(const Program &program, ExternalMemory &memory, EventSink *events) {
  LockstepRun lockstep(*systemc, "systemc", *rtl, "rtl");
  auto report = runTraced(program, options, events, [&](EventSink *listener) {
    LockstepOptions run = lockstepOptionsOf(options);
    run.events = listener;
    return lockstep.run(program, memory, run);
  });
  if (!report)
    return report.error();
  return executionOf(*report);
}

Result<Execution> Executor::dispatch(const Program &program, ExternalMemory &memory, EventSink *events) {
  if (Status status = makeEngines(); !status)
    return status.error();
  if (options.engine == EngineKind::Lockstep)
    return runLockstep(program, memory, events);
  return options.engine == EngineKind::Golden ? runGolden(program, memory)
                                              : runEngine(program, memory, events);
}

Result<Execution> Executor::run(const Program &program, ExternalMemory &memory, EventSink *events) {
  auto begin = std::chrono::steady_clock::now();
  auto execution = dispatch(program, memory, events);
  if (execution)
    execution->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return execution;
}

Result<Execution> execute(const Program &program, ExternalMemory &memory, const RunSpec &spec) {
  return Executor(program.parameters, spec).run(program, memory);
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

Row machineRow(const Parameters &parameters, const RunSpec &run) {
  Row row;
  row["hw"] = parameters.name;
  row["engine"] = engineName(run.engine);
  row["latency_cycles"] = parameters.memory_latency_cycles;
  row["memory_model"] = parameters.memory_model == MemoryModelKind::Dram ? "dram" : "fixed";
  row["timing_only"] = run.timing_only;
  return row;
}

Result<ExternalMemory> openMemory(const Program &program, const std::string &file) {
  if (auto report = checkProgram(program); !report)
    return report.error();
  if (!file.empty())
    if (Status status = writeProgram(program, file); !status)
      return status.error();
  return buildMemory(program);
}

} // namespace lockstep
