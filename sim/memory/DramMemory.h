// `dram` memory: one channel and rank of banks and rows, open page, first come first served, with refresh.
//
// The rules, in the order of evaluation. All times of a command are in ticks of the DRAM clock.
//   tick(c)  = ceil(c * clock_mhz / core_mhz)      cycle(k) = ceil(k * core_mhz / clock_mhz)
//   free(t)  = t, or the end of the refresh that t falls into: [k t_refi, k t_refi + t_rfc), k >= 1; none if
//   t_rfc = 0 period(t)= t / t_refi, rounded down: a row that was activated in an earlier period is closed
//   arrival  = tick(cycle of arrival + controller_cycles), the earliest tick of every command of the burst
// For each access_bytes-aligned piece that the burst's beats touch, lowest address first; all "last" are over
// all earlier accesses:
//   1. Column command, if the row is open: column = free(max(arrival, activate(bank) + t_rcd, last column +
//   t_ccd_l
//      (same bank group as that column) or t_ccd_s (another), last write's data end + t_wtr (reads only), bus
//      free - cl (reads) or - cwl (writes))). If period(column) is that of the row's activate, this is the
//      command. Otherwise a refresh has closed the row: go to 3 with `ready` = free(start of period(column)).
//   2. Another row is open: precharge = free(max(arrival, activate(bank) + t_ras, last read command of the
//   bank + t_rtp,
//      last write's data end of the bank + t_wr)); ready = precharge + t_rp, or free(start of
//      period(precharge)) if that is not the period of the row's activate (the refresh has closed the row).
//   3. The row is closed (ready = 0 unless said): activate(bank) = free(max(arrival, ready, last activate +
//   t_rrd)); then 1.
//   4. Data: start = column + cl (reads) or + cwl (writes), end = start + access_ticks = new "bus free".
// A burst's data is there in cycle(end of its last access) + controller_cycles. An activate may be given
// before the column command of an earlier access to another bank; column commands never overtake each other.
#pragma once

#include "sim/memory/MemoryModel.h"

#include <vector>

namespace lockstep {

/// Assumes t_rfc + t_rcd + t_rrd < t_refi if t_rfc is not 0 (checked with the parameters): otherwise a row
/// might never stay open until its use.
class DramMemory final : public MemoryModel {
public:
  explicit DramMemory(const Parameters &parameters);

  BurstTiming read(uint64_t request_cycle, uint64_t address, uint32_t bytes, uint32_t beats) override;
  uint64_t write(uint64_t last_beat_cycle, uint64_t address, uint32_t bytes, uint32_t beats) override;
  bool channelsAreIndependent() const override { return false; }
  std::unique_ptr<MemoryModel> clone() const override { return std::make_unique<DramMemory>(*this); }
  void reset() override;

private:
  struct Bank {
    bool open = false;
    uint64_t row = 0;
    uint64_t activate = 0;
    uint64_t precharge_after_read = 0, precharge_after_write = 0; // earliest precharge by t_rtp and t_wr
  };
  struct Place {
    unsigned group, bank; // bank: index over all groups
    uint64_t row;
  };

  uint64_t tickOf(uint64_t cycle) const;
  uint64_t cycleOf(uint64_t tick) const;
  uint64_t freeTick(uint64_t tick) const;
  uint64_t periodOf(uint64_t tick) const;
  uint64_t periodStart(uint64_t tick) const; // first tick of its period in which a command may be given
  Place placeOf(uint64_t address) const;
  uint64_t dataEnd(uint64_t arrival_cycle, uint64_t address, uint32_t beats, bool is_write);
  uint64_t access(uint64_t arrival, const Place &place, bool is_write);
  uint64_t columnTick(uint64_t arrival, const Place &place, bool is_write) const;
  uint64_t prechargedTick(uint64_t arrival, const Bank &bank) const;
  void activateRow(uint64_t arrival, const Place &place, uint64_t ready);
  uint64_t finishAccess(uint64_t column, const Place &place, bool is_write);

  Parameters p;
  unsigned access_shift, group_shift, column_shift, bank_shift; // powers of two
  std::vector<Bank> banks;
  bool any_column = false, any_activate = false;
  uint64_t last_column = 0, last_activate = 0, bus_free = 0, read_after_write = 0;
  unsigned last_group = 0;
  uint64_t next_read_beat = 0, next_response = 0;
};

} // namespace lockstep
