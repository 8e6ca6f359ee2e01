// The sequencer: fetch, instruction buffer, loops and registers, dispatch to the queues.
#pragma once

#include "hw/golden/Sequencer.h"
#include "sim/systemc/UnitBlock.h"

#include <deque>

namespace lockstep {

class MemoryPort;

/// A fetch takes the read port: it happens in its very cycle, or ahead of the kernel's time if the load
/// unit's requests are known that far. Between fetches everything is known that the sequencer depends on, but
/// for starts not yet decided: so it runs ahead of the kernel's time up to the next fetch or full queue.
class SequencerBlock : public sc_core::sc_module {
public:
  SC_HAS_PROCESS(SequencerBlock);
  explicit SequencerBlock(sc_core::sc_module_name name);

  void connect(MemoryPort &memoryPort, std::array<UnitBlock *, kNumQueuedUnits> queuedUnits);
  /// Cycle 1 is the first one in which anything happens.
  void reset(RunState &newRun);
  void cancel() { wakeup.cancel(); }
  void wakeAt(uint64_t cycle) { wakeup.at(cycle, run->clock); }

  bool isHalted() const { return state == State::Halted; }
  /// The unit whose full queue holds the sequencer, or null.
  const UnitBlock *blockingUnit() const;
  uint64_t programCounter() const { return own.pc; }
  UnitCounters counters(uint64_t totalCycles) const;

private:
  enum class State { Read, Execute, Flush, Halted };
  struct StaticInstruction {
    Instruction instruction;
    Unit unit = Unit::Sequencer;
    bool is_legal = false;
    SemaphoreList waits, posts;
  };

  void decodeAll(const Program &program);
  void step();
  uint64_t nextFetch() const;
  uint64_t nextAction();
  bool isCertain(uint64_t fetchCycle, uint64_t actionCycle) const;
  void fetch(uint64_t cycle);
  void act(uint64_t cycle);
  void executeInstruction(uint64_t cycle);
  void dispatch(const StaticInstruction &instruction, uint64_t cycle);
  void jumpBack(uint64_t cycle);
  void endFlush(uint64_t cycle);
  void proceed(uint64_t cycle);
  void reportFetches(uint64_t cycle);

  RunState *run = nullptr;
  MemoryPort *port = nullptr;
  std::array<UnitBlock *, kNumQueuedUnits> units{};
  Wakeup wakeup;
  std::vector<StaticInstruction> program;

  SequencerState own; // program counter, registers, loops
  State state = State::Read;
  uint64_t state_from = 1; // first cycle of the present state
  uint64_t seen_from = 1;  // first cycle in which fetch sees the present program counter

  std::vector<uint64_t> arrived; // ring by index: cycle of the fetch's last beat
  uint64_t fetched = 0;          // F: index of the next instruction to request
  uint64_t base = 0;             // index at the last flush
  uint64_t last_fetch = 0, last_arrival = 0;
  uint64_t fetch_ahead = 1;
  std::deque<BurstEvent> unreported; // fetches whose last beat may come after halt
  uint64_t num_fetches = 0;

  uint64_t busy = 0, stall_fetch = 0, stall_queue = 0;
};

} // namespace lockstep
