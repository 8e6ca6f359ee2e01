// Data movement on constants: the same functions as in ShapeBuilder.h, on bytes.
#pragma once

#include "compiler/tensor/Tensor.h"

#include <llvm/ADT/ArrayRef.h>

#include <cstdint>
#include <vector>

namespace lockstep {

Tensor reshapedTensor(Tensor tensor, llvm::ArrayRef<int64_t> shape);
Tensor transposedTensor(const Tensor &tensor, llvm::ArrayRef<int64_t> permutation);
/// Strides may be negative.
Tensor slicedTensor(const Tensor &tensor, llvm::ArrayRef<int64_t> start, llvm::ArrayRef<int64_t> size,
                    llvm::ArrayRef<int64_t> stride);
Tensor concatenatedTensor(const std::vector<Tensor> &tensors, int64_t axis);
Tensor expandedTensor(const Tensor &tensor, llvm::ArrayRef<int64_t> shape);
/// Index entries along `axis` (inside of its extent) in the place of the axis: indices of any shape.
Tensor gatheredTensor(const Tensor &tensor, int64_t axis, const std::vector<int64_t> &indices,
                      llvm::ArrayRef<int64_t> indicesShape);

} // namespace lockstep
