#include "sim/systemc/StoreBlock.h"

#include "sim/systemc/MemoryPort.h"

namespace lockstep {

StoreBlock::StoreBlock(sc_core::sc_module_name name) : UnitBlock(name, Unit::Store) {}

void StoreBlock::reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) {
  UnitBlock::reset(newRun, newSemaphores, newSequencer);
  const Parameters &p = run->parameters;
  shapes.reset(p.memory_burst_bytes, p.memory_write_bytes_per_cycle);
  slot_free.assign(p.memory_write_bursts_in_flight, 0);
  size_t places = 2;
  while (places <= slot_free.size())
    places *= 2;
  ring.resize(places);
  reading = false;
  next_read = front_free = taken = complete = sent = next_send = num_done = last_done = busy = 0;
  flights.clear();
}

void StoreBlock::step() {
  do {
    port->advance();
  } while (startHead());
  wakeWhenDue();
}

uint64_t StoreBlock::earliestStart() {
  const uint64_t number = startedInstructions();
  if (reading || (number >= kMaxStarted && num_done + kMaxStarted <= number))
    return kUnknownCycle;
  return number < kMaxStarted ? front_free : std::max(front_free, dones[number % kMaxStarted] + 1);
}

void StoreBlock::begin(const QueuedInstruction &head, uint64_t start) {
  front_free = start + 1;
  if (const auto *store = std::get_if<StoreInstruction>(&head.instruction))
    return beginRows(head, *store, start);
  flights.push_back({startedOf(head, start), true, kUnknownCycle});
  landFlights();
}

void StoreBlock::beginRows(const QueuedInstruction &head, const StoreInstruction &store, uint64_t start) {
  rows = RowWalk(store);
  if (rows.done() || !store.row_bytes || !store.chunk_bytes)
    return failImpossible(head);
  row_words = (store.row_bytes + store.chunk_bytes - 1) / store.chunk_bytes;
  if (!run->liesInRegion(store, true))
    return run->fail(MachineError::bus_store, head.index, start);
  if (!run->mayReach(start + static_cast<unsigned __int128>(rows.rowsLeft()) * row_words))
    return;
  if (run->kernel && !run->kernel->execute(store, run->chip, *run->memory))
    return failImpossible(head);
  flights.push_back({startedOf(head, start), false, kUnknownCycle});
  row_bytes = store.row_bytes;
  busy += rows.rowsLeft() * row_words;
  run->result.written_bytes += rows.rowsLeft() * row_bytes;
  shapes.select(store.row_bytes, store.chunk_bytes);
  shape = &shapes.at(rows.address());
  next_step = next_burst = 0;
  next_read = start + 1;
  reading = true;
  readWhatCan();
  port->expect();
}

// A step's slots are those of the bursts `taken` and later; the latest of them needs the slot that the burst
// slot_free.size() before it gives back with its response.
uint64_t StoreBlock::slotBurst() const { return taken + shape->steps[next_step].slots - 1; }

void StoreBlock::readWhatCan() {
  while (reading && slotBurst() < sent + slot_free.size())
    readStep(shape->steps[next_step]);
}

void StoreBlock::readStep(const WriteStep &step) {
  const uint64_t read = std::max(next_read, slot_free[slotBurst() % slot_free.size()]);
  taken += step.slots;
  next_read = read + step.cycles;
  const bool endsRow = ++next_step == shape->steps.size();
  for (uint32_t i = 0; i < step.num_bursts; ++i, ++next_burst)
    completeBurst(shape->bursts[next_burst], read + shape->bursts[next_burst].entered);
  if (!endsRow)
    return;
  rows.advance();
  reading = !rows.done();
  front_free = next_read;
  if (reading)
    shape = &shapes.at(rows.address());
  next_step = next_burst = 0;
}

void StoreBlock::completeBurst(const WriteBurst &burst, uint64_t entered) {
  const uint64_t first = std::max(entered + 1, next_send);
  next_send = first + burst.beats;
  const bool ends = rows.rowsLeft() == 1 && next_burst + 1 == shape->bursts.size();
  ring[complete++ & (ring.size() - 1)] = {rows.address() + burst.offset, burst.bytes, burst.beats,
                                          next_send - 1, ends};
}

void StoreBlock::sendUntil(MemoryModel &memory, uint64_t limit) {
  while (nextArrival() < limit)
    send(memory);
}

void StoreBlock::send(MemoryModel &memory) {
  const CompleteBurst burst = burstOf(sent);
  const uint64_t response = memory.write(burst.arrival, burst.address, burst.bytes, burst.beats);
  slot_free[sent % slot_free.size()] = response + 1;
  if (run->options.events) {
    const uint64_t first = burst.arrival + 1 - burst.beats;
    run->options.events->burst(
        {Track::StoreBurst, sent, burst.address, burst.beats, first, first, burst.arrival, response});
  }
  ++sent;
  readWhatCan();
  if (!burst.ends_instruction)
    return;
  flights.front().response = response;
  landFlights();
}

// Instructions are done in order, one in a cycle.
void StoreBlock::landFlights() {
  while (!flights.empty()) {
    const Flight &flight = flights.front();
    const uint64_t natural = flight.is_sync ? flight.instruction.started + 1 : flight.response;
    if (natural == kUnknownCycle)
      return;
    last_done = num_done ? std::max(natural, last_done + 1) : natural;
    dones[num_done++ % kMaxStarted] = last_done;
    finish(flight.instruction, last_done + 1);
    flights.pop_front();
  }
}

// Two things are learnt from responses: that the oldest instruction is done, and, while the reader waits for
// a slot, when the front end will be free: not before that response and the words that are left.
void StoreBlock::wakeWhenDue() {
  if (sent == complete || port->isExact())
    return;
  uint64_t number = sent;
  while (number != complete && !burstOf(number).ends_instruction)
    ++number;
  if (number != complete)
    wakeAt(burstOf(number).arrival + 1);
  if (!reading)
    return;
  const uint64_t awaited = slotBurst() - slot_free.size();
  wakeAt(burstOf(awaited).arrival + 1 + (rows.rowsLeft() - 1) * row_words);
}

std::vector<std::pair<std::string, uint64_t>> StoreBlock::workClasses(uint64_t inProgress) const {
  return {{"busy", busy}, {"stall_memory", inProgress - busy}};
}

} // namespace lockstep
