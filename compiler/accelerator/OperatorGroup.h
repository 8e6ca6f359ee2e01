// The groups of compiler/README.md, "Integer form": an anchor and what may follow it.
#pragma once

#include <mlir/IR/Operation.h>
#include <mlir/IR/Value.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// A convolution or matrix product with bias, rescale and clamp. Members that are absent are null.
struct OperatorGroup {
  mlir::Operation *anchor = nullptr;
  mlir::Operation *add = nullptr; // a matmul's bias
  mlir::Operation *rescale = nullptr, *clamp = nullptr;
  std::vector<mlir::Operation *> transposes; // of the anchor's operands, folded into its loads
  mlir::Value result() const;
  std::vector<mlir::Operation *> operations() const; // in program order
};

/// tosa.conv2d, depthwise_conv2d, matmul, fully_connected.
bool isAnchor(mlir::Operation *operation);
/// What follows the anchor, as far as it belongs to the group.
OperatorGroup groupAt(mlir::Operation *anchor);
/// The group whose result an operation makes, if it is one.
std::optional<OperatorGroup> groupOf(mlir::Value result);

/// True for tosa.reshape of int8 or int16: the same bytes under another shape.
bool isAlias(mlir::Operation *operation);
/// True for tosa.transpose that swaps the last two of three extents.
bool swapsLastTwo(mlir::Operation *operation);

/// Elements of a constant (int8, int32, index, ...) as 64-bit integers, all of them also if it is a splat;
/// nothing if the value is no constant of integers.
std::optional<std::vector<int64_t>> constantValuesOf(mlir::Value value);

std::string labelOf(mlir::Operation *operation);
/// "1x28x28x64".
std::string extentsOf(mlir::Value value);

} // namespace lockstep
