// How operators without a counterpart in TOSA are emitted: one linalg.generic with NumPy's broadcasting and a
// body on scalars.
#pragma once

#include "compiler/onnx/NodeImporter.h"

#include <mlir/IR/ImplicitLocOpBuilder.h>

#include <optional>
#include <string>

namespace lockstep {

using Extents = llvm::SmallVector<int64_t>;

/// NumPy's rule; nothing if the shapes do not fit.
std::optional<Extents> broadcastShape(llvm::ArrayRef<llvm::ArrayRef<int64_t>> shapes);

/// The scalar of the result, from one scalar of each input.
using ScalarBody = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &, mlir::ValueRange)>;

/// A tensor of `shape` with the elements body(inputs...), inputs broadcast. Bodies never see floats of 16
/// bits: these are widened to float32 before, and the result is rounded once.
mlir::Value mapElements(NodeContext &context, mlir::ValueRange inputs, llvm::ArrayRef<int64_t> shape,
                        mlir::Type element, ScalarBody body);

/// Like mapElements without inputs: body(indices of the element).
mlir::Value mapIndices(NodeContext &context, llvm::ArrayRef<int64_t> shape, mlir::Type element,
                       ScalarBody body);

/// 16-bit floats to float32, everything else as it is; and back, rounding to nearest even.
mlir::Value widened(mlir::ImplicitLocOpBuilder &b, mlir::Value scalar);
mlir::Value narrowed(mlir::ImplicitLocOpBuilder &b, mlir::Value scalar, mlir::Type element);

/// What the operators' tables need: whole inputs of a node.
bool isFloat(mlir::Type type);
bool isFloat32(const ImportedValue &value);
mlir::ImplicitLocOpBuilder implicitBuilder(NodeContext &context);
mlir::Value emptyTensor(NodeContext &context, llvm::ArrayRef<int64_t> shape, mlir::Type element);
/// All elements `value`, which integers must represent.
mlir::Value splatTensor(NodeContext &context, llvm::ArrayRef<int64_t> shape, mlir::Type element,
                        double value);
/// Element by element to another element type, by ONNX's Cast.
mlir::Value castTensor(NodeContext &context, const ImportedValue &input, const std::string &elementType);

/// "input `axes` (2) must be known while compiling": the words that a caller looks for to bind it.
Error needsConstant(const NodeContext &context, size_t index);
/// An integer tensor as numbers; error as above.
Result<std::vector<int64_t>> constantIntegers(const NodeContext &context, size_t index);
/// A float or integer tensor as numbers; error as above.
Result<std::vector<double>> constantNumbers(const NodeContext &context, size_t index);

/// An axis counted from the front; nothing outside of -rank .. rank - 1.
std::optional<int64_t> normalizedAxis(int64_t axis, int64_t rank);

} // namespace lockstep
