// An input that data movement reorders at once if it is a constant, else by operations.
#pragma once

#include "compiler/onnx/NodeImporter.h"

#include <optional>

namespace lockstep {

/// Weights, biases: what stands in the model as a constant gets no operation that only moves it.
class Operand {
public:
  /// The node's input.
  Operand(NodeContext &context, size_t index);
  Operand(NodeContext &context, mlir::Value value);
  Operand(NodeContext &context, Tensor constant);

  llvm::ArrayRef<int64_t> shape() const { return extents; }
  bool isConstant() const { return constant.has_value(); }

  Operand transposed(llvm::ArrayRef<int64_t> permutation) const;
  /// As many elements as before.
  Operand reshaped(llvm::ArrayRef<int64_t> shape) const;
  /// Elements start .. start + size - 1 of axis 0.
  Operand rows(int64_t start, int64_t size) const;
  /// All elements of the given axes in reverse order.
  Operand reversed(llvm::ArrayRef<int64_t> axes) const;

  /// The constant is emitted now if it is one.
  mlir::Value value() const;

private:
  NodeContext *context;
  mlir::Value computed;
  std::optional<Tensor> constant;
  llvm::SmallVector<int64_t> extents;
};

} // namespace lockstep
