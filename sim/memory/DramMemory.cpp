#include "sim/memory/DramMemory.h"

#include <algorithm>

namespace lockstep {

namespace {

uint64_t ceilDivide(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

unsigned log2Of(uint64_t power_of_two) {
  unsigned bits = 0;
  while (power_of_two >> (bits + 1))
    ++bits;
  return bits;
}

/// a - b, but not below zero: a constraint that lies before the start of time.
uint64_t minus(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }

} // namespace

DramMemory::DramMemory(const Parameters &parameters) : p(parameters) {
  access_shift = log2Of(uint64_t(p.dram_access_bytes));
  group_shift = log2Of(uint64_t(p.dram_bank_groups));
  column_shift = log2Of(uint64_t(p.dram_row_bytes)) - access_shift;
  bank_shift = log2Of(uint64_t(p.dram_banks_per_group));
  banks.resize(size_t(p.dram_bank_groups * p.dram_banks_per_group));
}

void DramMemory::reset() { *this = DramMemory(p); }

uint64_t DramMemory::tickOf(uint64_t cycle) const {
  return ceilDivide(cycle * uint64_t(p.dram_clock_mhz), uint64_t(p.clock_core_mhz));
}

uint64_t DramMemory::cycleOf(uint64_t tick) const {
  return ceilDivide(tick * uint64_t(p.clock_core_mhz), uint64_t(p.dram_clock_mhz));
}

uint64_t DramMemory::periodOf(uint64_t tick) const {
  return p.dram_t_rfc ? tick / uint64_t(p.dram_t_refi) : 0;
}

uint64_t DramMemory::freeTick(uint64_t tick) const {
  uint64_t period = periodOf(tick);
  if (period == 0)
    return tick;
  return std::max(tick, period * uint64_t(p.dram_t_refi) + uint64_t(p.dram_t_rfc));
}

uint64_t DramMemory::periodStart(uint64_t tick) const {
  return freeTick(periodOf(tick) * uint64_t(p.dram_t_refi));
}

DramMemory::Place DramMemory::placeOf(uint64_t address) const {
  uint64_t bits = address >> access_shift;
  unsigned group = unsigned(bits & ((1u << group_shift) - 1));
  bits >>= group_shift + column_shift;
  unsigned bank = unsigned(bits & ((1u << bank_shift) - 1));
  return {group, (group << bank_shift) + bank, bits >> bank_shift};
}

uint64_t DramMemory::columnTick(uint64_t arrival, const Place &place, bool is_write) const {
  uint64_t tick = std::max(arrival, banks[place.bank].activate + uint64_t(p.dram_t_rcd));
  if (any_column)
    tick =
        std::max(tick, last_column + uint64_t(place.group == last_group ? p.dram_t_ccd_l : p.dram_t_ccd_s));
  if (!is_write)
    tick = std::max(tick, read_after_write);
  tick = std::max(tick, minus(bus_free, uint64_t(is_write ? p.dram_cwl : p.dram_cl)));
  return freeTick(tick);
}

uint64_t DramMemory::prechargedTick(uint64_t arrival, const Bank &bank) const {
  uint64_t tick = std::max({arrival, bank.activate + uint64_t(p.dram_t_ras), bank.precharge_after_read,
                            bank.precharge_after_write});
  uint64_t precharge = freeTick(tick);
  if (periodOf(precharge) == periodOf(bank.activate))
    return precharge + uint64_t(p.dram_t_rp);
  return periodStart(precharge);
}

void DramMemory::activateRow(uint64_t arrival, const Place &place, uint64_t ready) {
  uint64_t tick = std::max(arrival, ready);
  if (any_activate)
    tick = std::max(tick, last_activate + uint64_t(p.dram_t_rrd));
  last_activate = freeTick(tick);
  any_activate = true;
  Bank &bank = banks[place.bank];
  bank = Bank();
  bank.open = true;
  bank.row = place.row;
  bank.activate = last_activate;
}

uint64_t DramMemory::finishAccess(uint64_t column, const Place &place, bool is_write) {
  any_column = true;
  last_column = column;
  last_group = place.group;
  bus_free = column + uint64_t(is_write ? p.dram_cwl : p.dram_cl) + uint64_t(p.dram_access_ticks);
  Bank &bank = banks[place.bank];
  if (is_write) {
    bank.precharge_after_write = bus_free + uint64_t(p.dram_t_wr);
    read_after_write = bus_free + uint64_t(p.dram_t_wtr);
  } else {
    bank.precharge_after_read = column + uint64_t(p.dram_t_rtp);
  }
  return bus_free;
}

uint64_t DramMemory::access(uint64_t arrival, const Place &place, bool is_write) {
  Bank &bank = banks[place.bank];
  uint64_t ready = 0;
  if (bank.open && bank.row != place.row) {
    ready = prechargedTick(arrival, bank);
    bank.open = false;
  }
  for (;;) {
    if (!bank.open)
      activateRow(arrival, place, ready);
    uint64_t column = columnTick(arrival, place, is_write);
    if (periodOf(column) == periodOf(bank.activate))
      return finishAccess(column, place, is_write);
    bank.open = false;
    // What held the column command back holds the new activate back too: the row is not opened before its use
    // is near.
    ready = periodStart(column);
  }
}

uint64_t DramMemory::dataEnd(uint64_t arrival_cycle, uint64_t address, uint32_t beats, bool is_write) {
  uint64_t width = uint64_t(is_write ? p.memory_write_bytes_per_cycle : p.memory_read_bytes_per_cycle);
  uint64_t begin = address & ~(width - 1), size = width * beats;
  uint64_t arrival = tickOf(arrival_cycle + uint64_t(p.dram_controller_cycles));
  uint64_t first = begin >> access_shift, last = (begin + size - 1) >> access_shift;
  uint64_t end = 0;
  for (uint64_t piece = first; piece <= last; ++piece)
    end = access(arrival, placeOf(piece << access_shift), is_write);
  return cycleOf(end) + uint64_t(p.dram_controller_cycles);
}

BurstTiming DramMemory::read(uint64_t request_cycle, uint64_t address, uint32_t, uint32_t beats) {
  uint64_t first = std::max(dataEnd(request_cycle, address, beats, false), next_read_beat);
  next_read_beat = first + beats;
  return {first, next_read_beat - 1};
}

uint64_t DramMemory::write(uint64_t last_beat_cycle, uint64_t address, uint32_t, uint32_t beats) {
  uint64_t response = std::max(dataEnd(last_beat_cycle, address, beats, true), next_response);
  next_response = response + 1;
  return response;
}

} // namespace lockstep
