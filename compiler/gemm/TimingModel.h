// How many cycles a program takes: the manual's formulas, instruction by instruction.
#pragma once

#include "compiler/gemm/DramReads.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace lockstep {

/// The read port and the load unit behind it. A load is timed as a whole, ahead of the sequencer, so fetches
/// that come between its bursts have to be known: `planned` are the request cycles that an earlier pass over
/// the program saw. Without a plan, bursts already timed are not moved, and later ones pay for the fetch.
class ReadSide {
public:
  explicit ReadSide(const Parameters &parameters);

  /// Cycle of the last beat of an instruction's fetch that is requested in `cycle`.
  uint64_t fetch(uint64_t cycle);
  /// Runs a load that starts in `start`; sets front_free and done.
  void load(const LoadInstruction &load, uint64_t start);
  /// Runs a fill of so many words.
  void fill(uint64_t words, uint64_t start);
  void shift(uint64_t cycles);

  uint64_t front_free = 0;                  // first cycle in which another load may start
  uint64_t done = 0;                        // of the last load
  std::vector<uint64_t> planned, requested; // request cycles of all fetches: of an earlier pass, of this one

private:
  struct Requested {
    uint64_t cycle, lastBeat;
  };
  void popBurst(uint64_t address, uint64_t bytes, uint64_t beats, uint64_t formed);
  uint64_t firstBeat(uint64_t cycle, uint64_t address, uint64_t bytes);
  uint64_t formedByLast(const LoadInstruction &load, uint64_t lastBeatBytes, uint64_t beats) const;
  void loadRow(const LoadInstruction &load, uint64_t address);
  void loadTurned(const LoadInstruction &load, uint64_t address);
  uint64_t portBusyBefore(uint64_t cycle) const;
  uint64_t insertFetch(uint64_t cycle);
  uint64_t passPlannedFetches(uint64_t request);

  const uint64_t latency, beat_bytes, burst_bytes, slots;
  const unsigned beat_shift;
  std::optional<DramReads> dram; // else `fixed`
  uint64_t last_request = 0, port = 0, fetch_debt = 0;
  uint64_t popped = 0;            // cycle of the last pop or of the last word formed
  std::vector<uint64_t> releases; // ring: pop of the last beat of each slot's last burst
  std::vector<Requested> history; // ring: latest bursts
  uint64_t bursts = 0, slot = 0;
  std::vector<uint64_t> arrivals;    // last beats of the fetches that the port has seen
  std::array<uint64_t, 2> drained{}; // ends of the last two drains of the turning buffers
};

/// The store unit and the write port.
class WriteSide {
public:
  explicit WriteSide(const Parameters &parameters);
  void store(const StoreInstruction &store, uint64_t start);
  void shift(uint64_t cycles);

  uint64_t front_free = 0, done = 0;

private:
  void storeRow(const StoreInstruction &store, uint64_t address);

  const uint64_t latency, beat_bytes, burst_bytes, slots;
  uint64_t read = 0, sent = 0, response = 0; // last word's read cycle, last beat's cycle, last response
  std::vector<uint64_t> releases;
  uint64_t bursts = 0;
};

/// Tiles through the array.
class MatrixSide {
public:
  explicit MatrixSide(const Parameters &parameters);
  void matmul(const MatmulInstruction &matmul, uint64_t start); // sets loader_free and natural_finish
  void shift(uint64_t cycles);

  uint64_t loader_free = 0, natural_finish = 0;

private:
  void tile(uint64_t start, uint64_t load, uint64_t stream);

  const int64_t rows, columns, words_per_cycle;
  const uint64_t depth;             // SR + SC + 2
  uint64_t end = 0, end_before = 0; // last stream cycles of the last two tiles
};

/// Start to natural finish of a requantize, in cycles.
uint64_t requantizeCycles(const RequantizeInstruction &requantize, const Parameters &parameters);

/// Walks a program in program order. Exact on `fixed` memory but for extrapolation; on `dram`, writes are
/// taken to be as fast as its controller and not to disturb reads.
///
/// Loops whose iterations have settled are extrapolated, so the cost is that of
/// some dozen iterations of each loop.
class TimingModel {
public:
  TimingModel(const Parameters &parameters, const std::vector<Instruction> &code);

  /// Total cycles; or a larger number than `limit` as soon as that is certain.
  uint64_t run(uint64_t limit);

  /// The fetches' request cycles of this run, and those to be assumed for the next one.
  const std::vector<uint64_t> &fetchRequests() const { return readSide.requested; }
  void planFetches(std::vector<uint64_t> cycles) { readSide.planned = std::move(cycles); }

private:
  static constexpr size_t kSnapshot = 7;
  using Snapshot = std::array<uint64_t, kSnapshot>;
  struct Frame {
    size_t begin = 0;
    uint64_t remaining = 0, iterations = 0;
    std::vector<Snapshot> history;
    std::array<uint64_t, kNumRegisters> registers{};
  };
  struct UnitState {
    std::deque<uint64_t> starts, finishes; // latest
    uint64_t finish = 0;
  };

  struct Decoded {
    Unit unit;
    SemaphoreList waits, posts;
  };

  void fetchUpTo(uint64_t visible);
  uint64_t execute(const Instruction &instruction);
  uint64_t dispatch(const Instruction &instruction, uint64_t exec);
  uint64_t startOf(const Decoded &decoded, UnitState &unit, uint64_t exec);
  uint64_t naturalFinish(const Instruction &instruction, Unit unit, uint64_t start);
  void jumpBack(size_t target, uint64_t exec);
  void endLoop(uint64_t exec);
  bool extrapolate(Frame &frame);
  void shift(const Snapshot &before, const Snapshot &now, uint64_t cycles);
  Snapshot snapshot() const;

  const Parameters &parameters;
  const std::vector<Instruction> &code;
  std::vector<Decoded> decoded;
  ReadSide readSide;
  WriteSide writeSide;
  MatrixSide matrixSide;
  std::array<UnitState, kNumQueuedUnits> units;
  std::array<std::deque<uint64_t>, kNumSemaphores> posts;
  std::array<uint64_t, kNumSemaphores> latest_post{};
  std::array<uint64_t, kNumRegisters> registers{};
  std::array<bool, kNumRegisters> is_ring{};
  std::vector<uint64_t> arrived; // cycle of the last beat of each fetched instruction
  std::vector<Frame> loops;
  size_t pc = 0, fetched = 0, base = 0;
  uint64_t ready = 0, last_fetch_request = 0, last_arrival = 0;
};

/// Total cycles of a program. Short ones are run until the fetches are where they were assumed to be.
uint64_t predictCycles(const Parameters &parameters, const std::vector<Instruction> &code, uint64_t limit);

} // namespace lockstep
