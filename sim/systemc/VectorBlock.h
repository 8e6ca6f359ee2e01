// The vector unit.
#pragma once

#include "sim/systemc/UnitBlock.h"

namespace lockstep {

/// One instruction at a time; knows its finish at its start.
class VectorBlock : public UnitBlock {
public:
  explicit VectorBlock(sc_core::sc_module_name name) : UnitBlock(name, Unit::Vector) {}
  void reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) override;

protected:
  uint64_t earliestStart() override { return free_from; }
  void begin(const QueuedInstruction &head, uint64_t start) override;
  std::vector<std::pair<std::string, uint64_t>> workClasses(uint64_t inProgress) const override;

private:
  uint64_t cyclesOf(const RequantizeInstruction &requantize) const;
  uint64_t cyclesOf(const ElementwiseInstruction &elementwise) const;
  uint64_t cyclesOf(const ReduceInstruction &reduce) const;
  uint64_t cyclesOf(const TableInstruction &table) const;
  template <typename T> bool runs(const QueuedInstruction &head, uint64_t start);

  uint64_t free_from = 0; // previous finish + 1
};

} // namespace lockstep
