// The bundled memory behind the socket.
#pragma once

#include "hw/program/ExternalMemory.h"
#include "sim/systemc/SocketMemory.h"

#include <tlm_utils/simple_target_socket.h>

namespace lockstep {

/// A TLM-2.0 target around a MemoryModel and the bytes of an ExternalMemory. Offers the model itself
/// (ModelExtension), direct memory access to the region of an address, debug access, and blocking transport:
/// a transaction arrives at kernel time + delay, and the delay that comes back is that of the last beat or
/// the response.
class MemoryTarget : public sc_core::sc_module {
public:
  explicit MemoryTarget(sc_core::sc_module_name name);

  tlm_utils::simple_target_socket<MemoryTarget> socket;

  /// For the next run; both outlive it. `offerModel` false hides the model, as a foreign target would.
  void reset(const Parameters &parameters, const CycleClock &newClock, ExternalMemory &newMemory,
             bool offerModel);

private:
  void transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
  unsigned debug(tlm::tlm_generic_payload &payload);
  bool directMemory(tlm::tlm_generic_payload &payload, tlm::tlm_dmi &dmi);
  bool copyBytes(tlm::tlm_generic_payload &payload);
  uint32_t beats(const tlm::tlm_generic_payload &payload) const;

  CycleClock clock;
  ExternalMemory *memory = nullptr;
  std::unique_ptr<MemoryModel> model;
  uint64_t read_beat_bytes = 1, write_beat_bytes = 1;
  bool offer_model = true;
};

} // namespace lockstep
