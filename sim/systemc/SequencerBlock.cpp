#include "sim/systemc/SequencerBlock.h"

#include "sim/systemc/MemoryPort.h"

#include <cassert>

namespace lockstep {

SequencerBlock::SequencerBlock(sc_core::sc_module_name name) : sc_module(name) {
  SC_METHOD(step);
  sensitive << wakeup.event();
  dont_initialize();
}

void SequencerBlock::connect(MemoryPort &memoryPort, std::array<UnitBlock *, kNumQueuedUnits> queuedUnits) {
  port = &memoryPort;
  units = queuedUnits;
}

void SequencerBlock::reset(RunState &newRun) {
  run = &newRun;
  const Parameters &p = run->parameters;
  decodeAll(*run->program);
  own = SequencerState(run->program->arguments);
  state = State::Read;
  state_from = seen_from = 1;
  arrived.assign(p.sequencer_instruction_buffer, 0);
  fetched = base = last_fetch = last_arrival = num_fetches = 0;
  fetch_ahead = p.sequencer_fetch_ahead;
  unreported.clear();
  busy = stall_fetch = stall_queue = 0;
  wakeAt(1);
}

void SequencerBlock::decodeAll(const Program &source) {
  program.assign(source.instructions.size(), {});
  for (size_t i = 0; i < program.size(); ++i) {
    Result<Instruction> decoded = decode(source.instructions[i]);
    if (!decoded)
      continue; // an error only if it is executed
    const Unit unit = unitOf(*decoded);
    program[i] = {*decoded, unit, unit <= Unit::Sequencer, waitsOf(*decoded), postsOf(*decoded)};
  }
}

void SequencerBlock::step() {
  wakeup.taken();
  while (state != State::Halted && !run->error) {
    const uint64_t fetchCycle = nextFetch(), actionCycle = nextAction();
    if (fetchCycle != kUnknownCycle && fetchCycle <= actionCycle) {
      if (fetchCycle > run->clock.now() &&
          !(isCertain(fetchCycle, actionCycle) && port->mayFetchAhead(fetchCycle)))
        return wakeAt(fetchCycle);
      fetch(fetchCycle);
    } else if (actionCycle == kUnknownCycle) {
      return; // the unit whose queue is full wakes us
    } else {
      act(actionCycle);
    }
  }
}

// An instruction is fetched if it lies before the program's end and less than fetch_ahead (at most half of
// the buffer) ahead.
uint64_t SequencerBlock::nextFetch() const {
  if (state == State::Flush || fetched >= program.size() || fetched >= own.pc + fetch_ahead)
    return kUnknownCycle;
  return std::max(last_fetch + 1, seen_from);
}

uint64_t SequencerBlock::nextAction() {
  switch (state) {
  case State::Read:
    if (own.pc >= program.size())
      return state_from;
    return own.pc < fetched ? std::max(state_from, arrived[own.pc & (arrived.size() - 1)] + 1)
                            : kUnknownCycle;
  case State::Execute:
    if (const StaticInstruction &next = program[own.pc]; next.is_legal && next.unit != Unit::Sequencer)
      return units[static_cast<unsigned>(next.unit)]->roomFrom(state_from);
    return state_from;
  case State::Flush:
    return std::max(state_from, last_arrival + 1);
  case State::Halted:
    break;
  }
  return kUnknownCycle;
}

/// Whether nothing can happen any more that keeps a fetch from its cycle. An instruction that waits for a
/// place in a queue may be pushed before the fetch, and a jump may follow it.
bool SequencerBlock::isCertain(uint64_t fetchCycle, uint64_t actionCycle) const {
  return actionCycle != kUnknownCycle || state != State::Execute ||
         fetchCycle <= std::max(state_from, run->clock.now() + 1);
}

void SequencerBlock::fetch(uint64_t cycle) {
  assert(cycle >= run->clock.now());
  const uint64_t address = run->program->program_address + kInstructionBytes * fetched;
  const BurstTiming timing = port->fetch(address, cycle);
  arrived[fetched & (arrived.size() - 1)] = last_arrival = timing.last_beat;
  last_fetch = cycle;
  ++fetched;
  const uint32_t beats = static_cast<uint32_t>(timing.last_beat - timing.first_beat + 1);
  unreported.push_back({Track::FetchBurst, num_fetches++, address, beats, cycle, timing.first_beat,
                        timing.last_beat, timing.last_beat});
}

void SequencerBlock::act(uint64_t cycle) {
  if (!run->mayReach(cycle))
    return;
  reportFetches(cycle);
  if (state == State::Flush)
    return endFlush(cycle);
  if (state == State::Execute)
    return executeInstruction(cycle);
  if (own.pc >= program.size())
    return run->fail(MachineError::program_counter, own.pc, cycle);
  ++busy;
  stall_fetch += cycle - state_from;
  state = State::Execute;
  state_from = cycle + 1;
}

void SequencerBlock::executeInstruction(uint64_t cycle) {
  const StaticInstruction &instruction = program[own.pc];
  if (!instruction.is_legal)
    return run->fail(MachineError::illegal_instruction, own.pc, cycle);
  ++busy;
  stall_queue += cycle - state_from;
  if (instruction.unit != Unit::Sequencer)
    return dispatch(instruction, cycle);
  switch (own.execute(instruction.instruction)) {
  case SequencerEffect::Advance:
    return proceed(cycle);
  case SequencerEffect::JumpBack:
    run->obeyStop(); // a loop without instructions of units never leaves this method
    return jumpBack(cycle);
  case SequencerEffect::Halt:
    state = State::Halted;
    return run->reachCycle(cycle);
  case SequencerEffect::LoopStackError:
    return run->fail(MachineError::loop_stack, own.pc, cycle);
  }
}

void SequencerBlock::dispatch(const StaticInstruction &instruction, uint64_t cycle) {
  UnitBlock &unit = *units[static_cast<unsigned>(instruction.unit)];
  QueuedInstruction &place = unit.newest();
  resolveInto(instruction.instruction, own.registers, place.instruction);
  place.index = own.pc;
  place.dispatched = cycle;
  place.waits = instruction.waits;
  place.posts = instruction.posts;
  unit.pushed();
  own.advance();
  proceed(cycle);
}

/// The program counter has its new value from the next cycle on.
void SequencerBlock::proceed(uint64_t cycle) {
  seen_from = cycle + 1;
  state = State::Read;
  state_from = cycle + 1;
}

// A request made in this cycle is not yet seen in F.
void SequencerBlock::jumpBack(uint64_t cycle) {
  const uint64_t seenFetched = last_fetch == cycle && fetched > 0 ? fetched - 1 : fetched;
  proceed(cycle);
  if (own.pc < base || own.pc + arrived.size() <= seenFetched)
    state = State::Flush;
}

void SequencerBlock::endFlush(uint64_t cycle) {
  stall_fetch += cycle - state_from + 1;
  fetched = base = own.pc;
  proceed(cycle);
}

void SequencerBlock::reportFetches(uint64_t cycle) {
  while (!unreported.empty() && unreported.front().last_beat <= cycle) {
    ++run->result.fetched_instructions;
    if (run->options.events)
      run->options.events->burst(unreported.front());
    unreported.pop_front();
  }
}

const UnitBlock *SequencerBlock::blockingUnit() const {
  return state == State::Execute ? units[static_cast<unsigned>(program[own.pc].unit)] : nullptr;
}

UnitCounters SequencerBlock::counters(uint64_t totalCycles) const {
  const uint64_t sum = busy + stall_fetch + stall_queue;
  assert(sum < totalCycles);
  return {unitName(Unit::Sequencer),
          {{"busy", busy},
           {"stall_fetch", stall_fetch},
           {"stall_queue", stall_queue},
           {"idle", totalCycles - sum}}};
}

} // namespace lockstep
