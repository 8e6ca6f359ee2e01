// When an instruction of the vector unit writes its last word (manual, "Vector unit", "Time").
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <cstdint>

namespace lockstep {

/// P: cycles from the last issue cycle of a row of requantize to its last written word.
constexpr uint64_t kVectorPipelineCycles = 6;

// Each: cycles from the start to the natural finish; at least 1. Counts and last_columns are at least 1.
uint64_t requantizeCycles(const RequantizeInstruction &instruction, const Parameters &parameters,
                          uint64_t pipelineCycles = kVectorPipelineCycles);

uint64_t elementwiseCycles(const ElementwiseInstruction &instruction, const Parameters &parameters);
uint64_t reduceCycles(const ReduceInstruction &instruction, const Parameters &parameters);
uint64_t tableCycles(const TableInstruction &instruction);

} // namespace lockstep
