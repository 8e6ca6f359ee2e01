#include "sim/systemc/Machine.h"

#include <chrono>
#include <cstdio>

namespace lockstep {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr uint64_t kProgressCycles = 1000000; // between looks at the wall clock
constexpr double kProgressSeconds = 5;

} // namespace

Machine::Machine(sc_core::sc_module_name name)
    : sc_module(name), semaphores("semaphores"), sequencer("sequencer"), load("load"), matrix("matrix"),
      vector("vector"), store("store"), memory_port("memory_port"), units{&load, &matrix, &vector, &store} {
  memory_port.connect(load, store);
  load.connect(memory_port);
  store.connect(memory_port);
  sequencer.connect(memory_port, units);
}

Status Machine::execute(RunState &run) {
  const uint64_t size = run.program->instructions.size() * kInstructionBytes;
  if (size && !run.memory->find(run.program->program_address, size))
    return Error{ErrorKind::Bounds,
                 std::string("The machine stops with error 4, because the program does not lie in "
                             "one region of memory: ") +
                     machineErrorText(MachineError::bus_fetch) + "."};
  reset(run);
  const auto start = std::chrono::steady_clock::now();
  simulate(run);
  run.result.seconds = Seconds(std::chrono::steady_clock::now() - start).count();
  const Status status = conclude(run);
  cancel();
  return status;
}

void Machine::reset(RunState &run) {
  semaphores.reset(run);
  for (UnitBlock *unit : units)
    unit->reset(run, semaphores, sequencer);
  memory_port.reset(run);
  sequencer.reset(run);
}

// The kernel starves when nothing is left to happen. It runs in slices only to show progress.
void Machine::simulate(RunState &run) {
  const uint64_t end = run.limit() + 1;
  const uint64_t slice = run.options.progress ? kProgressCycles : end;
  auto shown = std::chrono::steady_clock::now();
  for (uint64_t cycle = 0; cycle < end && !run.error; cycle += slice) {
    sc_core::sc_start(run.clock.duration(std::min(slice, end - cycle)), sc_core::SC_EXIT_ON_STARVATION);
    if (!sc_core::sc_pending_activity())
      return;
    const auto now = std::chrono::steady_clock::now();
    if (!run.options.progress || Seconds(now - shown).count() < kProgressSeconds)
      continue;
    shown = now;
    std::fprintf(stderr, "systemc: cycle %llu, %llu instructions\n",
                 static_cast<unsigned long long>(run.clock.now()),
                 static_cast<unsigned long long>(run.result.instructions));
  }
}

Status Machine::conclude(RunState &run) {
  const uint64_t total = run.last_finish + 1;
  if (sc_core::sc_pending_activity())
    run.mayReach(run.limit());
  if (run.error)
    return *run.error;
  if (!sequencer.isHalted() || !allFinished())
    return Error{ErrorKind::Deadlock, describeDeadlock(run)};
  run.result.total_cycles = total;
  for (const UnitBlock *unit : units)
    run.result.units.push_back(unit->counters(total));
  run.result.units.push_back(sequencer.counters(total));
  run.result.read_bursts = load.bursts();
  run.result.write_bursts = store.bursts();
  return {};
}

void Machine::cancel() {
  for (UnitBlock *unit : units)
    unit->cancel();
  memory_port.cancel();
  sequencer.cancel();
}

bool Machine::allFinished() const {
  for (const UnitBlock *unit : units)
    if (!unit->allFinished())
      return false;
  return true;
}

} // namespace lockstep
