#include "compiler/onnx/ReductionBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using mlir::Value;
using Axes = llvm::ArrayRef<int64_t>;
using Values = llvm::SmallVector<Value>;

mlir::Type computeType(mlir::Type element) {
  bool isShort = element.isF16() || element.isBF16();
  return isShort ? mlir::Type(mlir::FloatType::getF32(element.getContext())) : element;
}

mlir::TypedAttr numberAttr(mlir::Builder &builder, mlir::Type type, double value) {
  if (isFloat(type))
    return builder.getFloatAttr(type, value);
  return mlir::IntegerAttr::get(type,
                                llvm::APInt(type.getIntOrFloatBitWidth(), uint64_t(int64_t(value)), true));
}

mlir::TypedAttr lowestAttr(mlir::Builder &builder, mlir::Type type, bool isUnsigned) {
  if (isFloat(type))
    return builder.getFloatAttr(type, -std::numeric_limits<double>::infinity());
  unsigned width = type.getIntOrFloatBitWidth();
  bool fromZero = isUnsigned || width == 1;
  return mlir::IntegerAttr::get(type, fromZero ? llvm::APInt::getMinValue(width)
                                               : llvm::APInt::getSignedMinValue(width));
}

mlir::TypedAttr highestAttr(mlir::Builder &builder, mlir::Type type, bool isUnsigned) {
  if (isFloat(type))
    return builder.getFloatAttr(type, std::numeric_limits<double>::infinity());
  unsigned width = type.getIntOrFloatBitWidth();
  bool fromZero = isUnsigned || width == 1;
  return mlir::IntegerAttr::get(type, fromZero ? llvm::APInt::getMaxValue(width)
                                               : llvm::APInt::getSignedMaxValue(width));
}

Extents keptShape(llvm::ArrayRef<int64_t> shape, Axes axes) {
  Extents result(shape);
  for (int64_t axis : axes)
    result[size_t(axis)] = 1;
  return result;
}

int64_t reducedCount(llvm::ArrayRef<int64_t> shape, Axes axes) {
  int64_t count = 1;
  for (int64_t axis : axes)
    count *= shape[size_t(axis)];
  return count;
}

namespace {

Value filled(NodeContext &context, llvm::ArrayRef<int64_t> shape, mlir::TypedAttr initial) {
  Value scalar = context.builder().create<mlir::arith::ConstantOp>(context.loc(), initial);
  Value empty = emptyTensor(context, shape, initial.getType());
  return context.builder().create<mlir::linalg::FillOp>(context.loc(), scalar, empty).getResult(0);
}

} // namespace

Values reduceElements(NodeContext &context, mlir::ValueRange inputs, Axes axes,
                      llvm::ArrayRef<mlir::TypedAttr> initial, ReductionBody body) {
  using mlir::utils::IteratorType;
  mlir::OpBuilder &builder = context.builder();
  auto shape = shapeOf(inputs.front());
  llvm::SmallVector<IteratorType> iterators(shape.size(), IteratorType::parallel);
  for (int64_t axis : axes)
    iterators[size_t(axis)] = IteratorType::reduction;
  Extents kept;
  llvm::SmallVector<mlir::AffineExpr> keptDims;
  for (size_t i = 0; i < shape.size(); ++i)
    if (iterators[i] == IteratorType::parallel) {
      kept.push_back(shape[i]);
      keptDims.push_back(builder.getAffineDimExpr(unsigned(i)));
    }
  auto keptMap = mlir::AffineMap::get(unsigned(shape.size()), 0, keptDims, builder.getContext());
  llvm::SmallVector<mlir::AffineMap> maps(inputs.size(),
                                          builder.getMultiDimIdentityMap(unsigned(shape.size())));
  Values outputs;
  llvm::SmallVector<mlir::Type> types;
  for (mlir::TypedAttr attribute : initial) {
    maps.push_back(keptMap);
    outputs.push_back(filled(context, kept, attribute));
    types.push_back(outputs.back().getType());
  }
  if (countOf(shape) == 0)
    return outputs;
  auto emit = [&](mlir::OpBuilder &nested, mlir::Location loc, mlir::ValueRange arguments) {
    ScalarBuilder b(loc, nested);
    Values elements;
    for (Value argument : arguments.take_front(inputs.size()))
      elements.push_back(widened(b, argument));
    b.create<mlir::linalg::YieldOp>(body(b, elements, arguments.drop_front(inputs.size())));
  };
  auto op =
      builder.create<mlir::linalg::GenericOp>(context.loc(), types, inputs, outputs, maps, iterators, emit);
  return Values(op.getResults());
}

