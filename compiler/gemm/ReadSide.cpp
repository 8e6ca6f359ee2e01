#include "compiler/gemm/TimingModel.h"

#include <algorithm>

namespace lockstep {
namespace {

uint64_t unsignedOf(int64_t value) { return static_cast<uint64_t>(value); }
uint64_t ceilOf(uint64_t a, uint64_t b) { return (a + b - 1) / b; }
void later(uint64_t &time, uint64_t cycles) { time += cycles; }

constexpr size_t kHistory = 2048;

unsigned shiftOf(uint64_t powerOfTwo) {
  unsigned shift = 0;
  while (powerOfTwo >> (shift + 1))
    ++shift;
  return shift;
}

} // namespace

ReadSide::ReadSide(const Parameters &p)
    : latency(unsignedOf(p.memory_latency_cycles)), beat_bytes(unsignedOf(p.memory_read_bytes_per_cycle)),
      burst_bytes(unsignedOf(p.memory_burst_bytes)), slots(unsignedOf(p.memory_read_bursts_in_flight)),
      beat_shift(shiftOf(beat_bytes)), releases(slots, 0), history(kHistory, {0, 0}) {
  if (p.memory_model == MemoryModelKind::Dram)
    dram.emplace(p);
}

/// What memory allows; the port may be busy longer.
uint64_t ReadSide::firstBeat(uint64_t cycle, uint64_t address, uint64_t bytes) {
  return dram ? dram->firstBeat(cycle, address, bytes) : cycle + latency;
}

void ReadSide::shift(uint64_t cycles) {
  for (uint64_t *time : {&front_free, &done, &last_request, &port, &popped, &drained[0], &drained[1]})
    later(*time, cycles);
  for (uint64_t &release : releases)
    later(release, cycles);
  for (Requested &burst : history)
    burst = {burst.cycle + cycles, burst.lastBeat + cycles};
  if (dram)
    dram->shift(cycles);
}

/// Last beat of what was requested before `cycle`.
uint64_t ReadSide::portBusyBefore(uint64_t cycle) const {
  const uint64_t oldest = bursts > kHistory ? bursts - kHistory : 0;
  uint64_t low = oldest, high = bursts;
  while (low < high) {
    const uint64_t middle = (low + high) / 2;
    if (history[middle % kHistory].cycle < cycle)
      low = middle + 1;
    else
      high = middle;
  }
  return low == oldest ? 0 : history[(low - 1) % kHistory].lastBeat;
}

uint64_t ReadSide::insertFetch(uint64_t cycle) {
  port = std::max(cycle + latency, port + 1) + ceilOf(kInstructionBytes, beat_bytes) - 1;
  arrivals.push_back(port);
  return port;
}

uint64_t ReadSide::fetch(uint64_t cycle) {
  const size_t index = requested.size();
  requested.push_back(cycle);
  if (index < arrivals.size())
    return arrivals[index];
  if (!planned.empty() || bursts == 0 || cycle > last_request)
    return insertFetch(cycle);
  const uint64_t beats = ceilOf(kInstructionBytes, beat_bytes);
  fetch_debt += beats;
  arrivals.push_back(std::max(cycle + latency, portBusyBefore(cycle) + 1) + beats - 1);
  return arrivals.back();
}

/// First cycle from `request` on in which no fetch is requested; those before it take their beats.
uint64_t ReadSide::passPlannedFetches(uint64_t request) {
  while (arrivals.size() < planned.size() && planned[arrivals.size()] <= request) {
    request += planned[arrivals.size()] == request;
    insertFetch(planned[arrivals.size()]);
  }
  return request;
}

/// One burst: requested when a slot is free, popped in order. `formed`: cycles of the back end that it takes.
void ReadSide::popBurst(uint64_t address, uint64_t bytes, uint64_t beats, uint64_t formed) {
  last_request = std::max(last_request + 1, releases[slot] + 1);
  if (arrivals.size() < planned.size())
    last_request = passPlannedFetches(last_request);
  const uint64_t first = std::max(firstBeat(last_request, address, bytes), port + 1 + fetch_debt);
  fetch_debt = 0;
  port = first + beats - 1;
  history[bursts++ % kHistory] = {last_request, port};
  popped = std::max(port + 1, std::max(first, popped) + std::max(beats, formed));
  releases[slot] = popped;
  slot = slot + 1 == slots ? 0 : slot + 1;
}

/// Cycles of the back end for a row's last burst: its last beat may complete two words.
uint64_t ReadSide::formedByLast(const LoadInstruction &load, uint64_t lastBeatBytes, uint64_t beats) const {
  const uint64_t rest = load.row_bytes % load.chunk_bytes;
  return beats + (rest != 0 && rest < lastBeatBytes && load.row_bytes > load.chunk_bytes);
}

void ReadSide::loadRow(const LoadInstruction &load, uint64_t address) {
  const bool slowWords = load.chunk_bytes < beat_bytes; // a beat may complete several words
  uint64_t words = 0;
  for (uint64_t position = 0; position < load.row_bytes;) {
    const uint64_t at = address + position;
    const uint64_t bytes = std::min(burst_bytes - (at & (burst_bytes - 1)), load.row_bytes - position);
    const uint64_t beats = ((at & (beat_bytes - 1)) + bytes + beat_bytes - 1) >> beat_shift;
    position += bytes;
    uint64_t formed = beats;
    if (slowWords) {
      const uint64_t complete =
          position == load.row_bytes ? ceilOf(position, load.chunk_bytes) : position / load.chunk_bytes;
      formed = complete - words;
      words = complete;
    } else if (position == load.row_bytes) {
      formed = formedByLast(load, std::min(((at + bytes - 1) & (beat_bytes - 1)) + 1, bytes), beats);
    }
    popBurst(at, bytes, beats, formed);
  }
}

/// Rows go to one of two turning buffers, which is drained while the other fills.
void ReadSide::loadTurned(const LoadInstruction &load, uint64_t address) {
  popped = std::max(popped, drained[0]);
  for (uint64_t i = 0; i < load.count_0; ++i)
    loadRow(load, address + i * unsignedOf(load.external_stride_0));
  const uint64_t drainEnd = std::max(popped, drained[1]) + load.row_bytes;
  drained = {drained[1], drainEnd};
}

void ReadSide::load(const LoadInstruction &load, uint64_t start) {
  last_request = std::max(last_request, start);
  popped = std::max({popped, done, start});
  for (uint64_t i2 = 0; i2 < load.count_2; ++i2)
    for (uint64_t i1 = 0; i1 < load.count_1; ++i1) {
      const uint64_t block = load.external_address + i2 * unsignedOf(load.external_stride_2) +
                             i1 * unsignedOf(load.external_stride_1);
      if (load.transpose) {
        loadTurned(load, block);
        continue;
      }
      for (uint64_t i0 = 0; i0 < load.count_0; ++i0)
        loadRow(load, block + i0 * unsignedOf(load.external_stride_0));
    }
  front_free = last_request + 1;
  done = load.transpose ? drained[1] : popped;
}

/// The back end alone has work; the front is free at once.
void ReadSide::fill(uint64_t words, uint64_t start) {
  last_request = std::max(last_request, start);
  done = popped = std::max({popped, done, start}) + words;
  front_free = start + 1;
}

WriteSide::WriteSide(const Parameters &p)
    : latency(unsignedOf(p.memory_latency_cycles)), beat_bytes(unsignedOf(p.memory_write_bytes_per_cycle)),
      burst_bytes(unsignedOf(p.memory_burst_bytes)), slots(unsignedOf(p.memory_write_bursts_in_flight)),
      releases(slots, 0) {}

void WriteSide::shift(uint64_t cycles) {
  for (uint64_t *time : {&front_free, &done, &read, &sent, &response})
    later(*time, cycles);
  for (uint64_t &release : releases)
    later(release, cycles);
}

void WriteSide::storeRow(const StoreInstruction &store, uint64_t address) {
  uint64_t words = 0;
  for (uint64_t position = 0; position < store.row_bytes;) {
    const uint64_t at = address + position;
    const uint64_t bytes = std::min(burst_bytes - (at & (burst_bytes - 1)), store.row_bytes - position);
    const uint64_t beats = ((at & (beat_bytes - 1)) + bytes + beat_bytes - 1) >> shiftOf(beat_bytes);
    position += bytes;
    const uint64_t touched = ceilOf(position, store.chunk_bytes);
    uint64_t &release = releases[bursts++ % slots];
    read = std::max(read, release) + std::max(beats, touched - words);
    words = touched;
    sent = std::max(read + 2, sent + 1) + beats - 1;
    response = std::max(sent + latency, response + 1);
    release = response;
  }
}

void WriteSide::store(const StoreInstruction &store, uint64_t start) {
  read = std::max(read, start);
  for (uint64_t i2 = 0; i2 < store.count_2; ++i2)
    for (uint64_t i1 = 0; i1 < store.count_1; ++i1)
      for (uint64_t i0 = 0; i0 < store.count_0; ++i0)
        storeRow(store, store.external_address + i2 * unsignedOf(store.external_stride_2) +
                            i1 * unsignedOf(store.external_stride_1) +
                            i0 * unsignedOf(store.external_stride_0));
  front_free = read + 1;
  done = response;
}

} // namespace lockstep
