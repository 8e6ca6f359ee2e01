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

  /// Reads both on-chip memories through the bench's debug port.
  OnChipState readOnChip();

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
  bool moved();
  void releaseFetches(uint64_t cycle);
  uint64_t counter(unsigned index) const;
  Status machineStatus(uint64_t cycle) const;
  Error assertionError(uint64_t cycle) const;
  void report(uint64_t cycle);
  RunResult result();

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
  // What the last check saw: a change of any of these is progress.
  std::array<uint64_t, 8> last_seen{};
  unsigned quiet_checks = 0;
  double last_report = 0;
};

} // namespace lockstep
