// Sequence lengths as the machine's vector unit takes them.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/program/ExternalMemory.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <vector>

namespace lockstep {

/// Fills the program's symbols mask_<n>, int8 [steps, batch, lanes], from a piece's input n, int32 [batch]:
/// all lanes of (t, b) are 1 if t < lengths[b], else 0. Errors (Program): an input that is absent or of
/// another type or size.
Status fillLengthMasks(const Program &program, const std::vector<const Tensor *> &inputs,
                       ExternalMemory &memory);

} // namespace lockstep
