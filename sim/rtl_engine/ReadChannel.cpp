#include "sim/rtl_engine/ReadChannel.h"

#include <cstring>

namespace lockstep {

namespace {

constexpr uint8_t kOkay = 0, kSlaveError = 2;
constexpr uint8_t kFetchId = 0;

} // namespace

ReadChannel::ReadChannel(const RtlPorts &ports, const Parameters &parameters, MemoryModel &model,
                         const ExternalMemory &memory, EventSink *events, Stress &stress)
    : ports(ports), width(uint32_t(parameters.memory_read_bytes_per_cycle)), model(model), memory(memory),
      events(events), stress(stress), fetch_log(events) {
  *ports.m_axi_arready_i = 1;
}

void ReadChannel::driveBeat() {
  Read &read = reads.front();
  *ports.m_axi_rvalid_i = 1;
  *ports.m_axi_rid_i = read.id;
  *ports.m_axi_rresp_i = read.response;
  *ports.m_axi_rlast_i = beats_done + 1 == read.beats;
  const uint64_t offset = uint64_t(beats_done) * width;
  if (read.bytes) {
    memcpy(ports.m_axi_rdata_i, read.bytes + offset, width);
    return;
  }
  for (uint32_t i = 0; i < width; ++i) {
    const uint8_t *byte = memory.find(read.begin + offset + i, 1);
    ports.m_axi_rdata_i[i] = byte ? *byte : 0;
  }
}

void ReadChannel::beatTaken(uint64_t cycle) {
  next_beat_cycle = cycle + 1;
  if (++beats_done < reads.front().beats)
    return;
  beats_done = 0;
  reads.pop();
  if (!reads.empty())
    next_beat_cycle = reads.front().first_beat;
}

/// The fast path: all beats begin inside of one region, which is followed by spare host bytes.
void ReadChannel::locate(Read &read, uint64_t address) const {
  const Region *region = memory.regionOf(address, 1);
  const uint64_t last_beat = read.begin + uint64_t(read.beats - 1) * width;
  const bool inside = region && (read.beats == 1 || memory.regionOf(last_beat, 1) == region);
  if (inside && read.begin >= region->address)
    read.bytes = memory.find(read.begin, 1);
  const bool ends_inside = read.beats == 1 || memory.regionOf(last_beat, 1);
  read.response = region && ends_inside ? kOkay : kSlaveError;
}

void ReadChannel::accept(uint64_t cycle) {
  const uint64_t address = *ports.m_axi_araddr_o;
  Read read;
  read.begin = address & ~uint64_t(width - 1);
  read.beats = uint32_t(*ports.m_axi_arlen_o) + 1;
  read.id = *ports.m_axi_arid_o;
  locate(read, address);
  const uint32_t bytes = read.beats * width - uint32_t(address - read.begin);
  const BurstTiming timing = model.read(cycle, address, bytes, read.beats);
  read.first_beat = timing.first_beat;
  if (reads.empty())
    next_beat_cycle = read.first_beat;
  log(read, address, cycle, timing);
  reads.push(read);
}

void ReadChannel::log(const Read &read, uint64_t address, uint64_t cycle, const BurstTiming &timing) {
  if (read.id == kFetchId) {
    fetch_log.requested(address, read.beats, cycle, timing);
    return;
  }
  if (events)
    events->burst({Track::LoadBurst, load_bursts, address, read.beats, cycle, timing.first_beat,
                   timing.last_beat, timing.last_beat});
  ++load_bursts;
}

} // namespace lockstep
