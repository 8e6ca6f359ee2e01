// race_c1 and race_c2 by vector clocks.
#pragma once

#include "hw/check/AccessHistory.h"
#include "hw/check/Footprint.h"
#include "hw/check/VectorClock.h"
#include "hw/machine/Parameters.h"
#include "hw/program/ExternalMemory.h"
#include "hw/support/Result.h"

#include <array>
#include <vector>

namespace lockstep {

/// Takes the instructions of a program in program order, each with its footprint and with what its unit knows
/// at its start, and reports the first that races with an earlier one. Exact on the rules of the manual's
/// chapter "Order, races, deadlock" (see ByteHistory for the one limit). Since every order leads from earlier
/// to later in program order, looking back is enough. Memory is bounded by the rows of the banks, not by the
/// program.
class RaceDetector {
public:
  RaceDetector(const Parameters &parameters, const std::vector<Region> &regions);

  /// `clocks`: of all units; that of at.unit counts for this instruction. Errors: race_c1, race_c2.
  Status access(const InstructionPoint &at, const Footprint &footprint,
                const std::array<VectorClock, kNumQueuedUnits> &clocks);

  /// Index in the program of the earlier instruction of the race that `access` reported last.
  uint64_t earlierIndex() const { return earlier; }

private:
  struct Bank {
    std::array<RowHistory, kNumQueuedUnits> reads, writes;
  };
  struct Context; // the instruction under test

  Status onChip(const Context &context, const Access &access);
  Status inBank(const Context &context, const Access &access, size_t bank, RowAccess rows);
  Status external(const Context &context, const Access &access);
  bool inWritableRegion(const Access &access) const;

  const std::vector<Region> &regions;
  std::array<std::vector<Bank>, 2> memories; // by Space
  std::array<int64_t, 2> bankWords;
  ByteHistory loads, stores;
  uint64_t earlier = 0;
};

} // namespace lockstep
