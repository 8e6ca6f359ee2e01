// What the files of lockstep-quantized-to-integer share. The forms: compiler/README.md, "Integer form".
#pragma once

#include "compiler/passes/Quantized.h"

#include <mlir/IR/PatternMatch.h>

#include <string>

namespace lockstep {

/// Convolutions and matrix products of int8 give int32, dequantized; bias and positive factors move into
/// that.
void addIntegerProductPatterns(mlir::RewritePatternSet &patterns);
/// The same for sums and means: avg_pool2d, reduce_sum.
void addIntegerSumPatterns(mlir::RewritePatternSet &patterns);
/// Quantize of what is known as integers: rescale, clamp, elementwise arithmetic, tables.
void addIntegerQuantizePatterns(mlir::RewritePatternSet &patterns);

/// Pads in front of integer convolutions become their padding.
void addFoldPaddingPatterns(mlir::RewritePatternSet &patterns);

/// Why a float convolution or matrix product has no integer form: one phrase.
std::string whyFloat(mlir::Operation *product);
/// True for the products that the accelerator's integer form has: conv2d, depthwise_conv2d, matmul,
/// fully_connected.
bool isProduct(mlir::Operation *op);

/// The real elements of a constant: float, or dequantized integers.
std::optional<std::vector<float>> knownFloats(mlir::Value value);

/// tosa.rescale to `bits` bits; one scale per tensor or per element of the last dimension. Null if a scale is
/// out of fixedScale's range.
mlir::Value buildRescale(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input,
                         int64_t inputZeroPoint, llvm::ArrayRef<double> scales, int64_t outputZeroPoint,
                         unsigned bits);

/// Can the real value behind `input` become integers of `target` by a rescale?
bool canRequantize(const Dequantized &input, const Quantization &target);
/// The int8 integers of `target` for the real value behind `input`: itself, or a rescale. Null if there is
/// none.
mlir::Value requantize(mlir::OpBuilder &builder, mlir::Location loc, const Dequantized &input,
                       const Quantization &target);

/// Q(op(DQ, DQ)) for add, sub, mul, maximum, minimum: integers of `target`, or null.
mlir::Value buildIntegerBinary(mlir::OpBuilder &builder, mlir::Operation *op, const Quantization &target);

/// Q(f(DQ)) for an expression of one int8 tensor and splat constants: tosa.table, or null.
mlir::Value buildIntegerTable(mlir::OpBuilder &builder, mlir::Value value, const Quantization &target);

} // namespace lockstep
