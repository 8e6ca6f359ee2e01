// A program's symbols and the tensors that users hand in for them.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

namespace lockstep {

/// Bytes of the symbol's tensor.
uint64_t bytesOf(const Symbol &symbol);

/// Type, shape and size are the symbol's. Errors: Usage, naming both.
Status checkTensor(const Tensor &tensor, const Symbol &symbol);

} // namespace lockstep
