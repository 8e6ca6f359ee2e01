// Convolutions that are a matrix product of tensors as they lie in memory.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/conv/ConvSchedule.h"
#include "compiler/conv/ConvScheduler.h"

namespace lockstep {

/// The product: pixels (or images, where the kernel covers the whole image) by channels. Errors (Usage): why
/// it is none.
Result<GemmProblem> productOf(const ConvProblem &problem);

/// The GEMM scheduler's best. Errors (Usage): productOf's, or nothing fits.
Result<ConvSchedule> searchProduct(const ConvProblem &problem, const Parameters &parameters);

Result<std::vector<Instruction>> emitProduct(const ConvProblem &problem, const GemmSchedule &schedule,
                                             const ConvAddresses &addresses, const Parameters &parameters);

} // namespace lockstep
