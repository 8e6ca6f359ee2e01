#include "sim/systemc/MemoryPort.h"

#include "sim/systemc/LoadBlock.h"
#include "sim/systemc/StoreBlock.h"

namespace lockstep {

MemoryPort::MemoryPort(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
  SC_METHOD(deferCommit);
  sensitive << due.event();
  dont_initialize();
  SC_METHOD(commitPresent);
  sensitive << present;
  dont_initialize();
}

void MemoryPort::connect(LoadBlock &loadBlock, StoreBlock &storeBlock) {
  load = &loadBlock;
  store = &storeBlock;
}

void MemoryPort::reset(RunState &newRun) {
  run = &newRun;
  through_socket.restart(run->clock, *socket.operator->(), *run->memory);
  fetch_beats = std::max<uint32_t>(1, kInstructionBytes / run->parameters.memory_read_bytes_per_cycle);
  ModelExtension extension;
  tlm::tlm_generic_payload question;
  question.set_extension(&extension);
  socket->transport_dbg(question);
  question.clear_extension(&extension);
  model = extension.model ? extension.model : &through_socket;
  model->reset();
  fixed = dynamic_cast<FixedMemory *>(model);
}

void MemoryPort::cancel() {
  due.cancel();
  present.cancel();
}

void MemoryPort::advance() {
  if (!isExact())
    commitUntil(run->clock.now());
}

bool MemoryPort::mayFetchAhead(uint64_t cycle) {
  if (!fixed)
    return false;
  load->requestUntil(*fixed, cycle);
  return load->isRequesting();
}

BurstTiming MemoryPort::fetch(uint64_t address, uint64_t cycle) {
  if (!isExact())
    commitUntil(cycle);
  if (!run->hasFault(kFaultFetchPriority))
    load->blockRequest(cycle);
  const BurstTiming timing = model->read(cycle, address, kInstructionBytes, fetch_beats);
  expect();
  return timing;
}

void MemoryPort::commitUntil(uint64_t limit) {
  if (!fixed)
    return commitInOrder(limit);
  load->requestUntil(*fixed, limit);
  store->sendAll(*fixed);
}

void MemoryPort::commitInOrder(uint64_t limit) {
  for (;;) {
    const uint64_t read = load->nextRequest(), write = store->nextArrival();
    if (std::min(read, write) >= limit)
      return;
    if (read <= write)
      load->requestUntil(*model, write < limit ? write + 1 : limit);
    else
      store->sendUntil(*model, std::min(limit, read));
  }
}

void MemoryPort::expect() {
  if (!isExact())
    return;
  const uint64_t next = std::min(load->nextRequest(), store->nextArrival());
  if (next != kUnknownCycle)
    due.at(next, run->clock);
}

// A fetch of this cycle is decided in its first delta, because nothing that happens in a cycle changes the
// same cycle.
void MemoryPort::deferCommit() {
  due.taken();
  present.notify(sc_core::SC_ZERO_TIME);
}

void MemoryPort::commitPresent() {
  const uint64_t now = run->clock.now();
  commitInOrder(now + 1);
  load->wakeAt(now);
  store->wakeAt(now);
  expect();
}

} // namespace lockstep
