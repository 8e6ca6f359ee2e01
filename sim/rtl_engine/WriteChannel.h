// The memory's side of the AXI write port (AW, W, B), beat by beat, responses at the cycles of the
// MemoryModel.
#pragma once

#include "hw/machine/Parameters.h"
#include "hw/program/ExternalMemory.h"
#include "sim/engine/Events.h"
#include "sim/memory/MemoryModel.h"
#include "sim/rtl_engine/Ring.h"
#include "sim/rtl_engine/Stress.h"
#include "sim/rtl_engine/model/RtlModel.h"

#include <vector>

namespace lockstep {

/// In each cycle drive() before the design settles, sample() after. Strobed bytes reach memory in the beat's
/// cycle (under stress: when address and data are both there).
class WriteChannel {
public:
  WriteChannel(const RtlPorts &ports, const Parameters &parameters, MemoryModel &model,
               ExternalMemory &memory, EventSink *events, Stress &stress);

  void drive(uint64_t cycle) {
    if (stress.on()) {
      *ports.m_axi_awready_i = !stress.stalls();
      *ports.m_axi_wready_i = !stress.stalls();
    }
    const bool due =
        !responses.empty() && cycle >= responses.front().cycle && !(stress.on() && stress.stalls());
    *ports.m_axi_bvalid_i = due;
    if (due)
      *ports.m_axi_bresp_i = responses.front().code;
  }

  void sample(uint64_t cycle) {
    if (*ports.m_axi_bvalid_i && *ports.m_axi_bready_o)
      responses.pop();
    if (*ports.m_axi_awvalid_o && *ports.m_axi_awready_i)
      acceptAddress();
    if (*ports.m_axi_wvalid_o && *ports.m_axi_wready_i)
      acceptBeat(cycle);
    else if (!early_beats.empty())
      drainEarlyBeats(cycle);
  }

  bool idle() const { return writes.empty() && responses.empty() && early_beats.empty(); }
  uint64_t storeBursts() const { return store_bursts; }

private:
  struct Write {
    uint64_t address = 0, begin = 0; // of the first byte; of the first beat, aligned
    uint8_t *bytes = nullptr; // of the first beat if every byte of every beat may be written; else null
    uint32_t beats = 0;
    uint8_t code = 0;
    uint64_t first_beat = 0; // cycle
  };
  struct Response {
    uint64_t cycle = 0;
    uint8_t code = 0;
  };
  struct Beat {
    std::vector<uint8_t> data, strobes;
  };

  void acceptAddress();
  void acceptBeat(uint64_t cycle);
  void drainEarlyBeats(uint64_t cycle);
  void applyBeat(uint64_t cycle, const uint8_t *data, const uint8_t *strobes);
  void writeStrobed(Write &write, uint64_t begin, const uint8_t *data, const uint8_t *strobes);
  bool allStrobed(const uint8_t *strobes) const;
  void finishBurst(uint64_t cycle);

  const RtlPorts &ports;
  const uint32_t width; // bytes of a beat
  MemoryModel &model;
  ExternalMemory &memory;
  EventSink *events;
  Stress &stress;
  Ring<Write> writes;       // addresses accepted, data not complete
  Ring<Response> responses; // owed
  Ring<Beat> early_beats;   // data that came before its address (under stress only)
  uint32_t beats_done = 0;  // of the oldest write
  uint64_t store_bursts = 0;
};

} // namespace lockstep
