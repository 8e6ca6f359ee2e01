#include "sim/systemc/LoadBlock.h"

#include "sim/systemc/MemoryPort.h"
#include "sim/systemc/Train.h"

namespace lockstep {

LoadBlock::LoadBlock(sc_core::sc_module_name name) : UnitBlock(name, Unit::Load) {}

void LoadBlock::reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) {
  UnitBlock::reset(newRun, newSemaphores, newSequencer);
  const Parameters &p = run->parameters;
  shapes.reset(p.memory_burst_bytes, p.memory_read_bytes_per_cycle);
  requesting = transposed = current_rows = false;
  next_request = front_free = unpack_free = num_bursts = num_done = busy = 0;
  num_slots = p.memory_read_bursts_in_flight + (run->hasFault(kFaultExtraCredit) ? 1 : 0);
  slots.reset(num_slots);
  turning_buffers = run->hasFault(kFaultTurningBuffer) ? 3 : 2;
  dones = {};
}

uint64_t LoadBlock::nextRequest() const {
  return requesting ? std::max(next_request, slots.front().first) : kUnknownCycle;
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
  const auto *fill = std::get_if<FillInstruction>(&head.instruction);
  const uint64_t cycles = fill ? fillWords(head, *fill, unpack) : 1; // sync: its first cycle at the back end
  done(startedOf(head, start), unpack + cycles - 1);
}

/// Returns how many they are; one is formed in each cycle from `unpack` on.
uint64_t LoadBlock::fillWords(const QueuedInstruction &head, const FillInstruction &fill, uint64_t unpack) {
  const uint64_t words = fill.count_0 * fill.count_1 * fill.count_2;
  busy += words;
  if (words == 0 || (run->mayReach(unpack + words) && run->kernel && !run->kernel->execute(fill, run->chip)))
    failImpossible(head);
  return words;
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
  if (rows.done() || !load.row_bytes || !load.chunk_bytes)
    return failImpossible(head);
  const uint64_t words = (load.row_bytes + load.chunk_bytes - 1) / load.chunk_bytes;
  if (!run->liesInRegion(load, false))
    return run->fail(MachineError::bus_load, head.index, start);
  if (!run->mayReach(start + static_cast<unsigned __int128>(rows.rowsLeft()) * words))
    return;
  if (!execute(load))
    return failImpossible(head);
  current = startedOf(head, start);
  current_rows = requesting = true;
  transposed = load.transpose;
  row_bytes = load.row_bytes;
  run->result.read_bytes += rows.rowsLeft() * row_bytes;
  shapes.select(load.row_bytes, load.chunk_bytes);
  const Parameters &p = run->parameters;
  const uint64_t beatBytes = p.memory_read_bytes_per_cycle, burstBytes = p.memory_burst_bytes;
  least_row_cycles = std::max(words, (row_bytes + beatBytes - 1) / beatBytes);
  most_burst_cycles = burstBytes / beatBytes + burstBytes / load.chunk_bytes + 2;
  busy += transposed ? load.count_1 * load.count_2 * row_bytes : rows.rowsLeft() * words;
  std::fill(std::begin(drained), std::end(drained), unpack_free);
  next_request = std::max(next_request, start + 1);
  enterRow();
  port->expect();
}

void LoadBlock::enterRow() {
  shape = &shapes.at(rows.address());
  piece = piece_done = row_done = row_cycles_done = 0;
  alike_rows = rows.rowsAlike(run->parameters.memory_burst_bytes);
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
  while (requesting && nextRequest() < limit)
    advance(requestTrain(memory, limit));
}

template void LoadBlock::requestUntil(MemoryModel &, uint64_t);
template void LoadBlock::requestUntil(FixedMemory &, uint64_t);

// Once the first beat is popped, no later beat of the gap-free burst is waited for: each takes at least one
// cycle.
uint64_t LoadBlock::requestTrain(MemoryModel &memory, uint64_t) {
  const ReadBurst &burst = shape->bursts[piece];
  const uint64_t cycle = nextRequest();
  const uint64_t address = rows.address() + burst.offset + piece_done * run->parameters.memory_burst_bytes;
  const BurstTiming timing = memory.read(cycle, address, burst.bytes, burst.beats);
  next_request = cycle + 1;
  unpack_free = std::max(unpack_free, timing.first_beat + 1) + burst.cycles;
  slots.take(1);
  slots.give({unpack_free - burst.last_beat_cycles + 1, 0, 1});
  report(cycle, timing.first_beat);
  return 1;
}

