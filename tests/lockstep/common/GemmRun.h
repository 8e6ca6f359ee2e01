// A scheduled GEMM with inputs, for lockstep tests.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "hw/program/Program.h"

namespace lockstep {

/// The best schedule's program. Errors: no schedule fits the machine.
Result<Program> gemmProgram(const GemmProblem &problem, const Parameters &parameters);

/// The program's memory: operands and biases are uniform bytes of `seed` with runs of extremes, multipliers
/// and shifts legal. The same for the same seed.
Result<ExternalMemory> gemmMemory(const Program &program, uint64_t seed);

} // namespace lockstep
