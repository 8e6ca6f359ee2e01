// What the four units have in common: the queue, the start rule, finishing in order, counting.
#pragma once

#include "sim/systemc/Semaphores.h"

#include <array>
#include <vector>

namespace lockstep {

class SequencerBlock;

/// A resolved instruction in a unit's queue.
struct QueuedInstruction {
  Instruction instruction;
  uint64_t index = 0;      // in the program
  uint64_t dispatched = 0; // cycle
  SemaphoreList waits, posts;
};

/// An instruction from its start to its finish.
struct StartedInstruction {
  uint64_t index = 0;
  uint64_t dispatched = 0, started = 0;
  SemaphoreList posts;
};

/// Decides starts as soon as everything they depend on is known, which may be ahead of the kernel's time;
/// never late. A decision is final: all conditions of a start stay true once they hold.
class UnitBlock : public sc_core::sc_module {
public:
  SC_HAS_PROCESS(UnitBlock);
  UnitBlock(sc_core::sc_module_name name, Unit unit);

  Unit unit() const { return own_unit; }
  virtual void reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer);
  void cancel() { wakeup.cancel(); }

  /// First cycle >= `cycle` in which the queue takes another instruction; kUnknownCycle as long as that
  /// depends on a start that is not decided: the sequencer is woken when it is.
  uint64_t roomFrom(uint64_t cycle);
  /// A place to be filled by the caller, followed by pushed().
  QueuedInstruction &newest() { return queue[pushes % queue.size()]; }
  void pushed();

  void wakeAt(uint64_t cycle) { wakeup.at(cycle, run->clock); }

  /// The instruction that could not start yet, or null.
  const QueuedInstruction *head() const { return begun == pushes ? nullptr : &queue[begun % queue.size()]; }
  bool allFinished() const { return finished == pushes; }

  /// The unit's counters; they add up to `totalCycles`.
  UnitCounters counters(uint64_t totalCycles) const;

protected:
  /// The unit's own start condition; kUnknownCycle if it depends on something that happens later.
  virtual uint64_t earliestStart() = 0;
  /// The head starts in `start`. Ends, now or later, in finish().
  virtual void begin(const QueuedInstruction &head, uint64_t start) = 0;
  /// Work that has become due; then startWhatCan().
  virtual void step() { startWhatCan(); }
  /// Classes of the chapter before stall_semaphore, given the cycles in which an instruction is in progress.
  virtual std::vector<std::pair<std::string, uint64_t>> workClasses(uint64_t inProgress) const = 0;

  void startWhatCan();
  bool startHead();
  static StartedInstruction startedOf(const QueuedInstruction &head, uint64_t start) {
    return {head.index, head.dispatched, start, head.posts};
  }
  /// `natural` is the natural finish; returns the finish.
  uint64_t finish(const StartedInstruction &instruction, uint64_t natural);
  uint64_t startedInstructions() const { return begun; }
  uint64_t finishedInstructions() const { return finished; }
  /// An instruction whose fields no checker has seen and that the model cannot execute.
  void failImpossible(const QueuedInstruction &head);

  RunState *run = nullptr;

private:
  static constexpr unsigned kMaxQueueDepth = 128;
  void wake();

  Unit own_unit;
  Wakeup wakeup;
  Semaphores *semaphores = nullptr;
  SequencerBlock *sequencer = nullptr;
  std::vector<QueuedInstruction> queue;          // a ring of one more than queue_depth places
  std::array<uint64_t, kMaxQueueDepth> starts{}; // of the latest instructions, by number
  uint64_t depth = 0, pushes = 0, begun = 0, finished = 0;
  bool room_wanted = false;
  uint64_t last_finish = 0, in_progress = 0, stall_semaphore = 0;
};

} // namespace lockstep
