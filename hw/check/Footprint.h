// What a resolved instruction touches: the accesses of the manual's chapter "Order, races, deadlock".
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <array>
#include <cstdint>
#include <string>

namespace lockstep {

/// Wide enough for every sum of products of instruction fields: bounds are exact, never wrapped.
using Wide = __int128;
std::string toString(Wide value);

enum class Space : uint8_t { Scratchpad = 0, Accumulator = 1, External = 2 };
const char *spaceName(Space space);

/// Words (bytes if External) low to high, both included; all between the extremes that the counters reach.
struct Access {
  Space space = Space::Scratchpad;
  bool reads = false, writes = false;
  Wide low = 0, high = 0;
  const char *rule = "";  // that bounds it: "load_c3"
  const char *field = ""; // where it begins: "local_address"
  // External only: rows of row_bytes start at row_address plus multiples of row_step (0: there is one row).
  uint64_t row_address = 0, row_bytes = 0, row_step = 0;
};

/// `rule` of a matmul's stationary access; the very pointer.
extern const char *const kStationaryRule;

/// Between 0 (sync) and 3 accesses.
struct Footprint {
  std::array<Access, 3> accesses{};
  unsigned count = 0;

  void add(const Access &access) { accesses[count++] = access; }
  const Access *begin() const { return accesses.data(); }
  const Access *end() const { return accesses.data() + count; }
};

/// Exact minimum and maximum in constant time, by affine forms. Assumes resolved fields, and counts,
/// row_bytes and chunk_bytes of at least 1 (which the legality rules check first). Empty for the sequencer's
/// own instructions.
Footprint footprintOf(const Instruction &instruction, const Parameters &parameters);

/// Can the two accesses touch the same word or byte? Intervals that meet; external ones are told apart by
/// residues where their strides allow (race_c1).
bool mayMeet(const Access &a, const Access &b);

/// The first of the read accesses that the last, written one meets (elementwise_c9, reduce_c5); null if none
/// does. Expects at least one access.
const Access *overwrittenWhileRead(const Footprint &footprint);

/// Do two intervals of one memory share a bank?
bool shareBank(const Access &a, const Access &b, int64_t bankWords);

} // namespace lockstep
