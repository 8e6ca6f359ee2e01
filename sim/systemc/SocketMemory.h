// The memory on the other side of a TLM-2.0 socket, seen as a memory model; and how a target may offer its
// model.
#pragma once

#include "hw/program/ExternalMemory.h"
#include "sim/memory/MemoryModel.h"
#include "sim/systemc/CycleTime.h"

#include <tlm>

#include <vector>

namespace lockstep {

/// A target that sees this extension in a transport_dbg (of length 0) may set `model`: bursts are then timed
/// by calls of the model instead of transactions. The model is reset by the initiator.
struct ModelExtension : tlm::tlm_extension<ModelExtension> {
  MemoryModel *model = nullptr;
  tlm::tlm_extension_base *clone() const override { return new ModelExtension(*this); }
  void copy_from(const tlm_extension_base &other) override {
    *this = static_cast<const ModelExtension &>(other);
  }
};

/// Blocking transport, one transaction for each burst, at the kernel time of its arrival and with an
/// annotated delay of 0. Address and data length are those of the burst's bytes, the streaming width is the
/// length. The delay that comes back says after how long the last beat (read) or the response (write) is
/// there; a read's beats come without gaps. A write carries its bytes; what a read brings is not used: the
/// bytes of a run are those of its ExternalMemory.
class SocketMemory final : public MemoryModel {
public:
  /// `transport` and `memory` stay valid for the run.
  void restart(const CycleClock &newClock, tlm::tlm_fw_transport_if<> &newTransport,
               ExternalMemory &newMemory);

  BurstTiming read(uint64_t request_cycle, uint64_t address, uint32_t bytes, uint32_t beats) override;
  uint64_t write(uint64_t last_beat_cycle, uint64_t address, uint32_t bytes, uint32_t beats) override;
  bool channelsAreIndependent() const override { return false; }
  /// Null: the other side cannot be copied.
  std::unique_ptr<MemoryModel> clone() const override { return nullptr; }
  void reset() override {}

private:
  uint64_t delayCycles(tlm::tlm_command command, uint64_t address, uint32_t bytes);

  tlm::tlm_fw_transport_if<> *transport = nullptr;
  ExternalMemory *memory = nullptr;
  CycleClock clock;
  std::vector<uint8_t> buffer;
};

} // namespace lockstep
