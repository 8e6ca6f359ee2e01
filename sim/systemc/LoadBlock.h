// The load unit: a front end that requests bursts and a back end that unpacks what arrives.
#pragma once

#include "sim/memory/FixedMemory.h"
#include "sim/systemc/RowShape.h"
#include "sim/systemc/RowWalk.h"
#include "sim/systemc/SlotRuns.h"
#include "sim/systemc/UnitBlock.h"

namespace lockstep {

class MemoryPort;

/// Requests are made in the order of time by the memory port, which also knows of fetches and writes. The
/// back end is computed with the request: it depends on nothing that comes later. With `fixed` memory a train
/// of bursts alike is one closed form for as long as nothing changes that limits it: a slot's turn, the bus,
/// the unpacking.
class LoadBlock : public UnitBlock {
public:
  explicit LoadBlock(sc_core::sc_module_name name);
  void reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) override;
  void connect(MemoryPort &memoryPort) { port = &memoryPort; }

  /// Cycle of the next request as far as is known; kUnknownCycle if there is none.
  uint64_t nextRequest() const;
  /// Requests every burst that is due before `limit`.
  template <typename Memory> void requestUntil(Memory &memory, uint64_t limit);
  /// A fetch has the port in `cycle`; all earlier requests were made.
  void blockRequest(uint64_t cycle) { next_request = std::max(next_request, cycle + 1); }

  /// Whether the instruction that was started last has bursts to request.
  bool isRequesting() const { return requesting; }

  uint64_t bursts() const { return num_bursts; }

protected:
  void step() override;
  uint64_t earliestStart() override;
  void begin(const QueuedInstruction &head, uint64_t start) override;
  std::vector<std::pair<std::string, uint64_t>> workClasses(uint64_t inProgress) const override;

private:
  static constexpr unsigned kMaxStarted = 8; // instructions started and not done

  uint64_t fillWords(const QueuedInstruction &head, const FillInstruction &fill, uint64_t unpack);
  bool execute(const LoadInstruction &load);
  void beginRows(const QueuedInstruction &head, const LoadInstruction &load, uint64_t start);
  void enterRow();
  void leaveRow();
  void drainBlock();
  uint64_t requestTrain(MemoryModel &memory, uint64_t limit);
  uint64_t requestTrain(FixedMemory &memory, uint64_t limit);
  uint64_t burstsAlike() const;
  void advance(uint64_t bursts);
  void report(uint64_t cycle, uint64_t firstBeat);
  void finishRows();
  void done(const StartedInstruction &instruction, uint64_t cycle);
  uint64_t lastRequestBound() const;

  MemoryPort *port = nullptr;

  // Front end.
  ShapeCache<ReadRow> shapes{makeReadRow};
  RowWalk rows;
  const ReadRow *shape = nullptr; // of the current row
  size_t piece = 0;               // next bursts of the current row
  uint64_t piece_done = 0;        // of these
  uint64_t row_done = 0;          // bursts of the current row, in all
  uint64_t row_cycles_done = 0;   // of these, at the back end
  uint64_t alike_rows = 1;        // from the current one on, with the same shape
  bool requesting = false;        // an instruction has bursts to request
  uint64_t next_request = 0;      // earliest cycle
  uint64_t front_free = 0;
  SlotRuns slots;
  uint64_t num_slots = 1;
  uint64_t num_bursts = 0;
  uint64_t row_bytes = 1;
  uint64_t least_row_cycles = 1;  // of any row of the instruction, at the back end
  uint64_t most_burst_cycles = 1; // of any burst

  // Back end.
  uint64_t unpack_free = 0; // first cycle in which it may pop again
  bool transposed = false;
  uint64_t drained[3] =
      {}; // first cycle after the drain of the latest blocks of the instruction, latest first
  unsigned turning_buffers = 2;
  std::array<uint64_t, kMaxStarted> dones{}; // of the latest instructions
  uint64_t num_done = 0;
  bool current_rows = false; // a load is started and its finish not decided
  StartedInstruction current;
  uint64_t busy = 0;
};

} // namespace lockstep
