#include "sim/systemc/VectorBlock.h"

#include "sim/systemc/VectorTimeline.h"

namespace lockstep {
namespace {

bool countsArePossible(const RequantizeInstruction &q) { return q.count_0 && q.count_1 && q.last_columns; }
bool countsArePossible(const ElementwiseInstruction &e) { return e.count_0 && e.count_1 && e.count_2; }
bool countsArePossible(const ReduceInstruction &r) { return r.count_0 && r.count_1 && r.last_columns; }
bool countsArePossible(const TableInstruction &) { return true; }

} // namespace

void VectorBlock::reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) {
  UnitBlock::reset(newRun, newSemaphores, newSequencer);
  free_from = 0;
  if (run->kernel)
    run->kernel->forgetPairOffset(run->hasFault(kFaultPairOffset));
}

void VectorBlock::begin(const QueuedInstruction &head, uint64_t start) {
  const bool known = runs<RequantizeInstruction>(head, start) || runs<ElementwiseInstruction>(head, start) ||
                     runs<ReduceInstruction>(head, start) || runs<TableInstruction>(head, start);
  if (!known)
    free_from = finish(startedOf(head, start), start + 1) + 1; // sync
}

/// False if the instruction is not a T.
template <typename T> bool VectorBlock::runs(const QueuedInstruction &head, uint64_t start) {
  const auto *instruction = std::get_if<T>(&head.instruction);
  if (!instruction)
    return false;
  const uint64_t cycles = countsArePossible(*instruction) ? cyclesOf(*instruction) : 0;
  if (cycles == 0 ||
      (run->mayReach(start + cycles) && run->kernel && !run->kernel->execute(*instruction, run->chip)))
    failImpossible(head);
  if (!run->error)
    free_from = finish(startedOf(head, start), start + cycles) + 1;
  return true;
}

uint64_t VectorBlock::cyclesOf(const RequantizeInstruction &requantize) const {
  return requantizeCycles(requantize, run->parameters,
                          kVectorPipelineCycles - (run->hasFault(kFaultVectorShort) ? 1 : 0));
}

uint64_t VectorBlock::cyclesOf(const ElementwiseInstruction &elementwise) const {
  return elementwiseCycles(elementwise, run->parameters) - (run->hasFault(kFaultElementwiseShort) ? 1 : 0);
}

uint64_t VectorBlock::cyclesOf(const ReduceInstruction &reduce) const {
  ReduceInstruction seen = reduce;
  if (run->hasFault(kFaultReduceGap) && seen.count_1 > 1)
    --seen.count_1;
  return reduceCycles(seen, run->parameters);
}

uint64_t VectorBlock::cyclesOf(const TableInstruction &table) const { return tableCycles(table); }

std::vector<std::pair<std::string, uint64_t>> VectorBlock::workClasses(uint64_t inProgress) const {
  return {{"busy", inProgress}};
}

} // namespace lockstep
