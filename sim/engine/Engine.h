// What every engine offers: run a program over a memory, and tell cycles, counters and events.
#pragma once

#include "hw/golden/OnChipState.h"
#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"
#include "sim/engine/Events.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// A counter by its name in the manual ("busy", "stall_memory", ...), in the order of charging.
struct UnitCounters {
  std::string unit; // "load", "matrix", "vector", "store", "sequencer"
  std::vector<std::pair<std::string, uint64_t>> cycles; // sum = total_cycles
};

struct RunResult {
  uint64_t total_cycles = 0;
  std::vector<UnitCounters> units;
  uint64_t instructions = 0; // dispatched to units
  uint64_t read_bursts = 0, write_bursts = 0;
  uint64_t read_bytes = 0, written_bytes = 0; // bytes that instructions asked for, fetch excluded
  uint64_t fetched_instructions = 0;
  uint64_t macs = 0;        // multiply-accumulates of valid rows and columns
  double seconds = 0;       // host time of the simulation proper
};

struct RunOptions {
  bool values = true;               // false: timing only
  uint64_t max_cycles = 0;          // 0: no limit; else Error{Limit}
  EventSink *events = nullptr;      // off by default
  bool assertions = true;           // RTL only
  std::string wave_file;            // RTL only; empty: none
  unsigned fault = 0;               // test builds only: which deliberate fault is on; 0 none
  bool progress = false;            // a line on stderr now and then
  const std::atomic<bool> *stop = nullptr; // set by another thread: the run soon ends with Error{Limit}
  uint64_t stress_seed = 0;         // RTL only; not 0: random stalls on the AXI ports, cycles are then not promised
};

/// Runs one program after the other. Legality is checked by the caller (hw/check), so that all engines judge alike;
/// deadlocks, limits and run-time errors come back as Errors of one sentence.
class Engine {
public:
  virtual ~Engine() = default;
  virtual Result<RunResult> run(const Program &program, ExternalMemory &memory, const RunOptions &options) = 0;
  virtual const OnChipState &onChipState() const = 0; // of the last run
};

/// SystemC model (sim/systemc). Elaborates once per process and machine; see the header there for what that means.
std::unique_ptr<Engine> makeSystemCEngine(const Parameters &parameters);

/// RTL under Verilator (sim/rtl_engine): builds the model of this configuration or finds it in the cache.
/// Errors: the build failed (with the place of its log).
Result<std::unique_ptr<Engine>> makeRtlEngine(const Parameters &parameters, bool assertions, bool trace);

} // namespace lockstep
