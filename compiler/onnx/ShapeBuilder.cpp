#include "compiler/onnx/ShapeBuilder.h"
#include "compiler/onnx/ElementwiseBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace lockstep {

using mlir::Value;
namespace tosa = mlir::tosa;
using Shape = llvm::ArrayRef<int64_t>;

Shape shapeOf(Value value) { return mlir::cast<mlir::RankedTensorType>(value.getType()).getShape(); }
mlir::Type elementOf(Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType()).getElementType();
}
int64_t countOf(Shape shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<int64_t>());
}

namespace {

mlir::RankedTensorType typeWith(Value value, Shape shape) {
  return mlir::RankedTensorType::get(shape, elementOf(value));
}

Value integerVector(NodeContext &context, Shape numbers, Shape shape) {
  auto type = mlir::RankedTensorType::get(shape, context.builder().getI64Type());
  return context.builder().create<tosa::ConstOp>(context.loc(), type,
                                                 mlir::DenseIntElementsAttr::get(type, numbers));
}

bool isIdentity(Shape permutation) {
  for (size_t i = 0; i < permutation.size(); ++i)
    if (permutation[i] != int64_t(i))
      return false;
  return true;
}

} // namespace

Value reshaped(NodeContext &context, Value value, Shape shape) {
  if (shapeOf(value) == shape)
    return value;
  if (countOf(shape) == 0)
    return emptyTensor(context, shape, elementOf(value));
  return context.builder().create<tosa::ReshapeOp>(context.loc(), typeWith(value, shape), value,
                                                   context.builder().getDenseI64ArrayAttr(shape));
}

Value transposed(NodeContext &context, Value value, Shape permutation) {
  if (isIdentity(permutation))
    return value;
  Extents shape;
  for (int64_t axis : permutation)
    shape.push_back(shapeOf(value)[size_t(axis)]);
  if (countOf(shape) == 0)
    return emptyTensor(context, shape, elementOf(value));
  llvm::SmallVector<int32_t> numbers(permutation.begin(), permutation.end());
  auto type = mlir::RankedTensorType::get({int64_t(numbers.size())}, context.builder().getI32Type());
  Value constant = context.builder().create<tosa::ConstOp>(
      context.loc(), type, mlir::DenseIntElementsAttr::get(type, llvm::ArrayRef<int32_t>(numbers)));
  return context.builder().create<tosa::TransposeOp>(context.loc(), typeWith(value, shape), value, constant);
}

Value sliced(NodeContext &context, Value value, Shape start, Shape size, Shape stride) {
  if (size == shapeOf(value))
    return value;
  if (countOf(size) == 0)
    return emptyTensor(context, size, elementOf(value));
  mlir::OpBuilder &builder = context.builder();
  if (llvm::all_of(stride, [](int64_t step) { return step == 1; }))
    return builder.create<tosa::SliceOp>(context.loc(), typeWith(value, size), value,
                                         builder.getDenseI64ArrayAttr(start),
                                         builder.getDenseI64ArrayAttr(size));
  auto attributes = [&](Shape numbers) {
    llvm::SmallVector<mlir::OpFoldResult> result;
    for (int64_t number : numbers)
      result.push_back(builder.getIndexAttr(number));
    return result;
  };
  return builder.create<mlir::tensor::ExtractSliceOp>(context.loc(), value, attributes(start),
                                                      attributes(size), attributes(stride));
}

Value concatenated(NodeContext &context, llvm::ArrayRef<Value> values, int64_t axis) {
  Extents shape(shapeOf(values.front()));
  shape[size_t(axis)] = 0;
  llvm::SmallVector<Value> parts;
  for (Value value : values) {
    shape[size_t(axis)] += shapeOf(value)[size_t(axis)];
    if (countOf(shapeOf(value)) != 0)
      parts.push_back(value);
  }
  if (parts.empty())
    return emptyTensor(context, shape, elementOf(values.front()));
  if (parts.size() == 1)
    return parts.front();
  return context.builder().create<tosa::ConcatOp>(context.loc(), typeWith(parts.front(), shape), parts,
                                                  uint32_t(axis));
}

Value expanded(NodeContext &context, Value value, Shape shape) {
  if (shapeOf(value) == shape)
    return value;
  // A copy of bits: floats of 16 bits too, so that NaNs stay what they are.
  return mapElements(context, value, shape, elementOf(value),
                     [](mlir::ImplicitLocOpBuilder &, mlir::ValueRange v) { return v[0]; });
}

Value padded(NodeContext &context, Value value, Shape before, Shape after, Value fill) {
  Extents shape(shapeOf(value)), counts;
  for (size_t i = 0; i < before.size(); ++i) {
    shape[i] += before[i] + after[i];
    counts.append({before[i], after[i]});
  }
  if (Shape(shape) == shapeOf(value))
    return value;
  if (countOf(shapeOf(value)) == 0)
    return expanded(context, fill, shape);
  Value padding = integerVector(context, counts, {int64_t(before.size()), 2});
  return context.builder().create<tosa::PadOp>(context.loc(), typeWith(value, shape), value, padding, fill,
                                               tosa::PadOpQuantizationAttr());
}

Value reversed(NodeContext &context, Value value, int64_t axis) {
  if (countOf(shapeOf(value)) == 0 || shapeOf(value)[size_t(axis)] == 1)
    return value;
  return remapped(context, value, shapeOf(value), [&](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange at) {
    llvm::SmallVector<Value> from(at);
    Value last = b.create<mlir::arith::ConstantIndexOp>(shapeOf(value)[size_t(axis)] - 1);
    from[size_t(axis)] = b.create<mlir::arith::SubIOp>(last, at[size_t(axis)]);
    return from;
  });
}

Value remapped(NodeContext &context, Value value, Shape shape, IndexBody body) {
  if (countOf(shapeOf(value)) == 0 || countOf(shape) == 0)
    return splatTensor(context, shape, elementOf(value), 0);
  return mapIndices(context, shape, elementOf(value),
                    [&](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange at) {
                      return Value(b.create<mlir::tensor::ExtractOp>(value, body(b, at)));
                    });
}

} // namespace lockstep
