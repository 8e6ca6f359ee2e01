// What of a layer may begin before the layer in front of it has ended.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep {

/// Banks [first, end) of the scratchpad (0) and of the accumulator (1) that a layer touches.
struct BankRange {
  int64_t first = 0, end = 0;
  bool meets(const BankRange &other) const { return first < other.end && other.first < end; }
};
using BankUse = std::array<BankRange, 2>;

/// Found by walking the layer's instructions; nothing if it is too long for that.
std::optional<BankUse> banksUsed(const std::vector<Instruction> &layer, const Parameters &machine);

/// Moves all that the layer holds in a memory (0 scratchpad, 1 accumulator) up by so many words.
void moveWords(std::vector<Instruction> &layer, unsigned memory, int64_t words);

/// Takes out of the layer's begin, up to its first loop, loads of constants: those whose bytes lie in [begin,
/// end) of external memory, that wait for nothing, whose target is one of the memories allowed, that no
/// load or fill before them meets on chip, and whose post tells of no load that stays before them. At most so
/// many bytes; behind the first load of constants that stays, none to its memory (a transfer of several loads
/// posts with its last one). The rest keeps its order.
std::vector<Instruction> takeConstantLoads(std::vector<Instruction> &layer, uint64_t begin, uint64_t end,
                                           std::array<bool, 2> allowed, uint64_t maxBytes,
                                           const Parameters &machine);

} // namespace lockstep
