// Which instruction of a unit touched a row of a bank, or bytes of external memory, last.
#pragma once

#include "hw/check/Footprint.h"
#include "hw/check/VectorClock.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Rows low to high of one bank, touched last by one instruction.
struct RowAccess {
  int64_t low = 0, high = 0;
  uint64_t number = 0, index = 0; // of the instruction, as in InstructionPoint
};

/// The accesses of one kind (read or write) by one unit to one bank. Exact: a row's entry is its latest
/// access, which suffices because a unit's instructions finish in order. Memory is bounded by the rows of the
/// bank.
class RowHistory {
public:
  /// Latest instruction that touched any row; 0 if none did.
  uint64_t latest() const { return newest.number; }
  const RowAccess &latestAccess() const { return newest; }

  /// An access later than `known` that meets rows low to high, or null.
  const RowAccess *find(int64_t low, int64_t high, uint64_t known) const;

  /// Numbers rise from call to call. Accesses up to `forgotten` need not be kept: everybody knows them.
  void record(const RowAccess &access, uint64_t forgotten);

private:
  std::vector<RowAccess> entries; // disjoint, in order of rows
  RowAccess newest;
};

/// External bytes that one instruction touched.
struct ByteAccess {
  Access access;
  uint64_t number = 0, index = 0;
};

/// The external accesses by one unit that the other one does not know to have finished. Kept exactly up to
/// kMaxEntries different footprints; beyond, neighbours are joined to their bounding interval, which may only
/// report more races, never fewer.
class ByteHistory {
public:
  static constexpr size_t kMaxEntries = 4096;

  uint64_t latest() const { return newest; }
  const ByteAccess *find(const Access &access, uint64_t known) const;
  /// `forgotten` as in RowHistory.
  void record(const ByteAccess &access, uint64_t forgotten);

private:
  void compact(uint64_t forgotten);
  void joinNeighbours();

  std::vector<ByteAccess> entries;
  uint64_t newest = 0;
};

} // namespace lockstep