// The same for as many bursts as keep their distances in request, first beat and first pop.
uint64_t LoadBlock::requestTrain(FixedMemory &memory, uint64_t limit) {
  const ReadBurst &burst = shape->bursts[piece];
  const SlotRuns::Run slot = slots.front();
  uint64_t count = std::min(burstsAlike(), slot.count);

  const uint64_t request = std::max(next_request, slot.first);
  const uint64_t latest = request + memory.latencyCycles();
  const uint64_t beat = std::max(memory.nextReadBeat(), latest);
  const uint64_t pop = std::max(unpack_free, beat + 1);
  const uint64_t requestDistance = distanceOf(1, request, slot.first, slot.step, count);
  const uint64_t beatDistance = distanceOf(burst.beats, beat, latest, requestDistance, count);
  const uint64_t popDistance = distanceOf(burst.cycles, pop, beat + 1, beatDistance, count);
  count = std::min(count, (limit - 1 - request) / requestDistance + 1);

  next_request = request + (count - 1) * requestDistance + 1;
  memory.setNextReadBeat(beat + (count - 1) * beatDistance + burst.beats);
  unpack_free = pop + (count - 1) * popDistance + burst.cycles;
  slots.take(count);
  slots.give({pop + burst.cycles - burst.last_beat_cycles + 1, popDistance, count});
  if (!run->options.events)
    return count;
  for (uint64_t i = 0; i + 1 < count; ++i) {
    report(request + i * requestDistance, beat + i * beatDistance);
    advance(1);
  }
  report(next_request - 1, beat + (count - 1) * beatDistance);
  return 1;
}

/// Bursts from the next one on that are like it, before anything else happens than their requests.
uint64_t LoadBlock::burstsAlike() const {
  const uint64_t inRow = shape->bursts[piece].count - piece_done;
  return shape->bursts.size() == 1 ? inRow + (alike_rows - 1) * shape->num_bursts : inRow;
}

void LoadBlock::report(uint64_t cycle, uint64_t firstBeat) {
  if (!run->options.events)
    return;
  const ReadBurst &burst = shape->bursts[piece];
  const uint64_t address = rows.address() + burst.offset + piece_done * run->parameters.memory_burst_bytes;
  const uint64_t last = firstBeat + burst.beats - 1;
  run->options.events->burst(
      {Track::LoadBurst, num_bursts, address, burst.beats, cycle, firstBeat, last, last});
}

/// Past `bursts` bursts alike.
void LoadBlock::advance(uint64_t bursts) {
  num_bursts += bursts;
  row_done += bursts;
  row_cycles_done += bursts * shape->bursts[piece].cycles;
  piece_done += bursts;
  if (piece_done < shape->bursts[piece].count)
    return;
  if (row_done < shape->num_bursts) {
    ++piece;
    piece_done = 0;
    return;
  }
  const uint64_t whole = row_done / shape->num_bursts; // rows alike, all of one piece if they are several
  const uint64_t rest = row_done - whole * shape->num_bursts;
  if (whole > 1) {
    rows.advance(whole - 1);
    alike_rows -= whole - 1;
  }
  const uint64_t cycles = shape->bursts[piece].cycles;
  leaveRow();
  row_done = piece_done = rest;
  row_cycles_done = rest * cycles;
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

// Never later than the last request: one request in a cycle; and the last one needs the slot of a burst whose
// last beat is popped when, of what is left, no more than that beat's words and the last `slots` bursts are.
uint64_t LoadBlock::lastRequestBound() const {
  const Parameters &p = run->parameters;
  const uint64_t rest = rows.rowsLeft() - 1;
  const uint64_t perRow = (row_bytes + p.memory_burst_bytes - 1) / p.memory_burst_bytes;
  const uint64_t bursts = rest * perRow + shape->num_bursts - row_done;
  const uint64_t request = nextRequest() + bursts - 1;
  if (bursts <= num_slots)
    return request;
  const uint64_t cycles = rest * least_row_cycles + shape->num_cycles - row_cycles_done;
  const uint64_t covered = rest < alike_rows ? num_slots * shape->burst_cycles + shape->beat_cycles - 1
                                             : (num_slots + 1) * most_burst_cycles;
  return cycles > covered ? std::max(request, unpack_free + cycles - covered) : request;
}

std::vector<std::pair<std::string, uint64_t>> LoadBlock::workClasses(uint64_t inProgress) const {
  return {{"busy", busy}, {"stall_memory", inProgress - busy}};
}

} // namespace lockstep
