// A unit of the machine, stepped cycle by cycle and written down as the manual reads: slow, and the judge of
// the model.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "sim/engine/Engine.h"
#include "sim/memory/MemoryModel.h"

#include <array>
#include <deque>
#include <map>
#include <vector>

namespace lockstep::reference {

constexpr uint64_t kNever = ~uint64_t{0};

/// All events of a run, by track.
struct EventLog : EventSink {
  std::array<std::vector<InstructionEvent>, kNumTracks> instructions;
  std::array<std::vector<BurstEvent>, kNumTracks> bursts;
  void instruction(const InstructionEvent &event) override {
    instructions[static_cast<size_t>(event.track)].push_back(event);
  }
  void burst(const BurstEvent &event) override { bursts[static_cast<size_t>(event.track)].push_back(event); }
};

/// Registered values are read, new ones are written to `next` and appear in the cycle after.
struct Wires {
  Parameters p;
  uint64_t cycle = 0;
  MemoryModel *memory = nullptr;
  EventLog *log = nullptr;
  std::array<int, kNumSemaphores> semaphores{}, next_semaphores{};
  bool fetch_requested = false; // in this cycle
};

struct Pending {
  Instruction instruction;
  uint64_t index = 0, dispatched = 0, started = 0;
  uint64_t natural = kNever; // finish, once known
};

class ReferenceUnit {
public:
  ReferenceUnit(Wires &wires, Unit unit) : w(wires), unit(unit) {}
  virtual ~ReferenceUnit() = default;

  std::deque<Pending> queue; // pushes of a cycle are made after all units were stepped
  size_t occupancy = 0;      // registered

  void step();
  bool isIdle() const { return queue.empty() && unfinished.empty(); }
  uint64_t lastFinish() const { return last_finish; }
  const std::map<std::string, uint64_t> &classes() const { return counts; }

protected:
  /// The unit's own start condition in this cycle.
  virtual bool mayStart() = 0;
  virtual void start(const Pending &pending) = 0;
  /// Work of this cycle, of instructions that started before it.
  virtual void work() = 0;
  /// Class of a cycle with an instruction in progress.
  virtual std::string workClass() = 0;

  uint64_t cycle() const { return w.cycle; }
  /// Natural finish of the oldest instruction whose finish is not known yet.
  void oldestFinishesAt(uint64_t natural);
  /// Natural finish of the instruction that starts now.
  void newestFinishesAt(uint64_t natural) { unfinished.back().natural = natural; }

  Wires &w;
  Unit unit;
  std::deque<Pending> unfinished;

private:
  bool waitsAreThere(const Instruction &instruction) const;
  void tryStart();
  void tryFinish();
  void count(bool headWasThere);

  uint64_t last_finish = 0, num_finished = 0;
  std::map<std::string, uint64_t> counts;
};

} // namespace lockstep::reference
