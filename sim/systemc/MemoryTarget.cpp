#include "sim/systemc/MemoryTarget.h"

#include <cstring>

namespace lockstep {

MemoryTarget::MemoryTarget(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
  socket.register_b_transport(this, &MemoryTarget::transport);
  socket.register_transport_dbg(this, &MemoryTarget::debug);
  socket.register_get_direct_mem_ptr(this, &MemoryTarget::directMemory);
}

void MemoryTarget::reset(const Parameters &parameters, const CycleClock &newClock, ExternalMemory &newMemory,
                         bool offerModel) {
  clock = newClock;
  memory = &newMemory;
  model = makeMemoryModel(parameters);
  read_beat_bytes = parameters.memory_read_bytes_per_cycle;
  write_beat_bytes = parameters.memory_write_bytes_per_cycle;
  offer_model = offerModel;
}

uint32_t MemoryTarget::beats(const tlm::tlm_generic_payload &payload) const {
  const uint64_t width = payload.is_write() ? write_beat_bytes : read_beat_bytes;
  const uint64_t first = payload.get_address() / width;
  const uint64_t last = (payload.get_address() + payload.get_data_length() - 1) / width;
  return static_cast<uint32_t>(last - first + 1);
}

void MemoryTarget::transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) {
  const uint64_t arrival = clock.now() + clock.cycles(delay);
  const uint32_t length = payload.get_data_length();
  const uint64_t end = payload.is_write()
                           ? model->write(arrival, payload.get_address(), length, beats(payload))
                           : model->read(arrival, payload.get_address(), length, beats(payload)).last_beat;
  delay = clock.duration(end - clock.now());
  payload.set_response_status(copyBytes(payload) ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

bool MemoryTarget::copyBytes(tlm::tlm_generic_payload &payload) {
  uint8_t *bytes = memory->find(payload.get_address(), payload.get_data_length());
  if (!bytes)
    return false;
  if (payload.is_write())
    std::memcpy(bytes, payload.get_data_ptr(), payload.get_data_length());
  else
    std::memcpy(payload.get_data_ptr(), bytes, payload.get_data_length());
  return true;
}

unsigned MemoryTarget::debug(tlm::tlm_generic_payload &payload) {
  if (auto *question = payload.get_extension<ModelExtension>()) {
    question->model = offer_model ? model.get() : nullptr;
    return 0;
  }
  return copyBytes(payload) ? payload.get_data_length() : 0;
}

bool MemoryTarget::directMemory(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi) {
  const Region *region = memory->regionOf(payload.get_address(), 1);
  if (!region)
    return false;
  dmi.set_dmi_ptr(memory->find(region->address, region->size_bytes));
  dmi.set_start_address(region->address);
  dmi.set_end_address(region->address + region->size_bytes - 1);
  region->writable() ? dmi.allow_read_write() : dmi.allow_read();
  return true;
}

} // namespace lockstep
