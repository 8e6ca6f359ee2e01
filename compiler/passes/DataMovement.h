// Pattern sets of lockstep-move-data-movement, each in a file of its own.
#pragma once

#include <mlir/IR/PatternMatch.h>

namespace lockstep {

/// uint8 storage becomes int8: bits xor 0x80, zero point - 128, where quantized values meet stored ones.
void addSignedStoragePatterns(mlir::RewritePatternSet &patterns);
/// Opposite transposes, transposes of constants, transposes that move unit dimensions only, chains of
/// reshapes.
void addSimplifyMovementPatterns(mlir::RewritePatternSet &patterns);
/// Transposes change places with the elementwise operations, quantize, dequantize, pads, concats, slices and
/// reductions behind them.
void addSinkTransposePatterns(mlir::RewritePatternSet &patterns);
/// Reshapes, slices, pads and concats change places with the elementwise operations and quantize behind them.
void addSinkReshapePatterns(mlir::RewritePatternSet &patterns);
/// Data movement and maxima of dequantized values become the same of their integers.
void addRaiseMovementPatterns(mlir::RewritePatternSet &patterns);
/// Matrix products of flattened transposed images with constant weights: the weights' rows change their order
/// instead.
void addPermuteRowsPatterns(mlir::RewritePatternSet &patterns);
/// Three-dimensional convolutions of int8, or with quantized weights, become tosa.conv2d: the layers of the
/// kernel's depth are channels, those of the output's depth a batch.
void addFlattenDepthPatterns(mlir::RewritePatternSet &patterns);

/// True for an operation that computes each element from the elements at the same place of its operands
/// (broadcast along dimensions of extent 1), and does so at every place alike: of tosa, arith, math, quant
/// casts per tensor, linalg.generic with identity maps.
bool isElementwise(mlir::Operation *op);
/// The tensors that its elements come from; constants of one value in a linalg.generic are not among them.
std::vector<mlir::Value> elementOperands(mlir::Operation *op);
/// The operation with other elementOperands and another shape; all else stays.
mlir::Value cloneElementwise(mlir::PatternRewriter &rewriter, mlir::Operation *op, mlir::ValueRange operands,
                             llvm::ArrayRef<int64_t> shape);

/// A constant, or a chain of dequantize, reshape and transpose on one: constant folding ends what moves
/// there.
bool isKnown(mlir::Value value);

/// The permutation of a tosa.transpose that is known while compiling.
std::optional<std::vector<int64_t>> transposePerms(mlir::Operation *op);
mlir::Value buildTranspose(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input,
                           llvm::ArrayRef<int64_t> perms);
mlir::Value buildReshape(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input,
                         llvm::ArrayRef<int64_t> shape);

} // namespace lockstep
