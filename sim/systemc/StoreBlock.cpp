#include "sim/systemc/StoreBlock.h"

#include "sim/systemc/MemoryPort.h"
#include "sim/systemc/Train.h"

namespace lockstep {

StoreBlock::StoreBlock(sc_core::sc_module_name name) : UnitBlock(name, Unit::Store) {}

void StoreBlock::reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) {
  UnitBlock::reset(newRun, newSemaphores, newSequencer);
  const Parameters &p = run->parameters;
  shapes.reset(p.memory_burst_bytes, p.memory_write_bytes_per_cycle);
  num_slots = p.memory_write_bursts_in_flight;
  slots.reset(num_slots);
  size_t places = 2;
  while (places <= num_slots)
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
  next_read = start + 1;
  enterRow();
  if (port->isFixed())
    return; // all at once in sendAll()
  readWhatCan();
  port->expect();
}

void StoreBlock::enterRow() {
  next_step = next_burst = 0;
  front_free = next_read;
  reading = !rows.done();
  if (!reading)
    return;
  shape = &shapes.at(rows.address());
  alike_rows = rows.rowsAlike(run->parameters.memory_burst_bytes);
}

// A step's slots are those of the bursts `taken` and later; the latest of them needs the slot that the burst
// num_slots before it gives back with its response.
uint64_t StoreBlock::slotBurst() const { return taken + shape->steps[next_step].slots - 1; }

void StoreBlock::readWhatCan() {
  while (reading && slotBurst() < sent + num_slots)
    readStep(shape->steps[next_step]);
}

void StoreBlock::readStep(const WriteStep &step) {
  const uint64_t read = std::max(next_read, slots.freeFrom(step.slots));
  slots.take(step.slots);
  taken += step.slots;
  next_read = read + step.cycles;
  const bool endsRow = ++next_step == shape->steps.size();
  for (uint32_t i = 0; i < step.num_bursts; ++i, ++next_burst)
    completeBurst(shape->bursts[next_burst], read + shape->bursts[next_burst].entered);
  if (!endsRow)
    return;
  rows.advance();
  enterRow();
}

void StoreBlock::completeBurst(const WriteBurst &burst, uint64_t entered) {
  const uint64_t first = std::max(entered + 1, next_send);
  next_send = first + burst.beats;
  const bool ends = rows.rowsLeft() == 1 && next_burst + 1 == shape->bursts.size();
  ring[complete++ & (ring.size() - 1)] = {rows.address() + burst.offset, burst.bytes, burst.beats,
                                          next_send - 1, ends};
}

void StoreBlock::sendUntil(MemoryModel &memory, uint64_t limit) {
  while (nextArrival() < limit) {
    send(memory);
    readWhatCan();
  }
}

void StoreBlock::sendAll(FixedMemory &memory) {
  while (reading || sent != complete)
    if (sent != complete)
      send(memory);
    else if (taken == sent && shape->uniform)
      sendTrain(memory);
    else
      readStep(shape->steps[next_step]);
}

void StoreBlock::send(MemoryModel &memory) {
  const CompleteBurst burst = burstOf(sent);
  const uint64_t response = memory.write(burst.arrival, burst.address, burst.bytes, burst.beats);
  slots.give({response + 1, 0, 1});
  report(burst.address, burst.beats, burst.arrival + 1 - burst.beats, response);
  ++sent;
  if (burst.ends_instruction)
    land(response);
}

// As many bursts as keep their distances in read, first beat and response.
void StoreBlock::sendTrain(FixedMemory &memory) {
  const WriteStep &step = shape->steps[0];
  const WriteBurst &burst = shape->bursts[0];
  const SlotRuns::Run slot = slots.front();
  uint64_t count = std::min(slot.count, alike_rows * shape->steps.size() - next_step);

  const uint64_t read = std::max(next_read, slot.first);
  const uint64_t ready = read + burst.entered + 1;
  const uint64_t first = std::max(next_send, ready);
  const uint64_t answer = first + burst.beats - 1 + memory.latencyCycles();
  const uint64_t response = std::max(memory.nextResponse(), answer);
  const uint64_t readDistance = distanceOf(step.cycles, read, slot.first, slot.step, count);
  const uint64_t sendDistance = distanceOf(burst.beats, first, ready, readDistance, count);
  const uint64_t responseDistance = distanceOf(1, response, answer, sendDistance, count);

  const uint64_t last = response + (count - 1) * responseDistance;
  next_read = read + (count - 1) * readDistance + step.cycles;
  next_send = first + (count - 1) * sendDistance + burst.beats;
  memory.setNextResponse(last + 1);
  slots.take(count);
  slots.give({response + 1, responseDistance, count});
  reportTrain(count, first, sendDistance, response, responseDistance);
  advance(count);
  if (!reading)
    land(last);
}

void StoreBlock::reportTrain(uint64_t count, uint64_t first, uint64_t distance, uint64_t response,
                             uint64_t responseDistance) {
  if (!run->options.events)
    return;
  RowWalk walk = rows;
  uint64_t burst = next_burst;
  for (uint64_t i = 0; i < count; ++i) {
    report(walk.address() + burst * run->parameters.memory_burst_bytes, shape->bursts[0].beats,
           first + i * distance, response + i * responseDistance);
    ++sent;
    if (++burst < shape->bursts.size())
      continue;
    burst = 0;
    walk.advance();
  }
  sent -= count;
}

/// Past `bursts` bursts of a uniform row and of rows like it.
void StoreBlock::advance(uint64_t bursts) {
  const uint64_t done = next_step + bursts, perRow = shape->steps.size();
  taken += bursts;
  complete += bursts;
  sent += bursts;
  if (done >= perRow) {
    rows.advance(done / perRow);
    enterRow();
  }
  next_step = next_burst = done % perRow;
}

void StoreBlock::report(uint64_t address, uint32_t beats, uint64_t first, uint64_t response) {
  if (run->options.events)
    run->options.events->burst(
        {Track::StoreBurst, sent, address, beats, first, first, first + beats - 1, response});
}

/// The last burst of the oldest instruction is answered.
void StoreBlock::land(uint64_t response) {
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
  const uint64_t awaited = slotBurst() - num_slots;
  wakeAt(burstOf(awaited).arrival + 1 + (rows.rowsLeft() - 1) * row_words);
}

std::vector<std::pair<std::string, uint64_t>> StoreBlock::workClasses(uint64_t inProgress) const {
  return {{"busy", busy}, {"stall_memory", inProgress - busy}};
}

} // namespace lockstep
