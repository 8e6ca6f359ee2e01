#include "sim/systemc/SocketMemory.h"

#include <algorithm>
#include <cassert>

namespace lockstep {

void SocketMemory::restart(const CycleClock &newClock, tlm::tlm_fw_transport_if<> &newTransport,
                           ExternalMemory &newMemory) {
  clock = newClock;
  transport = &newTransport;
  memory = &newMemory;
}

BurstTiming SocketMemory::read(uint64_t request_cycle, uint64_t address, uint32_t bytes, uint32_t beats) {
  assert(request_cycle == clock.now());
  buffer.resize(std::max<size_t>(buffer.size(), bytes));
  const uint64_t last = request_cycle + delayCycles(tlm::TLM_READ_COMMAND, address, bytes);
  return {last - (beats - 1), last};
}

uint64_t SocketMemory::write(uint64_t last_beat_cycle, uint64_t address, uint32_t bytes, uint32_t) {
  assert(last_beat_cycle == clock.now());
  buffer.resize(std::max<size_t>(buffer.size(), bytes));
  if (const uint8_t *source = memory->find(address, bytes))
    std::copy_n(source, bytes, buffer.begin());
  return last_beat_cycle + delayCycles(tlm::TLM_WRITE_COMMAND, address, bytes);
}

uint64_t SocketMemory::delayCycles(tlm::tlm_command command, uint64_t address, uint32_t bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(buffer.data());
  payload.set_data_length(bytes);
  payload.set_streaming_width(bytes);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  transport->b_transport(payload, delay);
  return clock.cycles(delay);
}

} // namespace lockstep
