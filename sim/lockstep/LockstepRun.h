// One program on two engines at once, compared event by event, cycle by cycle and byte by byte.
#pragma once

#include "sim/engine/Engine.h"
#include "sim/lockstep/Difference.h"

namespace lockstep {

struct LockstepOptions {
  uint64_t max_cycles = 0;     // for each engine; 0: no limit
  bool golden = true;          // also compare bytes with the golden executor (slow on large programs)
  bool values = true;          // false: events, cycles and counters only
  EventSink *events = nullptr; // gets the first engine's events
  bool progress = false;
  std::string wave_file;                      // handed to the second engine
  unsigned first_fault = 0, second_fault = 0; // test builds only: deliberate faults
};

/// What a comparison found. Without a `difference` all of these are equal: every event of every track, total
/// cycles, all counters, all writable external bytes, both on-chip memories, the function tables; and the
/// golden executor's bytes, if asked for.
struct LockstepReport {
  std::optional<Difference> difference; // the first one
  bool cycles_equal = false;            // events, total cycles and counters
  bool bits_equal = false;              // bytes (true in a run without values)
  RunResult first, second;
  uint64_t equal_events = 0;
};

/// The two engines run in two threads (the first in the caller's) over copies of one memory; the faster one
/// waits when it is far ahead, so memory stays bounded. Which engine is which: any two that implement Engine.
class LockstepRun {
public:
  LockstepRun(Engine &first, std::string first_name, Engine &second, std::string second_name)
      : first(first), second(second), first_name(std::move(first_name)), second_name(std::move(second_name)) {
  }

  /// `memory` holds the inputs, and the first engine's bytes afterwards. A run that fails in one engine only,
  /// or in another way (kind of error) in each, is a difference. Errors: both engines fail alike (a deadlock,
  /// a limit): the first engine's error; the host has not enough memory; the golden executor fails.
  Result<LockstepReport> run(const Program &program, ExternalMemory &memory,
                             const LockstepOptions &options = {});

private:
  struct Outcome;
  Outcome runBoth(const Program &program, ExternalMemory &memory, ExternalMemory &copy,
                  const LockstepOptions &options);

  Engine &first, &second;
  const std::string first_name, second_name;
};

} // namespace lockstep
