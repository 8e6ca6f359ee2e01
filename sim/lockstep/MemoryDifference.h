// Bytes of two executions: the first that differs, in words.
#pragma once

#include "hw/golden/OnChipState.h"
#include "hw/program/Program.h"
#include "sim/lockstep/EventSentence.h"

namespace lockstep {

/// The first differing byte of the writable regions, in order of the regions; told with the region, its row
/// and column if a symbol of the program covers it ("byte 0x120 of region c (row 3, column 5 of c) is 17 in
/// rtl, 18 in golden"). Both memories have the program's regions.
std::optional<Difference> compareMemories(const Program &program, const ExternalMemory &first,
                                          const ExternalMemory &second, const SideNames &names);

/// The first differing lane of scratchpad, then accumulator, then entry of a table. States of other sizes
/// than the machine's are not compared if one of them is empty (an engine in a timing-only run).
std::optional<Difference> compareOnChip(const Parameters &parameters, const OnChipState &first,
                                        const OnChipState &second, const SideNames &names);

/// A second memory with the same regions and bytes.
Result<ExternalMemory> copyMemory(const ExternalMemory &memory);

} // namespace lockstep
