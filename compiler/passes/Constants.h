// Constants of the IR as plain vectors, and back.
#pragma once

#include <mlir/IR/BuiltinAttributes.h>
#include <mlir/IR/PatternMatch.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep {

/// The elements of a constant (any operation that is ConstantLike).
mlir::ElementsAttr constantOf(mlir::Value value); // null if it is none
std::optional<std::vector<float>> constantFloats(mlir::Value value);
std::optional<std::vector<int64_t>> constantIntegers(mlir::Value value); // sign extended
/// The single value of a float constant, of any shape, whose elements are all equal.
std::optional<float> splatFloat(mlir::Value value);

/// tosa.const.
mlir::Value buildConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::DenseElementsAttr elements);
/// Values are cut to the width.
mlir::Value buildIntegers(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                          unsigned bits, llvm::ArrayRef<int64_t> values);

/// Elements in the order of the transposed tensor: result dimension i is dimension perms[i].
mlir::DenseElementsAttr transposeElements(mlir::DenseElementsAttr elements, llvm::ArrayRef<int64_t> perms);

/// The part of each dimension that begins at `start` and has `size` elements.
mlir::DenseElementsAttr sliceElements(mlir::DenseElementsAttr elements, llvm::ArrayRef<int64_t> start,
                                      llvm::ArrayRef<int64_t> size);
mlir::DenseElementsAttr reverseElements(mlir::DenseElementsAttr elements, int64_t axis);

/// Dimension i of the result is dimension perms[i] of `values`.
std::vector<int64_t> permuted(llvm::ArrayRef<int64_t> values, llvm::ArrayRef<int64_t> perms);
std::vector<int64_t> inverted(llvm::ArrayRef<int64_t> perms);

} // namespace lockstep
