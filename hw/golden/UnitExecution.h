// The pseudo code of the manual, chapters 3 to 6, line by line.
#pragma once

#include "hw/golden/OnChipState.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/program/ExternalMemory.h"

namespace lockstep {

/// What the instruction, resolved and legal (checkInstruction), does to the bytes on chip and outside;
/// nothing for sync and for the sequencer's own instructions. `state` has the sizes that the parameters say.
void executeUnitInstruction(const Instruction &legal, const Parameters &parameters, OnChipState &state,
                            ExternalMemory &memory);

} // namespace lockstep
