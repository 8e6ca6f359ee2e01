// Products of whole stationary tiles with few streamed vectors, straight from the scratchpad's words.
//
// With so little reuse, packing a tile costs as much as multiplying it: a recurrent layer at batch 1 reads
// all of its weights for two vectors. Here each weight byte is loaded once and goes into a register in place.
#pragma once

#include "sim/kernel/Matmul.h"

namespace lockstep {

/// At most so many streamed vectors (the second: words of 16 bytes, one behind the other, rows of weights);
/// from there on packed panels are faster.
constexpr size_t kFewVectors = 8, kFewAdjacentVectors = 64;

/// Whether multiplyFewVectors() can execute it: AVX-512 VNNI at hand, whole tiles, columns (and rows, if the
/// stationary operand is transposed) in multiples of 16, int8 vectors with the zero point 0.
bool hasFewVectors(const MatmulPlan &plan, const MatmulInstruction &matmul, const ArrayShape &shape);

/// All groups of the plan. `block` has the words that its offsets are relative to.
void multiplyFewVectors(const MatmulPlan &plan, const MatmulInstruction &matmul, const ArrayShape &shape,
                        const PanelBlock &block);

} // namespace lockstep
