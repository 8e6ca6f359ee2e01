// The rules of Rules.def that concern a single resolved instruction.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/program/ExternalMemory.h"
#include "hw/support/Result.h"

#include <cstdint>
#include <vector>

namespace lockstep {

struct Footprint;

/// Checks unit_*, sync_*, load_*, fill_*, store_*, matmul_c1 to matmul_c8, requantize_*, elementwise_*,
/// reduce_* and table_*, in this order, in constant time and without overflow whatever the fields hold (they
/// have to fit their widths). The first broken rule comes back as Error{Legality}: "load_c3: instruction 12
/// (load): ..." with field, value and what is allowed. `index` is that of the instruction in its program.
/// Instructions of the sequencer pass.
Status checkInstruction(const Instruction &resolved, uint64_t index, const Parameters &parameters,
                        const std::vector<Region> &regions);

/// The same; a legal instruction's footprint is left in `footprint`.
Status checkInstruction(const Instruction &resolved, uint64_t index, const Parameters &parameters,
                        const std::vector<Region> &regions, Footprint &footprint);

} // namespace lockstep
