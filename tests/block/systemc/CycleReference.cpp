#include "CycleReference.h"

#include "ReferenceCompute.h"
#include "ReferenceLoad.h"
#include "hw/golden/Sequencer.h"

#include <algorithm>

namespace lockstep::reference {

bool ReferenceUnit::waitsAreThere(const Instruction &instruction) const {
  const SemaphoreList waits = waitsOf(instruction);
  for (unsigned i = 0; i < waits.count; ++i)
    if (w.semaphores[waits.ids[i]] < 1)
      return false;
  return true;
}

void ReferenceUnit::step() {
  const bool headWasThere = !queue.empty();
  tryFinish();
  work();
  tryStart();
  count(headWasThere);
  if (last_finish == cycle() && num_finished > 0)
    unfinished.pop_front();
}

void ReferenceUnit::tryStart() {
  if (queue.empty() || !waitsAreThere(queue.front().instruction) || !mayStart())
    return;
  Pending pending = queue.front();
  queue.pop_front();
  pending.started = cycle();
  const SemaphoreList waits = waitsOf(pending.instruction);
  for (unsigned i = 0; i < waits.count; ++i)
    --w.next_semaphores[waits.ids[i]];
  unfinished.push_back(pending);
  start(pending);
}

void ReferenceUnit::oldestFinishesAt(uint64_t natural) {
  for (Pending &pending : unfinished)
    if (pending.natural == kNever) {
      pending.natural = natural;
      return;
    }
}

void ReferenceUnit::tryFinish() {
  if (unfinished.empty() || unfinished.front().natural > cycle())
    return;
  const Pending &done = unfinished.front();
  last_finish = cycle();
  const SemaphoreList posts = postsOf(done.instruction);
  for (unsigned i = 0; i < posts.count; ++i)
    ++w.next_semaphores[posts.ids[i]];
  w.log->instruction(
      {static_cast<Track>(unit), num_finished++, done.index, done.dispatched, done.started, cycle()});
}

void ReferenceUnit::count(bool headWasThere) {
  if (!unfinished.empty())
    ++counts[workClass()];
  else if (headWasThere)
    ++counts["stall_semaphore"];
}

namespace {

class ReferenceSequencer {
public:
  ReferenceSequencer(Wires &wires, const Program &program)
      : w(wires), program(program), state(program.arguments), arrivals(program.instructions.size()) {
    for (const EncodedInstruction &bits : program.instructions)
      decoded.push_back(*decode(bits));
  }

  bool halted = false;
  uint64_t halt_cycle = 0;
  std::map<std::string, uint64_t> counts;
  std::vector<BurstEvent> fetches;

  /// First half of a cycle: the fetch, which has the read port before the load unit.
  void fetch() {
    w.fetch_requested = false;
    pc_seen = state.pc;
    fetched_seen = fetched;
    arrived_seen = arrivedBefore(w.cycle);
    if (halted || flushing || fetched >= decoded.size() || fetched >= pc_seen + w.p.sequencer_fetch_ahead)
      return;
    w.fetch_requested = true;
    const uint64_t address = program.program_address + 64 * fetched;
    const uint32_t beats = static_cast<uint32_t>(std::max<int64_t>(1, 64 / w.p.memory_read_bytes_per_cycle));
    const BurstTiming t = w.memory->read(w.cycle, address, 64, beats);
    arrivals[fetched++] = t.last_beat;
    fetches.push_back(
        {Track::FetchBurst, fetches.size(), address, beats, w.cycle, t.first_beat, t.last_beat, t.last_beat});
  }

  /// Second half: READ, EXEC or FLUSH.
  void step(std::array<ReferenceUnit *, 4> units) {
    if (halted)
      return;
    if (flushing)
      return flush();
    if (!executing) {
      const bool there = pc_seen < arrived_seen;
      ++counts[there ? "busy" : "stall_fetch"];
      executing = there;
      return;
    }
    execute(units);
  }

private:
  uint64_t arrivedBefore(uint64_t cycle) const {
    uint64_t index = base;
    while (index < fetched && arrivals[index] < cycle)
      ++index;
    return index;
  }

  void flush() {
    ++counts["stall_fetch"];
    if (arrived_seen != fetched_seen)
      return;
    fetched = base = state.pc;
    flushing = false;
  }

  void execute(std::array<ReferenceUnit *, 4> units) {
    const Instruction &instruction = decoded[state.pc];
    const Unit unit = unitOf(instruction);
    if (unit != Unit::Sequencer) {
      ReferenceUnit &target = *units[static_cast<size_t>(unit)];
      if (target.occupancy >= static_cast<size_t>(w.p.sequencer_queue_depth)) {
        ++counts["stall_queue"];
        return;
      }
      target.queue.push_back({resolve(instruction, state.registers), state.pc, w.cycle, 0});
      state.advance();
    } else {
      const SequencerEffect effect = state.execute(instruction);
      halted = effect == SequencerEffect::Halt;
      halt_cycle = halted ? w.cycle : 0;
      const uint64_t buffer = w.p.sequencer_instruction_buffer;
      flushing =
          effect == SequencerEffect::JumpBack && !(state.pc >= base && state.pc + buffer > fetched_seen);
    }
    ++counts["busy"];
    executing = false;
  }

  Wires &w;
  const Program &program;
  std::vector<Instruction> decoded;
  SequencerState state;
  std::vector<uint64_t> arrivals; // by index, of the latest fetch
  uint64_t fetched = 0, base = 0;
  uint64_t pc_seen = 0, fetched_seen = 0, arrived_seen = 0; // registered
  bool executing = false, flushing = false;
};

} // namespace

ReferenceRun runReference(const Program &program, const Parameters &parameters, uint64_t maxCycles) {
  ReferenceRun run;
  Wires w;
  w.p = parameters;
  w.log = &run.log;
  const std::unique_ptr<MemoryModel> memory = makeMemoryModel(parameters);
  w.memory = memory.get();
  ReferenceSequencer sequencer(w, program);
  ReferenceLoad load(w);
  ReferenceMatrix matrix(w);
  ReferenceVector vector(w);
  ReferenceStore store(w);
  const std::array<ReferenceUnit *, 4> units{&load, &matrix, &vector, &store};
  const auto idle = [&] {
    return sequencer.halted &&
           std::all_of(units.begin(), units.end(), [](auto *unit) { return unit->isIdle(); });
  };
  for (w.cycle = 1; w.cycle < maxCycles && !idle(); ++w.cycle) {
    w.next_semaphores = w.semaphores;
    for (ReferenceUnit *unit : units)
      unit->occupancy = unit->queue.size();
    sequencer.fetch();
    for (ReferenceUnit *unit : units)
      unit->step();
    store.deliver();
    sequencer.step(units);
    w.semaphores = w.next_semaphores;
  }
  run.ended = idle();
  run.total_cycles = w.cycle;
  for (size_t i = 0; i < units.size(); ++i)
    run.counters[unitName(static_cast<Unit>(i))] = units[i]->classes();
  run.counters["sequencer"] = sequencer.counts;
  for (const BurstEvent &event : sequencer.fetches)
    if (event.last_beat <= sequencer.halt_cycle)
      run.log.burst(event);
  return run;
}

} // namespace lockstep::reference
