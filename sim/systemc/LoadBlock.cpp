#include "sim/systemc/LoadBlock.h"

#include "sim/systemc/MemoryPort.h"

namespace lockstep {

LoadBlock::LoadBlock(sc_core::sc_module_name name) : UnitBlock(name, Unit::Load) {}

void LoadBlock::reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) {
  UnitBlock::reset(newRun, newSemaphores, newSequencer);
  const Parameters &p = run->parameters;
  shapes.reset(p.memory_burst_bytes, p.memory_read_bytes_per_cycle);
  requesting = transposed = current_rows = false;
  next_request = front_free = unpack_free = num_bursts = num_done = busy = 0;
  slot_free.assign(p.memory_read_bursts_in_flight + (run->hasFault(kFaultExtraCredit) ? 1 : 0), 0);
  slot = 0;
  turning_buffers = run->hasFault(kFaultTurningBuffer) ? 3 : 2;
  dones = {};
}

uint64_t LoadBlock::nextRequest() const {
  return requesting ? std::max(next_request, slot_free[slot]) : kUnknownCycle;
}

void LoadBlock::step() {
  port->advance();
  do {
    if (current_rows)
      finishRows();
    if (current_rows)
      return;
  } while (startHead());
}

uint64_t LoadBlock::earliestStart() {
  const uint64_t number = startedInstructions();
  return number < kMaxStarted ? front_free : std::max(front_free, dones[number % kMaxStarted] + 1);
}

void LoadBlock::begin(const QueuedInstruction &head, uint64_t start) {
  front_free = start + 1;
  const uint64_t unpack = std::max(start + 1, unpack_free);
  if (const auto *load = std::get_if<LoadInstruction>(&head.instruction)) {
    unpack_free = unpack;
    return beginRows(head, *load, start);
  }
  uint64_t words = 1; // sync: its first cycle at the back end
  if (const auto *fill = std::get_if<FillInstruction>(&head.instruction)) {
    words = fill->count_0 * fill->count_1 * fill->count_2;
    busy += words;
    if (words == 0 || (run->kernel && !run->kernel->execute(*fill, run->chip)))
      return failImpossible(head);
  }
  done(startedOf(head, start), unpack + words - 1);
}

bool LoadBlock::execute(const LoadInstruction &load) {
  if (!run->kernel)
    return true;
  if (!run->hasFault(kFaultLoadAddress))
    return run->kernel->execute(load, run->chip, *run->memory);
  LoadInstruction wrong = load;
  ++wrong.local_address;
  run->kernel->execute(wrong, run->chip, *run->memory);
  return true;
}

void LoadBlock::beginRows(const QueuedInstruction &head, const LoadInstruction &load, uint64_t start) {
  rows = RowWalk(load);
  if (rows.done() || !load.row_bytes || !load.chunk_bytes || !execute(load))
    return failImpossible(head);
  current = startedOf(head, start);
  current_rows = requesting = true;
  transposed = load.transpose;
  row_bytes = load.row_bytes;
  run->result.read_bytes += rows.rowsLeft() * row_bytes;
  shapes.select(load.row_bytes, load.chunk_bytes);
  const uint64_t words = (row_bytes + load.chunk_bytes - 1) / load.chunk_bytes;
  busy += transposed ? load.count_1 * load.count_2 * row_bytes : rows.rowsLeft() * words;
  std::fill(std::begin(drained), std::end(drained), unpack_free);
  next_request = std::max(next_request, start + 1);
  enterRow();
  port->expect();
}

void LoadBlock::enterRow() {
  shape = &shapes.at(rows.address());
  piece = 0;
  if (transposed && rows.beginsBlock())
    unpack_free = std::max(unpack_free, drained[turning_buffers - 1]);
}

void LoadBlock::leaveRow() {
  if (transposed && rows.endsBlock())
    drainBlock();
  rows.advance();
  if (!rows.done())
    return enterRow();
  requesting = false;
  front_free = next_request;
}

// Taken in completely in unpack_free - 1; one word is drained in each cycle.
void LoadBlock::drainBlock() {
  const uint64_t drain = std::max(unpack_free, drained[0]);
  drained[2] = drained[1];
  drained[1] = drained[0];
  drained[0] = drain + row_bytes;
}

template <typename Memory> void LoadBlock::requestUntil(Memory &memory, uint64_t limit) {
  while (requesting) {
    const uint64_t cycle = std::max(next_request, slot_free[slot]);
    if (cycle >= limit)
      return;
    requestBurst(memory, cycle);
    if (++piece == shape->bursts.size())
      leaveRow();
  }
}

template void LoadBlock::requestUntil(MemoryModel &, uint64_t);
template void LoadBlock::requestUntil(FixedMemory &, uint64_t);

// Once the first beat is popped, no later beat of the gap-free burst is waited for: each takes at least one cycle.
template <typename Memory> void LoadBlock::requestBurst(Memory &memory, uint64_t cycle) {
  const ReadBurst &burst = shape->bursts[piece];
  const uint64_t address = rows.address() + burst.offset;
  const BurstTiming timing = memory.read(cycle, address, burst.bytes, burst.beats);
  next_request = cycle + 1;
  unpack_free = std::max(unpack_free, timing.first_beat + 1) + burst.cycles;
  slot_free[slot] = unpack_free - burst.last_beat_cycles + 1;
  if (++slot == slot_free.size())
    slot = 0;
  if (run->options.events)
    run->options.events->burst({Track::LoadBurst, num_bursts, address, burst.beats, cycle, timing.first_beat,
                                timing.last_beat, timing.last_beat});
  ++num_bursts;
}

void LoadBlock::finishRows() {
  if (requesting)
    return port->isExact() ? void() : wakeAt(lastRequestBound() + 1);
  current_rows = false;
  done(current, (transposed ? drained[0] : unpack_free) - 1);
}

void LoadBlock::done(const StartedInstruction &instruction, uint64_t cycle) {
  unpack_free = cycle + 1;
  dones[num_done++ % kMaxStarted] = cycle;
  finish(instruction, cycle + 1);
}

// Never later than the last request: one request in a cycle; and the last one needs the slot of a burst whose beats, one
// popped in a cycle, come after all but `slots` bursts of the rest.
uint64_t LoadBlock::lastRequestBound() const {
  const Parameters &p = run->parameters;
  const uint64_t rest = rows.rowsLeft() - 1;
  const uint64_t perRow = (row_bytes + p.memory_burst_bytes - 1) / p.memory_burst_bytes;
  const uint64_t bursts = rest * perRow + shape->bursts.size() - piece;
  const uint64_t request = nextRequest() + bursts - 1;
  if (bursts <= slot_free.size())
    return request;
  const uint64_t beatsPerRow = (row_bytes + p.memory_read_bytes_per_cycle - 1) / p.memory_read_bytes_per_cycle;
  const uint64_t largest = p.memory_burst_bytes / p.memory_read_bytes_per_cycle;
  const uint64_t beats = rest * beatsPerRow, covered = slot_free.size() * largest;
  return beats > covered ? std::max(request, unpack_free + beats - covered) : request;
}

std::vector<std::pair<std::string, uint64_t>> LoadBlock::workClasses(uint64_t inProgress) const {
  return {{"busy", busy}, {"stall_memory", inProgress - busy}};
}

} // namespace lockstep
