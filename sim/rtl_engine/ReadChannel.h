// The memory's side of the AXI read port (AR, R), beat by beat at the cycles of the MemoryModel.
#pragma once

#include "hw/machine/Parameters.h"
#include "hw/program/ExternalMemory.h"
#include "sim/engine/Events.h"
#include "sim/memory/MemoryModel.h"
#include "sim/rtl_engine/FetchLog.h"
#include "sim/rtl_engine/Ring.h"
#include "sim/rtl_engine/Stress.h"
#include "sim/rtl_engine/model/RtlModel.h"

namespace lockstep {

/// In each cycle drive() before the design settles, sample() after. A beat carries the bytes of its own
/// cycle.
class ReadChannel {
public:
  ReadChannel(const RtlPorts &ports, const Parameters &parameters, MemoryModel &model,
              const ExternalMemory &memory, EventSink *events, Stress &stress);

  void drive(uint64_t cycle) {
    if (stress.on())
      *ports.m_axi_arready_i = !stress.stalls();
    if (reads.empty() || cycle < next_beat_cycle || (stress.on() && stress.stalls()))
      *ports.m_axi_rvalid_i = 0;
    else
      driveBeat();
  }

  void sample(uint64_t cycle) {
    if (*ports.m_axi_rvalid_i && *ports.m_axi_rready_o)
      beatTaken(cycle);
    if (*ports.m_axi_arvalid_o && *ports.m_axi_arready_i)
      accept(cycle);
  }

  bool idle() const { return reads.empty(); }
  uint64_t loadBursts() const { return load_bursts; }
  FetchLog &fetches() { return fetch_log; }

private:
  struct Read {
    uint64_t begin = 0;             // address of the first beat, aligned
    const uint8_t *bytes = nullptr; // of the first beat; null: look up byte by byte
    uint32_t beats = 0;
    uint8_t id = 0, response = 0;
    uint64_t first_beat = 0; // cycle
  };

  void driveBeat();
  void beatTaken(uint64_t cycle);
  void accept(uint64_t cycle);
  void locate(Read &read, uint64_t address) const;
  void log(const Read &read, uint64_t address, uint64_t cycle, const BurstTiming &timing);

  const RtlPorts &ports;
  const uint32_t width; // bytes of a beat
  MemoryModel &model;
  const ExternalMemory &memory;
  EventSink *events;
  Stress &stress;
  Ring<Read> reads;
  FetchLog fetch_log;
  uint32_t beats_done = 0; // of the oldest read
  uint64_t next_beat_cycle = 0;
  uint64_t load_bursts = 0;
};

} // namespace lockstep
