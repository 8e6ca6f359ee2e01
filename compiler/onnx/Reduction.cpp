// Reduce*: sums, products, extremes, means and norms along axes.
#include "compiler/onnx/ReductionOps.h"
#include "compiler/onnx/ShapeBuilder.h"
#include "compiler/onnx/ShapeOps.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>

#include <algorithm>
#include <numeric>

namespace lockstep {

using mlir::Value;
namespace math = mlir::math;
using Axes = llvm::ArrayRef<int64_t>;

namespace {

/// What a reduction computes, in float32 where the input has 16 bits; axes are kept.
using Reduce = std::function<Result<Value>(NodeContext &, const ImportedValue &, Axes)>;

using UnaryBody = llvm::function_ref<Value(ScalarBuilder &, Value)>;

Value mapped(NodeContext &context, Value value, UnaryBody body) {
  return mapElements(context, value, shapeOf(value), computeType(elementOf(value)),
                     [&](ScalarBuilder &b, mlir::ValueRange v) { return body(b, v[0]); });
}

Value squared(NodeContext &context, Value x) {
  return mapped(context, x, [](ScalarBuilder &b, Value v) { return scalarMul(b, v, v); });
}

Value squareRoot(ScalarBuilder &b, Value x, bool isUnsigned) {
  if (isFloat(x.getType()))
    return b.create<math::SqrtOp>(x);
  Value root = b.create<math::SqrtOp>(scalarCast(b, x, isUnsigned, b.getF64Type(), false));
  return scalarCast(b, root, false, x.getType(), isUnsigned);
}

Result<Value> mean(NodeContext &context, const ImportedValue &x, Axes axes) {
  Value sum = reducedSum(context, x.value, axes);
  double count = double(reducedCount(x.shape(), axes));
  return mapped(context, sum, [&](ScalarBuilder &b, Value v) {
    return scalarDiv(b, v, scalarConstant(b, v.getType(), count), x.isUnsigned());
  });
}

Result<Value> l1(NodeContext &context, const ImportedValue &x, Axes axes) {
  Value magnitudes = mapped(context, x.value, [&](ScalarBuilder &b, Value v) {
    if (isFloat(v.getType()))
      return Value(b.create<math::AbsFOp>(v));
    Value negative = scalarSub(b, integerConstant(b, v.getType(), 0), v);
    return x.isUnsigned() ? v : scalarMaximum(b, v, negative, false);
  });
  return reducedSum(context, magnitudes, axes);
}

Result<Value> l2(NodeContext &context, const ImportedValue &x, Axes axes) {
  Value sum = reducedSum(context, squared(context, x.value), axes);
  return mapped(context, sum, [&](ScalarBuilder &b, Value v) { return squareRoot(b, v, x.isUnsigned()); });
}

Result<Value> sumOfSquares(NodeContext &context, const ImportedValue &x, Axes axes) {
  return reducedSum(context, squared(context, x.value), axes);
}

Value logarithm(NodeContext &context, Value x) {
  return mapped(context, x, [](ScalarBuilder &b, Value v) { return Value(b.create<math::LogOp>(v)); });
}

Result<Value> logSum(NodeContext &context, const ImportedValue &x, Axes axes) {
  if (!isFloat(x.type().getElementType()))
    return context.unsupported("logarithms of integers");
  return logarithm(context, reducedSum(context, x.value, axes));
}

/// log(sum(exp(x - m))) + m for the maximum m, which must be finite to be of use.
Result<Value> logSumExp(NodeContext &context, const ImportedValue &x, Axes axes) {
  if (!isFloat(x.type().getElementType()))
    return context.unsupported("logarithms of integers");
  Value maximum = reducedMaximum(context, x.value, axes, false);
  Value offset = mapped(context, maximum, [](ScalarBuilder &b, Value v) {
    Value difference = b.create<mlir::arith::SubFOp>(v, v); // 0, or NaN for an infinity
    Value zero = scalarConstant(b, v.getType(), 0);
    return scalarSelect(b, scalarCompare(b, Comparison::Equal, difference, zero, false), v, zero);
  });
  mlir::Type type = computeType(elementOf(x.value));
  Value powers =
      mapElements(context, {x.value, offset}, x.shape(), type, [](ScalarBuilder &b, mlir::ValueRange v) {
        return Value(b.create<math::ExpOp>(scalarSub(b, v[0], v[1])));
      });
  Value sum = reducedSum(context, powers, axes);
  return mapElements(context, {sum, offset}, shapeOf(sum), type, [](ScalarBuilder &b, mlir::ValueRange v) {
    return scalarAdd(b, b.create<math::LogOp>(v[0]), v[1]);
  });
}

template <Value (*Function)(NodeContext &, Value, Axes)> Reduce plain() {
  return [](NodeContext &context, const ImportedValue &x, Axes axes) -> Result<Value> {
    return Function(context, x.value, axes);
  };
}
template <Value (*Function)(NodeContext &, Value, Axes, bool)> Reduce extreme() {
  return [](NodeContext &context, const ImportedValue &x, Axes axes) -> Result<Value> {
    return Function(context, x.value, axes, x.isUnsigned());
  };
}

/// The axes of a node, sorted; all of them if it names none.
Result<std::vector<int64_t>> reducedAxes(const NodeContext &context, size_t rank) {
  auto given = integersFrom(context, 1, "axes");
  auto axes = given ? axesOf(context, *given, rank) : given;
  if (!axes)
    return axes;
  if (axes->empty()) {
    axes->resize(rank);
    std::iota(axes->begin(), axes->end(), 0);
  }
  std::sort(axes->begin(), axes->end());
  return axes;
}

bool changesNothing(const NodeContext &context) {
  if (!context.intAttribute("noop_with_empty_axes", 0))
    return false;
  auto axes = integersFrom(context, 1, "axes");
  return axes && axes->empty();
}

NodeImporter reduction(Reduce reduce) {
  return [reduce](NodeContext &context) -> Status {
    ImportedValue x = context.input(0);
    if (changesNothing(context)) {
      context.setOutput(0, x.value, x.element_type);
      return {};
    }
    auto axes = reducedAxes(context, x.shape().size());
    if (!axes)
      return axes.error();
    auto result = reduce(context, x, *axes);
    if (!result)
      return result.error();
    Value value = roundedTo(context, *result, x.type().getElementType());
    if (!context.intAttribute("keepdims", 1)) {
      Extents shape;
      for (size_t i = 0; i < x.shape().size(); ++i)
        if (!llvm::is_contained(*axes, int64_t(i)))
          shape.push_back(x.shape()[i]);
      value = reshaped(context, value, shape);
    }
    context.setOutput(0, value, x.element_type);
    return {};
  };
}

} // namespace

Value roundedTo(NodeContext &context, Value value, mlir::Type element) {
  if (elementOf(value) == element)
    return value;
  return mapElements(context, value, shapeOf(value), element,
                     [](ScalarBuilder &, mlir::ValueRange v) { return v[0]; });
}

void addReductionImporters(NodeImporters &importers) {
  importers["ReduceSum"] = reduction(plain<reducedSum>());
  importers["ReduceProd"] = reduction(plain<reducedProduct>());
  importers["ReduceMax"] = reduction(extreme<reducedMaximum>());
  importers["ReduceMin"] = reduction(extreme<reducedMinimum>());
  importers["ReduceMean"] = reduction(mean);
  importers["ReduceL1"] = reduction(l1);
  importers["ReduceL2"] = reduction(l2);
  importers["ReduceSumSquare"] = reduction(sumOfSquares);
  importers["ReduceLogSum"] = reduction(logSum);
  importers["ReduceLogSumExp"] = reduction(logSumExp);
  addArgumentImporters(importers);
  addSoftmaxImporters(importers);
  addScanImporters(importers);
}

} // namespace lockstep
