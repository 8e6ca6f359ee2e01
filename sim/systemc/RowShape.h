// How one row of a transfer is cut into bursts, and how many cycles each of them keeps the unit busy.
#pragma once

#include "hw/machine/Parameters.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace lockstep {

/// What the shape of a row depends on.
struct RowKey {
  uint32_t phase;       // external address modulo burst_bytes
  uint32_t row_bytes;   // at least 1
  uint32_t chunk_bytes; // at least 1
};

/// Read bursts of a load that are alike, and what the back end does with each (manual, "Load unit").
struct ReadBurst {
  uint32_t count;  // of bursts; where there are several, each is burst_bytes behind the one before
  uint32_t offset; // of the first one's first byte from the row's first byte
  uint32_t bytes;
  uint32_t beats;
  uint32_t cycles;           // sum over its beats of max(1, words completed)
  uint32_t last_beat_cycles; // of its last beat
};

struct ReadRow {
  std::vector<ReadBurst> bursts;
  uint64_t num_bursts = 0;
  uint64_t num_cycles = 0;   // of all bursts
  uint32_t burst_cycles = 0; // of the longest burst
  uint32_t beat_cycles = 0;  // of the longest last beat of a burst
};

/// Words of a store that are read one after the other without waiting, the first of which needs slots.
struct WriteStep {
  uint32_t slots;      // bursts that begin in the first of these words
  uint32_t cycles;     // until the next step's first word may be read
  uint32_t num_bursts; // bursts completed, in order, in WriteRow::bursts
};

struct WriteBurst {
  uint32_t offset; // of its first byte from the row's first byte
  uint32_t bytes;
  uint32_t beats;
  uint32_t entered; // its last beat enters the write buffer that many cycles after the first word's read
};

struct WriteRow {
  std::vector<WriteStep> steps;
  std::vector<WriteBurst> bursts;
  bool uniform =
      false; // each step begins and completes one burst, all alike, each burst_bytes behind the one before
};

ReadRow makeReadRow(const RowKey &key, uint32_t burstBytes, uint32_t beatBytes);
WriteRow makeWriteRow(const RowKey &key, uint32_t burstBytes, uint32_t beatBytes);

/// Shapes by phase for one (row_bytes, chunk_bytes) after the other; made when first asked for, kept while
/// they are few.
template <typename Row> class ShapeCache {
public:
  using Maker = Row (*)(const RowKey &, uint32_t burstBytes, uint32_t beatBytes);
  explicit ShapeCache(Maker make) : make(make) {}

  void reset(uint32_t newBurstBytes, uint32_t newBeatBytes) {
    tables.clear();
    table = nullptr;
    kept = 0;
    burst_bytes = newBurstBytes;
    beat_bytes = newBeatBytes;
  }

  /// Rows of the next transfer.
  void select(uint32_t newRowBytes, uint32_t newChunkBytes) {
    row_bytes = newRowBytes;
    chunk_bytes = newChunkBytes;
    table = &tables[uint64_t{row_bytes} << 32 | chunk_bytes];
    if (!table->empty())
      return;
    table->resize(burst_bytes);
    kept += burst_bytes;
  }

  /// The shape of the row at `address`; shapes handed out before may be gone.
  const Row &at(uint64_t address) {
    const uint32_t phase = static_cast<uint32_t>(address) & (burst_bytes - 1);
    if (!(*table)[phase].bursts.empty())
      return (*table)[phase];
    forgetIfMany();
    Row &row = (*table)[phase];
    row = make({phase, row_bytes, chunk_bytes}, burst_bytes, beat_bytes);
    kept += row.bursts.size();
    return row;
  }

private:
  static constexpr uint64_t kMaxKept = 1 << 20; // bursts, about 32 MiB

  void forgetIfMany() {
    if (kept <= kMaxKept)
      return;
    reset(burst_bytes, beat_bytes);
    select(row_bytes, chunk_bytes);
  }

  Maker make;
  std::unordered_map<uint64_t, std::vector<Row>> tables;
  std::vector<Row> *table = nullptr;
  uint64_t kept = 0;
  uint32_t burst_bytes = 64, beat_bytes = 16, row_bytes = 1, chunk_bytes = 1;
};

} // namespace lockstep
