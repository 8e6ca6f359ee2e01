// When a requantize instruction writes its last word (manual, "Vector unit", "Time").
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <cstdint>

namespace lockstep {

/// P: cycles from the last issue cycle of a row to its last written word.
constexpr uint64_t kVectorPipelineCycles = 6;

/// Cycles from the start to the natural finish; at least 1. Counts and last_columns are at least 1.
uint64_t requantizeCycles(const RequantizeInstruction &instruction, const Parameters &parameters,
                          uint64_t pipelineCycles = kVectorPipelineCycles);

} // namespace lockstep
