// When the `dram` memory delivers reads: the manual's rules without the interplay of writes.
#pragma once

#include "hw/machine/Parameters.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Times of commands are kept in ticks of the DRAM clock; callers speak core cycles.
class DramReads {
public:
  explicit DramReads(const Parameters &parameters);

  /// Cycle of the first beat at the earliest, of a burst that is requested in `cycle`. Bursts come in order
  /// of request.
  uint64_t firstBeat(uint64_t cycle, uint64_t address, uint64_t bytes);
  void shift(uint64_t cycles);

private:
  struct Bank {
    bool open = false;
    uint64_t row = 0, activate = 0, last_read = 0;
  };
  struct Place {
    uint64_t group, bank, row;
  };
  Place placeOf(uint64_t address) const;
  uint64_t access(uint64_t arrival, uint64_t address);
  void openRow(Bank &bank, const Place &place, uint64_t arrival);
  uint64_t afterRefresh(uint64_t tick) const;
  uint64_t periodOf(uint64_t tick) const;
  uint64_t tickOf(uint64_t cycle) const;
  uint64_t cycleOf(uint64_t tick) const;

  const Parameters &p;
  std::vector<Bank> banks;
  uint64_t last_column = 0, last_group = 0, last_activate = 0, bus_free = 0;
};

} // namespace lockstep
