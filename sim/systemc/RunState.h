// What all blocks share during one run.
#pragma once

#include "sim/engine/Engine.h"
#include "sim/kernel/Kernel.h"
#include "sim/systemc/CycleTime.h"
#include "sim/systemc/Faults.h"

#include <algorithm>
#include <optional>
#include <string>

namespace lockstep {

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

  /// Ends the run if another thread wants so.
  void obeyStop() {
    if (options.stop && options.stop->load(std::memory_order_relaxed))
      fail(ErrorKind::Limit, "The run was stopped from outside in cycle " + std::to_string(clock.now()) + ".");
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