namespace {

using Combine = llvm::function_ref<Value(ScalarBuilder &, Value element, Value accumulator)>;

Value reducedBy(NodeContext &context, Value value, Axes axes, mlir::TypedAttr initial, Combine combine) {
  Value result =
      reduceElements(context, value, axes, initial,
                     [&](ScalarBuilder &b, mlir::ValueRange elements, mlir::ValueRange accumulators) {
                       return Values{combine(b, elements[0], accumulators[0])};
                     })[0];
  return reshaped(context, result, keptShape(shapeOf(value), axes));
}

/// TOSA's reductions take one axis each.
template <typename Op> Value reducedByTosa(NodeContext &context, Value value, Axes axes) {
  for (int64_t axis : axes) {
    auto type = mlir::RankedTensorType::get(keptShape(shapeOf(value), axis), elementOf(value));
    value = context.builder().create<Op>(context.loc(), type, value, uint32_t(axis));
  }
  return value;
}

bool canUseTosa(Value value) { return elementOf(value).isF32() && countOf(shapeOf(value)) > 0; }

} // namespace

Value reducedSum(NodeContext &context, Value value, Axes axes) {
  if (canUseTosa(value))
    return reducedByTosa<mlir::tosa::ReduceSumOp>(context, value, axes);
  mlir::TypedAttr zero = numberAttr(context.builder(), computeType(elementOf(value)), 0);
  return reducedBy(context, value, axes, zero, scalarAdd);
}

Value reducedProduct(NodeContext &context, Value value, Axes axes) {
  if (canUseTosa(value))
    return reducedByTosa<mlir::tosa::ReduceProdOp>(context, value, axes);
  mlir::TypedAttr one = numberAttr(context.builder(), computeType(elementOf(value)), 1);
  return reducedBy(context, value, axes, one, scalarMul);
}

// Not TOSA's: its lowering begins with the greatest finite number, so that infinities would be lost.
Value reducedMaximum(NodeContext &context, Value value, Axes axes, bool isUnsigned) {
  mlir::TypedAttr lowest = lowestAttr(context.builder(), computeType(elementOf(value)), isUnsigned);
  return reducedBy(context, value, axes, lowest, [&](ScalarBuilder &b, Value x, Value best) {
    return scalarMaximum(b, x, best, isUnsigned || x.getType().isInteger(1));
  });
}

Value reducedMinimum(NodeContext &context, Value value, Axes axes, bool isUnsigned) {
  mlir::TypedAttr highest = highestAttr(context.builder(), computeType(elementOf(value)), isUnsigned);
  return reducedBy(context, value, axes, highest, [&](ScalarBuilder &b, Value x, Value best) {
    return scalarMinimum(b, x, best, isUnsigned || x.getType().isInteger(1));
  });
}

namespace {

/// The loop of one axis and, inside, those of the next ones.
Values loopsFrom(ScalarBuilder &b, llvm::ArrayRef<int64_t> extents, Values indices, mlir::ValueRange tensors,
                 LoopBody body) {
  if (indices.size() == extents.size())
    return body(b, indices, tensors);
  Value zero = b.create<mlir::arith::ConstantIndexOp>(0), one = b.create<mlir::arith::ConstantIndexOp>(1);
  Value end = b.create<mlir::arith::ConstantIndexOp>(extents[indices.size()]);
  auto loop = b.create<mlir::scf::ForOp>(
      zero, end, one, tensors,
      [&](mlir::OpBuilder &nested, mlir::Location loc, Value at, mlir::ValueRange inner) {
        ScalarBuilder innerBuilder(loc, nested);
        Values next(indices);
        next.push_back(at);
        innerBuilder.create<mlir::scf::YieldOp>(loopsFrom(innerBuilder, extents, next, inner, body));
      });
  return Values(loop.getResults());
}

} // namespace

Values sequentialLoops(NodeContext &context, llvm::ArrayRef<int64_t> extents, mlir::ValueRange tensors,
                       LoopBody body) {
  ScalarBuilder b = implicitBuilder(context);
  return loopsFrom(b, extents, {}, tensors, body);
}

} // namespace lockstep
