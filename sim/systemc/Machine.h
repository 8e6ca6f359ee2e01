// The machine: all blocks, with a TLM-2.0 initiator socket towards memory.
#pragma once

#include "sim/systemc/LoadBlock.h"
#include "sim/systemc/MatrixBlock.h"
#include "sim/systemc/MemoryPort.h"
#include "sim/systemc/SequencerBlock.h"
#include "sim/systemc/StoreBlock.h"
#include "sim/systemc/VectorBlock.h"

namespace lockstep {

/// Is built once, before elaboration; runs any number of programs, one after the other, each with parameters
/// of its own. Timing is that of the manual, cycle for cycle, for every legal program.
class Machine : public sc_core::sc_module {
public:
  explicit Machine(sc_core::sc_module_name name);

  /// To be bound to the memory.
  tlm_utils::simple_initiator_socket<MemoryPort> &memorySocket() { return memory_port.socket; }

  /// Runs the kernel until the program has ended and fills run.result. `run` holds parameters, program,
  /// memory, options, values (kernel and chip) and a clock that was restarted. Errors: deadlock, limit,
  /// run-time errors of the machine.
  Status execute(RunState &run);

private:
  void reset(RunState &run);
  void simulate(RunState &run);
  Status conclude(RunState &run);
  void cancel();
  bool allFinished() const;
  std::string describeDeadlock(const RunState &run) const;

  Semaphores semaphores;
  SequencerBlock sequencer;
  LoadBlock load;
  MatrixBlock matrix;
  VectorBlock vector;
  StoreBlock store;
  MemoryPort memory_port;
  std::array<UnitBlock *, kNumQueuedUnits> units;
};

} // namespace lockstep
