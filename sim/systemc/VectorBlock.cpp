#include "sim/systemc/VectorBlock.h"

#include "sim/systemc/VectorTimeline.h"

namespace lockstep {

void VectorBlock::reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) {
  UnitBlock::reset(newRun, newSemaphores, newSequencer);
  free_from = 0;
}

void VectorBlock::begin(const QueuedInstruction &head, uint64_t start) {
  uint64_t cycles = 1; // sync
  if (const auto *instruction = std::get_if<RequantizeInstruction>(&head.instruction)) {
    if (!instruction->count_0 || !instruction->count_1 || !instruction->last_columns)
      return failImpossible(head);
    cycles = requantize(head, *instruction, start);
  }
  free_from = finish(startedOf(head, start), start + cycles) + 1;
}

uint64_t VectorBlock::requantize(const QueuedInstruction &head, const RequantizeInstruction &requantize,
                                 uint64_t start) {
  const uint64_t cycles = requantizeCycles(
      requantize, run->parameters, kVectorPipelineCycles - (run->hasFault(kFaultVectorShort) ? 1 : 0));
  if (run->mayReach(start + cycles) && run->kernel && !run->kernel->execute(requantize, run->chip))
    failImpossible(head);
  return cycles;
}

std::vector<std::pair<std::string, uint64_t>> VectorBlock::workClasses(uint64_t inProgress) const {
  return {{"busy", inProgress}};
}

} // namespace lockstep
