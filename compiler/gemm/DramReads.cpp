#include "compiler/gemm/DramReads.h"

#include <algorithm>

namespace lockstep {
namespace {

uint64_t unsignedOf(int64_t value) { return static_cast<uint64_t>(value); }

} // namespace

DramReads::DramReads(const Parameters &parameters)
    : p(parameters), banks(unsignedOf(p.dram_bank_groups * p.dram_banks_per_group)) {}

uint64_t DramReads::tickOf(uint64_t cycle) const {
  const uint64_t core = unsignedOf(p.clock_core_mhz);
  return (cycle * unsignedOf(p.dram_clock_mhz) + core - 1) / core;
}

uint64_t DramReads::cycleOf(uint64_t tick) const {
  const uint64_t clock = unsignedOf(p.dram_clock_mhz);
  return (tick * unsignedOf(p.clock_core_mhz) + clock - 1) / clock;
}

uint64_t DramReads::periodOf(uint64_t tick) const {
  return p.dram_t_rfc == 0 ? 0 : tick / unsignedOf(p.dram_t_refi);
}

uint64_t DramReads::afterRefresh(uint64_t tick) const {
  const uint64_t start = periodOf(tick) * unsignedOf(p.dram_t_refi);
  return start == 0 ? tick : std::max(tick, start + unsignedOf(p.dram_t_rfc));
}

DramReads::Place DramReads::placeOf(uint64_t address) const {
  uint64_t rest = address / unsignedOf(p.dram_access_bytes);
  const uint64_t group = rest % unsignedOf(p.dram_bank_groups);
  rest /= unsignedOf(p.dram_bank_groups * (p.dram_row_bytes / p.dram_access_bytes));
  const uint64_t bank = rest % unsignedOf(p.dram_banks_per_group);
  return {group, group * unsignedOf(p.dram_banks_per_group) + bank,
          rest / unsignedOf(p.dram_banks_per_group)};
}

void DramReads::openRow(Bank &bank, const Place &place, uint64_t arrival) {
  uint64_t ready = arrival;
  if (bank.open && periodOf(arrival) == periodOf(bank.activate)) {
    const uint64_t precharge = std::max(
        {arrival, bank.activate + unsignedOf(p.dram_t_ras), bank.last_read + unsignedOf(p.dram_t_rtp)});
    ready = precharge + unsignedOf(p.dram_t_rp);
  }
  bank.activate = last_activate = afterRefresh(std::max(ready, last_activate + unsignedOf(p.dram_t_rrd)));
  bank.open = true;
  bank.row = place.row;
}

/// Returns the tick after the data.
uint64_t DramReads::access(uint64_t arrival, uint64_t address) {
  const Place place = placeOf(address);
  Bank &bank = banks[place.bank];
  if (!bank.open || bank.row != place.row)
    openRow(bank, place, arrival);
  const auto columnTick = [&] {
    const uint64_t apart = unsignedOf(place.group == last_group ? p.dram_t_ccd_l : p.dram_t_ccd_s);
    const uint64_t cl = unsignedOf(p.dram_cl);
    return afterRefresh(std::max({arrival, bank.activate + unsignedOf(p.dram_t_rcd), last_column + apart,
                                  bus_free > cl ? bus_free - cl : 0}));
  };
  uint64_t column = columnTick();
  if (periodOf(column) != periodOf(bank.activate)) { // a refresh has closed the row
    bank.open = false;
    openRow(bank, place, column);
    column = columnTick();
  }
  last_column = bank.last_read = column;
  last_group = place.group;
  bus_free = column + unsignedOf(p.dram_cl + p.dram_access_ticks);
  return bus_free;
}

uint64_t DramReads::firstBeat(uint64_t cycle, uint64_t address, uint64_t bytes) {
  const uint64_t controller = unsignedOf(p.dram_controller_cycles), step = unsignedOf(p.dram_access_bytes);
  const uint64_t arrival = tickOf(cycle + controller);
  uint64_t end = arrival;
  for (uint64_t piece = address / step * step; piece < address + bytes; piece += step)
    end = access(arrival, piece);
  return cycleOf(end) + controller;
}

void DramReads::shift(uint64_t cycles) {
  const uint64_t ticks = tickOf(cycles);
  for (uint64_t *tick : {&last_column, &last_activate, &bus_free})
    *tick += ticks;
  for (Bank &bank : banks) {
    bank.activate += ticks;
    bank.last_read += ticks;
  }
}

} // namespace lockstep
