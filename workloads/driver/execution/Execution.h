// A program on the engine that the user asked for.
#pragma once

#include "hw/program/ExternalMemory.h"
#include "hw/program/Program.h"
#include "sim/engine/Engine.h"
#include "workloads/driver/execution/RunSpec.h"
#include "workloads/driver/support/Row.h"

#include <memory>
#include <optional>
#include <string>

namespace lockstep {

struct Execution {
  std::optional<RunResult> timing;     // none from the golden executor; the SystemC model's for lockstep
  std::optional<RunResult> rtl_timing; // lockstep only
  std::optional<bool> cycles_equal;    // lockstep: events, cycles and counters of both
  std::optional<bool> bits_equal; // lockstep: all bytes of both, and the golden executor's if spec.golden
  uint64_t equal_events = 0;      // lockstep
  std::string difference;         // lockstep: one sentence, empty if nothing differs
  double seconds = 0;             // wall clock of the run itself
};

/// Engines of one machine that stay for several programs: SystemC elaborates once, an RTL model is loaded
/// once.
class Executor {
public:
  /// Engines are made when they are first needed.
  Executor(const Parameters &parameters, RunSpec spec);
  ~Executor();

  /// As execute(); `program` is for this machine. `events` gets the events (the SystemC model's for lockstep)
  /// beside the trace that the user asked for; none come from the golden executor.
  Result<Execution> run(const Program &program, ExternalMemory &memory, EventSink *events = nullptr);

  const RunSpec &spec() const { return options; }

private:
  Result<Execution> runGolden(const Program &program, ExternalMemory &memory);
  Result<Execution> runEngine(const Program &program, ExternalMemory &memory, EventSink *events);
  Result<Execution> runLockstep(const Program &program, ExternalMemory &memory, EventSink *events);
  Result<Execution> dispatch(const Program &program, ExternalMemory &memory, EventSink *events);
  Status makeEngines();

  const Parameters parameters;
  const RunSpec options;
  std::unique_ptr<Engine> systemc, rtl;
};

/// Runs `program`, whose legality the caller has checked. `memory` is buildMemory's with the inputs in place;
/// afterwards it holds the outputs (of the SystemC model for lockstep), unless spec.timing_only. Errors:
/// those of the engines.
Result<Execution> execute(const Program &program, ExternalMemory &memory, const RunSpec &spec);

/// `cycles`, `instructions`, bursts, bytes, `macs`, rates, and `units`: an object of counters for each unit.
Row rowOf(const Execution &execution);

/// The keys that tell where a row was run: hw, engine, latency_cycles, memory_model, timing_only.
Row machineRow(const Parameters &parameters, const RunSpec &run);

/// The program's memory, before any inputs, once the program is found legal and free of races and is written
/// to `file` (empty: nowhere). Errors: those of checkProgram(), writeProgram(), buildMemory().
Result<ExternalMemory> openMemory(const Program &program, const std::string &file);

/// The counters as a small table, a line for each unit.
std::string showCounters(const RunResult &result);

} // namespace lockstep
