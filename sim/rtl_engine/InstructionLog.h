// From the event bits of the bench to one record for each instruction, and to the totals of a run.
#pragma once

#include "hw/program/Program.h"
#include "sim/engine/Engine.h"
#include "sim/rtl_engine/Ring.h"
#include "sim/rtl_engine/model/RtlModel.h"

#include <array>
#include <string>
#include <vector>

namespace lockstep {

/// Bit u of each event port belongs to the unit with code u; queues are in order, so the oldest record is
/// meant.
class InstructionLog {
public:
  InstructionLog(const RtlPorts &ports, const Parameters &parameters, const Program &program,
                 EventSink *events);

  void sample(uint64_t cycle) {
    if (*ports.event_dispatched_o | *ports.event_started_o | *ports.event_finished_o)
      record(cycle);
  }

  /// Instructions dispatched, and by kind of work: bytes asked for, multiply-accumulates of valid rows and
  /// columns.
  void addTotals(RunResult &result) const;

  uint64_t eventCount() const { return event_count; }
  /// Empty, or a sentence: the design has told of a start or finish that cannot be.
  const std::string &contradiction() const { return wrong; }

  struct Record {
    uint64_t index = 0, instruction = 0, dispatched = 0, started = 0;
  };
  /// Dispatched and not started, oldest first.
  Ring<Record> &queued(Unit unit) { return units[unsigned(unit)].queued; }
  Ring<Record> &running(Unit unit) { return units[unsigned(unit)].running; }
  /// Posts finished less waits started, for each semaphore.
  std::array<int64_t, kNumSemaphores> semaphoreCounts() const;

private:
  struct UnitState {
    Ring<Record> queued, running;
    uint64_t dispatched = 0;
  };

  void record(uint64_t cycle);
  void dispatch(unsigned unit, uint64_t cycle);
  void start(unsigned unit, uint64_t cycle);
  void finish(unsigned unit, uint64_t cycle);
  void contradict(unsigned unit, const char *what, uint64_t cycle);

  const RtlPorts &ports;
  const Parameters &parameters;
  const Program &program;
  EventSink *events;
  std::array<UnitState, kNumQueuedUnits> units;
  std::vector<uint64_t> dispatched_counts, started_counts,
      finished_counts; // for each instruction of the program
  uint64_t event_count = 0;
  std::string wrong;
};

} // namespace lockstep
