// A GEMM as one of several layers of a program: instructions at given addresses.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "compiler/gemm/GemmSchedule.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Byte addresses of the tensors in external memory.
struct GemmAddresses {
  uint64_t a = 0, b = 0, c = 0;
  // First of the arrays bias (if any), multiplier, shift (if per column): int32 [n] each.
  uint64_t parameters = 0;
  int64_t parameter_array_bytes = 0; // from one array to the next
};

/// Several products of one shape, one after the other: bytes from each to the next; the parameters are
/// shared.
struct GemmBatch {
  int64_t count = 1;
  int64_t a_stride = 0, b_stride = 0, c_stride = 0;
};

/// The GEMM's instructions without halt. They find and leave all semaphores at zero; they assume that
/// registers from the first one that they use on are zero and leave them changed; the last store in program
/// order finishes after all other work. So layers stand one behind the other if each begins behind the last
/// store of the one before (LayerChain). Errors (Usage): as emitGemm.
Result<std::vector<Instruction>> emitGemmLayer(const GemmProblem &problem, const GemmSchedule &schedule,
                                               const GemmAddresses &addresses, const Parameters &parameters,
                                               const GemmBatch &batch = {});

} // namespace lockstep
