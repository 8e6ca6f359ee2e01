#include "sim/rtl_engine/WriteChannel.h"

#include <cstring>

namespace lockstep {

namespace {

constexpr uint8_t kSlaveError = 2;

} // namespace

WriteChannel::WriteChannel(const RtlPorts &ports, const Parameters &parameters, MemoryModel &model,
                           ExternalMemory &memory, EventSink *events, Stress &stress)
    : ports(ports), width(uint32_t(parameters.memory_write_bytes_per_cycle)), model(model), memory(memory),
      events(events), stress(stress) {
  *ports.m_axi_awready_i = 1;
  *ports.m_axi_wready_i = 1;
}

void WriteChannel::acceptAddress() {
  Write write;
  write.address = *ports.m_axi_awaddr_o;
  write.begin = write.address & ~uint64_t(width - 1);
  write.beats = uint32_t(*ports.m_axi_awlen_o) + 1;
  const Region *region = memory.regionOf(write.begin, uint64_t(write.beats) * width);
  if (region && region->writable())
    write.bytes = memory.find(write.begin, 1);
  writes.push(write);
}

void WriteChannel::acceptBeat(uint64_t cycle) {
  if (early_beats.empty() && !writes.empty()) {
    applyBeat(cycle, ports.m_axi_wdata_o, ports.m_axi_wstrb_o);
    return;
  }
  const uint32_t strobe_bytes = (width + 7) / 8;
  early_beats.push({{ports.m_axi_wdata_o, ports.m_axi_wdata_o + width},
                    {ports.m_axi_wstrb_o, ports.m_axi_wstrb_o + strobe_bytes}});
  drainEarlyBeats(cycle);
}

void WriteChannel::drainEarlyBeats(uint64_t cycle) {
  for (; !early_beats.empty() && !writes.empty(); early_beats.pop())
    applyBeat(cycle, early_beats.front().data.data(), early_beats.front().strobes.data());
}

bool WriteChannel::allStrobed(const uint8_t *strobes) const {
  if (width < 8)
    return strobes[0] == (1u << width) - 1;
  for (uint32_t i = 0; i < width / 8; ++i)
    if (strobes[i] != 0xff)
      return false;
  return true;
}

void WriteChannel::applyBeat(uint64_t cycle, const uint8_t *data, const uint8_t *strobes) {
  Write &write = writes.front();
  if (beats_done == 0)
    write.first_beat = cycle;
  const uint64_t offset = uint64_t(beats_done) * width;
  if (write.bytes && allStrobed(strobes))
    memcpy(write.bytes + offset, data, width);
  else
    writeStrobed(write, write.begin + offset, data, strobes);
  if (++beats_done == write.beats)
    finishBurst(cycle);
}

void WriteChannel::writeStrobed(Write &write, uint64_t begin, const uint8_t *data, const uint8_t *strobes) {
  for (uint32_t i = 0; i < width; ++i) {
    if (!(strobes[i / 8] >> (i % 8) & 1))
      continue;
    const Region *region = memory.regionOf(begin + i, 1);
    if (region && region->writable())
      *memory.find(begin + i, 1) = data[i];
    else
      write.code = kSlaveError;
  }
}

void WriteChannel::finishBurst(uint64_t cycle) {
  const Write &write = writes.front();
  const uint32_t bytes = write.beats * width - uint32_t(write.address - write.begin);
  const uint64_t response = model.write(cycle, write.address, bytes, write.beats);
  if (events)
    events->burst({Track::StoreBurst, store_bursts, write.address, write.beats, write.first_beat,
                   write.first_beat, cycle, response});
  ++store_bursts;
  responses.push({response, write.code});
  writes.pop();
  beats_done = 0;
}

} // namespace lockstep
