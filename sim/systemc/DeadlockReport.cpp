// Who waits for what when nothing happens any more.
#include "hw/isa/Assembler.h"
#include "sim/systemc/Machine.h"

namespace lockstep {
namespace {

/// The units with instructions that post the semaphore: "matrix", "nobody".
std::string postersOf(unsigned semaphore, const Program &program) {
  std::array<bool, kNumQueuedUnits> posts{};
  for (const EncodedInstruction &bits : program.instructions) {
    const Result<Instruction> instruction = decode(bits);
    if (!instruction || unitOf(*instruction) >= Unit::Sequencer)
      continue;
    const SemaphoreList list = postsOf(*instruction);
    for (unsigned i = 0; i < list.count; ++i)
      if (list.ids[i] == semaphore)
        posts[static_cast<unsigned>(unitOf(*instruction))] = true;
  }
  std::string names;
  for (unsigned unit = 0; unit < kNumQueuedUnits; ++unit)
    if (posts[unit])
      names += (names.empty() ? "" : " or ") + std::string(unitName(static_cast<Unit>(unit)));
  return names.empty() ? "nobody" : names;
}

std::string describeHead(const QueuedInstruction &head, int semaphore, const Program &program) {
  std::string text = " waits at instruction " + std::to_string(head.index) + " (" +
                     disassembleInstruction(head.instruction) + ")";
  if (semaphore >= 0)
    text += " for semaphore " + std::to_string(semaphore) + ", which " + postersOf(semaphore, program) +
            " should post";
  return text;
}

} // namespace

std::string Machine::describeDeadlock(const RunState &run) const {
  std::string text = "Deadlock: nothing happens after cycle " + std::to_string(run.last_finish);
  for (const UnitBlock *unit : units)
    if (const QueuedInstruction *head = unit->head())
      text += "; " + std::string(unitName(unit->unit())) +
              describeHead(*head, semaphores.missing(head->waits), *run.program);
  if (const UnitBlock *unit = sequencer.blockingUnit(); unit && !sequencer.isHalted())
    text += "; the sequencer waits at instruction " + std::to_string(sequencer.programCounter()) +
            " for a place in the queue of " + unitName(unit->unit());
  return text + ".";
}

} // namespace lockstep
