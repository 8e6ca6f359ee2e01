// Matrix products and convolutions on values, in TOSA where it knows the element types.
#pragma once

#include "compiler/onnx/NodeImporter.h"
#include "compiler/onnx/Operand.h"
#include "compiler/onnx/Window.h"

#include <optional>

namespace lockstep {

/// Zero points of 8-bit operands, which are signed in the IR.
struct ZeroPoints {
  int64_t first = 0, second = 0;
};

/// [b, m, k] x [b, k, n] -> [b, m, n]. float32, float64, integers of 32 and 64 bits; or i8 x i8 -> i32 with
/// zero points.
mlir::Value batchMatMul(NodeContext &context, mlir::Value a, mlir::Value b,
                        const ZeroPoints &zeroPoints = {});

/// NumPy's matmul of any ranks: batch axes broadcast, vectors get an axis that is taken away again.
Result<mlir::Value> matMul(NodeContext &context, Operand a, Operand b, const ZeroPoints &zeroPoints = {});

/// A convolution in ONNX's order of axes: input [n, c, spatial...], weights [m, c / groups, spatial...], bias
/// [m] or none.
struct Convolution {
  mlir::Value input;
  std::optional<Operand> weights, bias;
  Window window;
  int64_t groups = 1;
  ZeroPoints zero_points; // i8 operands only, whose result is i32
};
/// -> [n, m, spatial...]. One to three spatial axes.
Result<mlir::Value> convolve(NodeContext &context, const Convolution &convolution);

/// The convolution that the node's attributes describe. Errors: shapes or attributes that do not fit.
Result<mlir::Value> convolveByAttributes(NodeContext &context, mlir::Value input, Operand weights,
                                         std::optional<Operand> bias, const ZeroPoints &zeroPoints = {});

/// 16-bit floats are computed in float32: the value for the computation, and the way back.
mlir::Value widenedTensor(NodeContext &context, const ImportedValue &value);
mlir::Value narrowedTensor(NodeContext &context, mlir::Value value, const std::string &elementType);

void addConvolutionImporters(NodeImporters &importers);
void addIntegerMatrixImporters(NodeImporters &importers);
void addEinsumImporter(NodeImporters &importers);

} // namespace lockstep
