// What all blocks share during one run.
#pragma once

#include "hw/isa/MachineErrors.h"
#include "sim/engine/Engine.h"
#include "sim/kernel/Extent.h"
#include "sim/kernel/Kernel.h"
#include "sim/systemc/CycleTime.h"
#include "sim/systemc/Faults.h"

#include <algorithm>
#include <optional>
#include <string>

namespace lockstep {

/// No run is followed beyond this cycle, so that no sum of cycles overflows.
constexpr uint64_t kLastCycle = uint64_t{1} << 50;

struct RunState {
  Parameters parameters;
  CycleClock clock;
  RunOptions options;
  const Program *program = nullptr;
  ExternalMemory *memory = nullptr;
  Kernel *kernel = nullptr; // null: timing only
  OnChip chip;
  RunResult result;
  std::optional<Error> error;
  uint64_t last_finish = 0; // largest finish, or the cycle of halt
  uint64_t posts = 0;

  bool hasFault(unsigned fault) const { return options.fault == fault; }

  void reachCycle(uint64_t cycle) { last_finish = std::max(last_finish, cycle); }

  /// The last cycle in which the program may still be running.
  uint64_t limit() const {
    return options.max_cycles ? std::min(options.max_cycles, kLastCycle) : kLastCycle;
  }

  /// False, with an error, if something happens in `cycle` or later that lies beyond the limit. Asked before
  /// work that grows with an instruction's counts is done for an instruction that cannot end in time.
  bool mayReach(unsigned __int128 cycle) {
    if (cycle < limit())
      return true;
    fail(ErrorKind::Limit,
         "The program was still running in cycle " + std::to_string(limit()) + ", the limit.");
    return false;
  }

  /// The machine's own errors, by the codes of the control port.
  void fail(MachineError code, uint64_t instruction, uint64_t cycle) {
    const bool bus =
        code == MachineError::bus_fetch || code == MachineError::bus_load || code == MachineError::bus_store;
    fail(bus ? ErrorKind::Bounds : ErrorKind::Legality,
         "The machine stopped with error " + std::to_string(static_cast<unsigned>(code)) +
             " at instruction " + std::to_string(instruction) + " in cycle " + std::to_string(cycle) + ": " +
             machineErrorText(code) + ".");
  }

  /// Whether all bytes of a load or store lie in one region, writable if asked for.
  template <typename Transfer> bool liesInRegion(const Transfer &t, bool writable) const {
    const Extent bytes = Extent(t.external_address)
                             .level(t.count_0, t.external_stride_0)
                             .level(t.count_1, t.external_stride_1)
                             .level(t.count_2, t.external_stride_2)
                             .wide(t.row_bytes);
    const Region *region = bytes.addressable() ? memory->regionOf(bytes.first(), bytes.size()) : nullptr;
    return region && (region->writable() || !writable);
  }

  /// Ends the run if another thread wants so.
  void obeyStop() {
    if (options.stop && options.stop->load(std::memory_order_relaxed))
      fail(ErrorKind::Limit,
           "The run was stopped from outside in cycle " + std::to_string(clock.now()) + ".");
  }

  /// The first error ends the run.
  void fail(ErrorKind kind, std::string message) {
    if (error)
      return;
    error = Error{kind, std::move(message)};
    sc_core::sc_pause();
  }
};

} // namespace lockstep
