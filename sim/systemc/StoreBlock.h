// The store unit: a front end that reads and packs words, and a back end that sends bursts.
#pragma once

#include "sim/memory/FixedMemory.h"
#include "sim/systemc/RowShape.h"
#include "sim/systemc/RowWalk.h"
#include "sim/systemc/SlotRuns.h"
#include "sim/systemc/UnitBlock.h"

#include <deque>

namespace lockstep {

class MemoryPort;

/// The front end is computed ahead until it lacks a slot whose response is not known; sending needs no
/// knowledge of responses. The memory port asks for the bursts in the order of their arrival at memory.
class StoreBlock : public UnitBlock {
public:
  explicit StoreBlock(sc_core::sc_module_name name);
  void reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) override;
  void connect(MemoryPort &memoryPort) { port = &memoryPort; }

  /// Cycle of the last beat of the next burst to be sent; kUnknownCycle if there is none.
  uint64_t nextArrival() const { return sent == complete ? kUnknownCycle : burstOf(sent).arrival; }
  /// Sends every burst whose last beat comes before `limit`.
  void sendUntil(MemoryModel &memory, uint64_t limit);
  /// Sends all bursts of all instructions that have started.
  void sendAll(FixedMemory &memory);

  uint64_t bursts() const { return sent; }

protected:
  void step() override;
  uint64_t earliestStart() override;
  void begin(const QueuedInstruction &head, uint64_t start) override;
  std::vector<std::pair<std::string, uint64_t>> workClasses(uint64_t inProgress) const override;

private:
  static constexpr unsigned kMaxStarted = 8; // instructions started and not done

  /// A burst whose bytes are all in the write buffer.
  struct CompleteBurst {
    uint64_t address;
    uint32_t bytes, beats;
    uint64_t arrival; // cycle of its last beat
    bool ends_instruction;
  };
  struct Flight {
    StartedInstruction instruction;
    bool is_sync;
    uint64_t response; // to its last burst; kUnknownCycle until known
  };

  void beginRows(const QueuedInstruction &head, const StoreInstruction &store, uint64_t start);
  void readWhatCan();
  void readStep(const WriteStep &step);
  void enterRow();
  void completeBurst(const WriteBurst &burst, uint64_t entered);
  void send(MemoryModel &memory);
  void sendTrain(FixedMemory &memory);
  void reportTrain(uint64_t count, uint64_t first, uint64_t distance, uint64_t response,
                   uint64_t responseDistance);
  void advance(uint64_t bursts);
  void report(uint64_t address, uint32_t beats, uint64_t first, uint64_t response);
  void land(uint64_t response);
  void landFlights();
  void wakeWhenDue();
  uint64_t slotBurst() const; // number of the burst whose slot the next step needs, + number of slots
  const CompleteBurst &burstOf(uint64_t number) const { return ring[number & (ring.size() - 1)]; }

  MemoryPort *port = nullptr;

  // Front end.
  ShapeCache<WriteRow> shapes{makeWriteRow};
  RowWalk rows;
  const WriteRow *shape = nullptr;      // of the current row
  size_t next_step = 0, next_burst = 0; // of the current row
  bool reading = false;
  uint64_t next_read = 0; // earliest cycle
  uint64_t front_free = 0;
  uint64_t row_bytes = 1, row_words = 1;
  uint64_t alike_rows = 1; // from the current one on, with the same shape
  uint64_t taken = 0;      // slots, in all: the number of the next burst to begin
  SlotRuns slots;          // those whose responses are known
  uint64_t num_slots = 1;

  // Back end.
  std::vector<CompleteBurst> ring; // by burst number
  uint64_t complete = 0, sent = 0; // bursts
  uint64_t next_send = 0;          // earliest cycle of the next burst's first beat
  std::deque<Flight> flights;      // started, not done
  std::array<uint64_t, kMaxStarted> dones{};
  uint64_t num_done = 0, last_done = 0;
  uint64_t busy = 0;
};

} // namespace lockstep
