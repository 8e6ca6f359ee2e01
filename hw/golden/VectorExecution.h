// The pseudo code of the manual's chapter "Vector unit", line by line.
#pragma once

#include "hw/golden/Chip.h"
#include "hw/isa/Instruction.h"

namespace lockstep {

// Each expects a resolved and legal instruction.
void executeRequantize(const RequantizeInstruction &requantize, Chip &chip);
void executeElementwise(const ElementwiseInstruction &elementwise, Chip &chip);
void executeReduce(const ReduceInstruction &reduce, Chip &chip);
void executeTable(const TableInstruction &table, Chip &chip);

} // namespace lockstep
