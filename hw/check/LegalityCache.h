// Legality of the same instruction again and again, at other addresses.
#pragma once

#include "hw/check/Footprint.h"
#include "hw/golden/Walker.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <array>
#include <vector>

namespace lockstep {

/// What checkInstruction says, for the dynamic instructions of one program. In a loop only the addresses of
/// an instruction change: the first visit checks everything, later ones move the footprint and check what
/// depends on addresses (bounds, alignment, matmul_c8, elementwise_c9, reduce_c5).
class LegalityCache {
public:
  explicit LegalityCache(const Program &program);

  /// Errors: those of checkInstruction.
  Status check(const ResolvedInstruction &item);
  /// Of the instruction that was checked last.
  const Footprint &footprint() const { return *current; }

private:
  struct Entry {
    bool known = false;
    std::array<uint64_t, 3> addresses{}; // that the footprint stands at, in the order of its accesses
    Footprint footprint;
    size_t region = 0; // that held the external access last
  };
  bool moveTo(Entry &entry, const Instruction &instruction) const;
  bool isLegalAt(const Access &access, uint64_t address, Entry &entry) const;

  const Program &program;
  std::vector<Entry> entries; // by index in the program
  const Footprint *current = nullptr;
};

} // namespace lockstep
