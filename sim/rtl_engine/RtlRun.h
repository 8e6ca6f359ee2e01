// One run of a program on one fresh instance of the Verilated machine.
#pragma once

#include "sim/engine/Engine.h"
#include "sim/rtl_engine/InstructionLog.h"
#include "sim/rtl_engine/ReadChannel.h"
#include "sim/rtl_engine/SharedModel.h"
#include "sim/rtl_engine/WriteChannel.h"

namespace lockstep {

class RtlRun {
public:
  RtlRun(const RtlModelFunctions &functions, const Parameters &parameters, const Program &program,
         ExternalMemory &memory, const RunOptions &options);

  /// Reset, registers, start, and all cycles until the machine is idle.
  Result<RunResult> execute();

  /// Reads both on-chip memories and the function tables through the bench's debug port.
  /// Errors: the lanes' copies of a table differ.
  Result<OnChipState> readOnChip();

private:
  void reset();
  void idleCycle();
  Status writeRegister(uint32_t offset, uint32_t value);
  Status writeRegister64(uint32_t offset, uint64_t value);
  Status configure();
  Status start();
  void driveStart();

  Status simulate();
  void endCycle(uint64_t cycle);
  Status check(uint64_t cycle);
  void noteProgress(uint64_t cycle);
  uint64_t counter(unsigned index) const;
  Status machineStatus(uint64_t cycle) const;
  Error assertionError(uint64_t cycle) const;
  void report(uint64_t cycle);
  RunResult result();
  void readWord(uint8_t memory, int64_t word, void *bytes, int64_t word_bytes);
  std::vector<uint8_t> readMemory(uint8_t memory, int64_t words, int64_t word_bytes);
  Result<std::vector<int16_t>> readTables();

  const Parameters &parameters;
  const Program &program;
  const RunOptions &options;
  ModelInstance machine;
  const RtlPorts &ports;
  std::unique_ptr<MemoryModel> model;
  Stress stress;
  ReadChannel reads;
  WriteChannel writes;
  InstructionLog log;

  uint64_t total_cycles = 0;
  double seconds = 0;
  uint64_t halt_cycle = UINT64_MAX; // cycle of halt's execution, once it is known
  uint64_t last_progress = 0;       // latest cycle in which something was busy, in flight, or told an event
  uint64_t last_events = 0;         // number of events at the last check
  double last_report = 0;
};

} // namespace lockstep
