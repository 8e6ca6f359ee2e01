#include "sim/systemc/UnitBlock.h"

#include "sim/systemc/SequencerBlock.h"

#include <cassert>

namespace lockstep {

UnitBlock::UnitBlock(sc_core::sc_module_name name, Unit unit) : sc_module(name), own_unit(unit) {
  SC_METHOD(wake);
  sensitive << wakeup.event();
  dont_initialize();
}

void UnitBlock::reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) {
  run = &newRun;
  semaphores = &newSemaphores;
  sequencer = &newSequencer;
  depth = run->parameters.sequencer_queue_depth + (run->hasFault(kFaultQueueDeep) ? 1 : 0);
  queue.resize(depth + 1);
  pushes = begun = finished = 0;
  room_wanted = false;
  last_finish = in_progress = stall_semaphore = 0;
}

void UnitBlock::wake() {
  wakeup.taken();
  run->obeyStop();
  if (!run->error)
    step();
}

// An instruction leaves in the cycle of its start; the place is seen free in the cycle after.
uint64_t UnitBlock::roomFrom(uint64_t cycle) {
  if (pushes < depth)
    return cycle;
  const uint64_t leaver = pushes - depth;
  if (leaver < begun)
    return std::max(cycle, starts[leaver % kMaxQueueDepth] + 1);
  room_wanted = true;
  return kUnknownCycle;
}

void UnitBlock::pushed() {
  const uint64_t dispatched = newest().dispatched;
  ++pushes;
  ++run->result.instructions;
  if (begun + 1 == pushes)
    wakeAt(dispatched + 1);
}

void UnitBlock::startWhatCan() {
  while (startHead()) {
  }
}

bool UnitBlock::startHead() {
  if (begun == pushes || run->error)
    return false;
  const QueuedInstruction &head = queue[begun % queue.size()];
  const uint64_t condition = earliestStart();
  if (condition == kUnknownCycle)
    return false;
  const uint64_t waits = semaphores->availableFrom(head.waits, *this);
  if (waits == kUnknownCycle)
    return false;
  const uint64_t start = std::max({head.dispatched + 1, condition, waits});
  semaphores->take(head.waits);
  starts[begun % kMaxQueueDepth] = start;
  ++begun;
  begin(head, start);
  if (room_wanted) {
    room_wanted = false;
    sequencer->wakeAt(start + 1);
  }
  return true;
}

uint64_t UnitBlock::finish(const StartedInstruction &instruction, uint64_t natural) {
  const bool first = finished == 0;
  const uint64_t finish = first ? natural : std::max(natural, last_finish + 1);
  const uint64_t after = first ? 0 : last_finish + 1;
  const uint64_t headFrom = std::max(instruction.dispatched + 1, after);
  stall_semaphore += instruction.started > headFrom ? instruction.started - headFrom : 0;
  in_progress += finish - std::max(instruction.started, after) + 1;
  last_finish = finish;
  run->mayReach(finish);
  run->reachCycle(finish);
  semaphores->post(instruction.posts, finish, instruction.index);
  if (run->options.events)
    run->options.events->instruction({static_cast<Track>(own_unit), finished, instruction.index,
                                      instruction.dispatched, instruction.started, finish});
  ++finished;
  return finish;
}

UnitCounters UnitBlock::counters(uint64_t totalCycles) const {
  UnitCounters counters{unitName(own_unit), workClasses(in_progress)};
  uint64_t sum = 0;
  counters.cycles.emplace_back("stall_semaphore", stall_semaphore);
  for (const auto &entry : counters.cycles)
    sum += entry.second;
  assert(sum == in_progress + stall_semaphore && sum < totalCycles);
  counters.cycles.emplace_back("idle", totalCycles - sum);
  return counters;
}

void UnitBlock::failImpossible(const QueuedInstruction &head) {
  run->fail(ErrorKind::Legality,
            "Instruction " + std::to_string(head.index) + " of the " + unitName(own_unit) +
                " unit has a count, size or address that is not allowed; `lockstep check` names "
                "the rule.");
}

} // namespace lockstep
