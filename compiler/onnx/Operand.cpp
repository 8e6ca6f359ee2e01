#include "compiler/onnx/Operand.h"

#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <cstring>
#include <numeric>

namespace lockstep {

namespace {

using Extents = llvm::SmallVector<int64_t>;

/// Row-major distances, in elements.
Extents distances(llvm::ArrayRef<int64_t> shape) {
  Extents result(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    result[i - 1] = result[i] * shape[i];
  return result;
}

/// Copies `from` into row-major order of `shape`, where a step along axis i is steps[i] elements of `from`.
Tensor gathered(const Tensor &from, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> steps,
                int64_t start) {
  const uint64_t bytes = elementBytes(from.element_type);
  Tensor result{from.element_type, {shape.begin(), shape.end()}, {}};
  result.bytes.resize(from.bytes.size());
  Extents index(shape.size(), 0);
  int64_t source = start;
  for (uint64_t to = 0; to < result.bytes.size(); to += bytes) {
    std::memcpy(&result.bytes[to], &from.bytes[static_cast<uint64_t>(source) * bytes], bytes);
    for (size_t axis = shape.size(); axis-- > 0;) {
      source += steps[axis];
      if (++index[axis] < shape[axis])
        break;
      source -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

} // namespace

Operand::Operand(NodeContext &context, size_t index)
    : context(&context), constant(context.constantInput(index)) {
  if (constant) {
    extents.assign(constant->shape.begin(), constant->shape.end());
    return;
  }
  computed = context.input(index).value;
  extents = Extents(shapeOf(computed));
}

Operand::Operand(NodeContext &context, mlir::Value value)
    : context(&context), computed(value), extents(shapeOf(value)) {}

Operand::Operand(NodeContext &context, Tensor tensor)
    : context(&context), constant(std::move(tensor)),
      extents(constant->shape.begin(), constant->shape.end()) {}

Operand Operand::transposed(llvm::ArrayRef<int64_t> permutation) const {
  if (!constant)
    return Operand(*context, lockstep::transposed(*context, computed, permutation));
  const Extents from = distances(extents);
  Extents shape, steps;
  for (int64_t axis : permutation) {
    shape.push_back(extents[axis]);
    steps.push_back(from[axis]);
  }
  return Operand(*context, gathered(*constant, shape, steps, 0));
}

Operand Operand::reshaped(llvm::ArrayRef<int64_t> shape) const {
  if (!constant)
    return Operand(*context, lockstep::reshaped(*context, computed, shape));
  return Operand(*context, Tensor{constant->element_type, {shape.begin(), shape.end()}, constant->bytes});
}

Operand Operand::rows(int64_t start, int64_t size) const {
  Extents shape = extents, offsets(extents.size(), 0), strides(extents.size(), 1);
  shape[0] = size;
  offsets[0] = start;
  if (!constant)
    return Operand(*context, sliced(*context, computed, offsets, shape, strides));
  const auto row = static_cast<long>(constant->bytes.size()) / std::max<int64_t>(extents[0], 1);
  const auto begin = constant->bytes.begin() + start * row;
  return Operand(*context,
                 Tensor{constant->element_type, {shape.begin(), shape.end()}, {begin, begin + size * row}});
}

Operand Operand::reversed(llvm::ArrayRef<int64_t> axes) const {
  if (!constant) {
    mlir::Value value = computed;
    for (int64_t axis : axes)
      value = context->builder().create<mlir::tosa::ReverseOp>(context->loc(), value.getType(), value,
                                                               static_cast<uint32_t>(axis));
    return Operand(*context, value);
  }
  Extents steps = distances(extents);
  int64_t start = 0;
  for (int64_t axis : axes) {
    start += steps[axis] * (extents[axis] - 1);
    steps[axis] = -steps[axis];
  }
  return Operand(*context, gathered(*constant, extents, steps, start));
}

mlir::Value Operand::value() const { return constant ? context->constant(*constant) : computed; }

} // namespace lockstep
