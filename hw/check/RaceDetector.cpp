#include "hw/check/RaceDetector.h"

namespace lockstep {

struct RaceDetector::Context {
  const InstructionPoint &at;
  const std::array<VectorClock, kNumQueuedUnits> &clocks;

  unsigned unit() const { return static_cast<unsigned>(at.unit); }
  /// Instructions of unit v that have finished before this one starts.
  uint64_t known(unsigned v) const { return clocks[unit()][v]; }
  /// Instructions of this unit that all others know to have finished.
  uint64_t forgotten() const {
    uint64_t least = ~uint64_t{0};
    for (unsigned v = 0; v < kNumQueuedUnits; ++v)
      if (v != unit())
        least = std::min(least, clocks[v][unit()]);
    return least;
  }
};

namespace {

std::string name(uint64_t index, unsigned unit) {
  return "instruction " + std::to_string(index) + " (" + unitName(static_cast<Unit>(unit)) + ")";
}

std::string rowsOf(const RowAccess &rows) {
  return "rows " + std::to_string(rows.low) + " to " + std::to_string(rows.high);
}

struct BankConflict {
  const char *rule;
  const char *ownVerb, *otherVerb; // "reads", "writes"
};

Error describe(const BankConflict &conflict, const std::string &place, const InstructionPoint &at,
               const RowAccess &own, unsigned otherUnit, const RowAccess &other) {
  return {ErrorKind::Race, std::string(conflict.rule) + ": " +
                               name(at.index, static_cast<unsigned>(at.unit)) + " " + conflict.ownVerb + " " +
                               rowsOf(own) + " of " + place + " while " + name(other.index, otherUnit) + " " +
                               conflict.otherVerb + " " + rowsOf(other) +
                               " of it, and no semaphore orders the two."};
}

std::string bytesOf(const Access &access) {
  return "bytes " + toString(access.low) + " to " + toString(access.high);
}

} // namespace

RaceDetector::RaceDetector(const Parameters &parameters, const std::vector<Region> &regions)
    : regions(regions) {
  memories[0].resize(static_cast<size_t>(parameters.scratchpad_banks));
  memories[1].resize(static_cast<size_t>(parameters.accumulator_banks));
  bankWords = {parameters.scratchpadBankWords(), parameters.accumulatorBankWords()};
}

Status RaceDetector::access(const InstructionPoint &at, const Footprint &footprint,
                            const std::array<VectorClock, kNumQueuedUnits> &clocks) {
  const Context context{at, clocks};
  for (const Access &access : footprint) {
    Status status = access.space == Space::External ? external(context, access) : onChip(context, access);
    if (!status)
      return status;
  }
  return {};
}

Status RaceDetector::onChip(const Context &context, const Access &access) {
  const int64_t words = bankWords[static_cast<size_t>(access.space)];
  const auto low = static_cast<int64_t>(access.low), high = static_cast<int64_t>(access.high);
  for (int64_t bank = low / words; bank <= high / words; ++bank) {
    const int64_t first = bank * words;
    const RowAccess rows{std::max(low - first, int64_t{0}), std::min(high - first, words - 1),
                         context.at.number, context.at.index};
    if (Status status = inBank(context, access, static_cast<size_t>(bank), rows); !status)
      return status;
  }
  return {};
}

Status RaceDetector::inBank(const Context &context, const Access &access, size_t number, RowAccess rows) {
  Bank &bank = memories[static_cast<size_t>(access.space)][number];
  for (unsigned v = 0; v < kNumQueuedUnits; ++v) {
    if (v == context.unit())
      continue;
    const uint64_t known = context.known(v);
    auto conflict = [&](const BankConflict &what, const RowAccess &other) -> Status {
      earlier = other.index;
      const std::string place = std::string(spaceName(access.space)) + " bank " + std::to_string(number);
      return describe(what, place, context.at, rows, v, other);
    };
    // race_c1 first: it is the graver of the two.
    if (access.writes)
      if (const RowAccess *other = bank.writes[v].find(rows.low, rows.high, known))
        return conflict({"race_c1", "writes", "writes"}, *other);
    if (access.writes)
      if (const RowAccess *other = bank.reads[v].find(rows.low, rows.high, known))
        return conflict({"race_c1", "writes", "reads"}, *other);
    if (access.reads)
      if (const RowAccess *other = bank.writes[v].find(rows.low, rows.high, known))
        return conflict({"race_c1", "reads", "writes"}, *other);
    if (access.writes && bank.writes[v].latest() > known)
      return conflict({"race_c2", "writes", "writes"}, bank.writes[v].latestAccess());
    if (access.reads && bank.reads[v].latest() > known)
      return conflict({"race_c2", "reads", "reads"}, bank.reads[v].latestAccess());
  }
  if (access.reads)
    bank.reads[context.unit()].record(rows, context.forgotten());
  if (access.writes)
    bank.writes[context.unit()].record(rows, context.forgotten());
  return {};
}

bool RaceDetector::inWritableRegion(const Access &access) const {
  for (const Region &region : regions)
    if (access.low >= Wide{region.address} && access.low < Wide{region.address} + region.size_bytes)
      return region.writable();
  return false;
}

/// Only load reads and only store writes external memory, and nobody writes a region that is not writable.
Status RaceDetector::external(const Context &context, const Access &access) {
  if (!access.writes && !inWritableRegion(access))
    return {};
  const Unit otherUnit = access.writes ? Unit::Load : Unit::Store;
  const auto v = static_cast<unsigned>(otherUnit);
  ByteHistory &own = access.writes ? stores : loads, &others = access.writes ? loads : stores;
  if (const ByteAccess *other = others.find(access, context.known(v))) {
    earlier = other->index;
    return Error{ErrorKind::Race, std::string("race_c1: ") + name(context.at.index, context.unit()) +
                                      (access.writes ? " writes " : " reads ") + bytesOf(access) +
                                      " of external memory while " + name(other->index, v) +
                                      (access.writes ? " reads " : " writes ") + bytesOf(other->access) +
                                      ", and no semaphore orders the two."};
  }
  own.record({access, context.at.number, context.at.index}, context.clocks[v][context.unit()]);
  return {};
}

} // namespace lockstep
