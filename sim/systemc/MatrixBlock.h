// The matrix unit.
#pragma once

#include "sim/systemc/MatrixTimeline.h"
#include "sim/systemc/UnitBlock.h"

namespace lockstep {

/// Knows the finish of an instruction at its start.
class MatrixBlock : public UnitBlock {
public:
  explicit MatrixBlock(sc_core::sc_module_name name) : UnitBlock(name, Unit::Matrix) {}
  void reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) override;

protected:
  uint64_t earliestStart() override;
  void begin(const QueuedInstruction &head, uint64_t start) override;
  std::vector<std::pair<std::string, uint64_t>> workClasses(uint64_t inProgress) const override;

private:
  static constexpr unsigned kMaxStarted = 16; // instructions started and not finished

  uint64_t runTiles(const QueuedInstruction &head, const MatmulInstruction &matmul, uint64_t start);
  void execute(const QueuedInstruction &head, const MatmulInstruction &matmul);

  MatrixTimeline timeline;
  std::array<uint64_t, kMaxStarted> finishes{}; // of the latest instructions
  uint64_t loader_free = 0;
  uint64_t busy = 0;         // vectors read
  uint64_t active = 0;       // cycles in which a started matmul has vectors not yet read
  uint64_t active_until = 0; // first cycle after those
};

} // namespace lockstep
