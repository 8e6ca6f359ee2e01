#include "sim/rtl_engine/DeadlockReport.h"

namespace lockstep {

namespace {

bool contains(const SemaphoreList &list, unsigned semaphore) {
  for (unsigned k = 0; k < list.count; ++k)
    if (list.ids[k] == semaphore)
      return true;
  return false;
}

std::string posterOf(const Program &program, unsigned semaphore) {
  for (size_t i = 0; i < program.instructions.size(); ++i) {
    auto instruction = decode(program.instructions[i]);
    if (instruction && contains(postsOf(*instruction), semaphore))
      return std::string(unitName(unitOf(*instruction))) + " posts with instruction " + std::to_string(i);
  }
  return "no instruction posts";
}

std::string describeUnit(const Program &program, InstructionLog &log, Unit unit) {
  const uint64_t index = log.queued(unit).front().instruction;
  const std::string who =
      std::string(unitName(unit)) + " with instruction " + std::to_string(index) + " waits for ";
  auto instruction = decode(program.instructions[index]);
  const auto counts = log.semaphoreCounts();
  std::string missing;
  const SemaphoreList waits = instruction ? waitsOf(*instruction) : SemaphoreList();
  for (unsigned k = 0; k < waits.count; ++k)
    if (counts[waits.ids[k]] <= 0)
      missing += (missing.empty() ? "semaphore " : " and semaphore ") + std::to_string(waits.ids[k]) +
                 " (which " + posterOf(program, waits.ids[k]) + ")";
  return who + (missing.empty() ? "its unit" : missing);
}

} // namespace

std::string describeDeadlock(const Program &program, InstructionLog &log, uint64_t cycle) {
  std::string who;
  for (unsigned unit = 0; unit < kNumQueuedUnits; ++unit)
    if (!log.queued(Unit(unit)).empty())
      who += (who.empty() ? "" : "; ") + describeUnit(program, log, Unit(unit));
  for (unsigned unit = 0; unit < kNumQueuedUnits && who.empty(); ++unit)
    if (!log.running(Unit(unit)).empty())
      who = std::string(unitName(Unit(unit))) + " does not finish instruction " +
            std::to_string(log.running(Unit(unit)).front().instruction);
  if (who.empty())
    who = "no unit has an instruction, and the sequencer does not proceed";
  return "Deadlock, seen in cycle " + std::to_string(cycle) + ": " + who + ".";
}

} // namespace lockstep
