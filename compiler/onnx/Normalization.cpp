// Batch, instance, layer and local response normalization.
#include "compiler/onnx/ElementwiseOps.h"
#include "compiler/onnx/ReductionOps.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Math/IR/Math.h>

#include <numeric>

namespace lockstep {

using mlir::Value;
using Axes = llvm::ArrayRef<int64_t>;
namespace math = mlir::math;
namespace arith = mlir::arith;

namespace {

/// An element type for computing in between; results are rounded once, at the end.
mlir::Type wideType(const ImportedValue &x) { return computeType(x.type().getElementType()); }

Value difference(NodeContext &context, Value x, Value y, mlir::Type type) {
  return mapElements(context, {x, y}, shapeOf(x), type,
                     [](ScalarBuilder &b, mlir::ValueRange v) { return scalarSub(b, v[0], v[1]); });
}

Value mean(NodeContext &context, Value x, Axes axes) {
  Value sum = reducedSum(context, x, axes);
  double count = double(reducedCount(shapeOf(x), axes));
  return mapElements(context, sum, shapeOf(sum), elementOf(sum), [&](ScalarBuilder &b, mlir::ValueRange v) {
    return scalarDiv(b, v[0], scalarConstant(b, v[0].getType(), count), false);
  });
}

struct Moments {
  Value mean, variance; // axes kept
};

/// The variance is the mean of squared distances: no cancellation.
Moments momentsOf(NodeContext &context, const ImportedValue &x, Axes axes) {
  Value average = mean(context, x.value, axes);
  Value distance = difference(context, x.value, average, wideType(x));
  Value squares = mapElements(context, distance, x.shape(), wideType(x),
                              [](ScalarBuilder &b, mlir::ValueRange v) { return scalarMul(b, v[0], v[0]); });
  return {average, mean(context, squares, axes)};
}

Value inverseDeviation(ScalarBuilder &b, Value variance, double epsilon) {
  mlir::Type type = variance.getType();
  Value biased = scalarAdd(b, variance, scalarConstant(b, type, epsilon));
  return scalarDiv(b, scalarConstant(b, type, 1), b.create<math::SqrtOp>(biased), false);
}

/// (x - mean) / sqrt(variance + epsilon) * scale + bias, all broadcast; bias may be null.
Value normalized(NodeContext &context, const ImportedValue &x, Value mean, Value variance, Value scale,
                 Value bias, double epsilon) {
  llvm::SmallVector<Value> inputs{x.value, mean, variance, scale};
  if (bias)
    inputs.push_back(bias);
  return mapElements(context, inputs, x.shape(), x.type().getElementType(),
                     [&](ScalarBuilder &b, mlir::ValueRange v) {
                       mlir::Type type = v[0].getType();
                       auto same = [&](Value value) { return scalarCast(b, value, false, type, false); };
                       Value factor = scalarMul(b, inverseDeviation(b, same(v[2]), epsilon), same(v[3]));
                       Value scaled = scalarMul(b, scalarSub(b, v[0], same(v[1])), factor);
                       return bias ? scalarAdd(b, scaled, same(v[4])) : scaled;
                     });
}

/// A vector over channels, so that it broadcasts along axis 1 of a tensor of this rank.
Value alongChannels(NodeContext &context, Value vector, size_t rank) {
  Extents shape(rank, 1);
  if (rank > 1)
    shape[1] = countOf(shapeOf(vector));
  return reshaped(context, vector, shape);
}

bool isChannelVector(const ImportedValue &value, const ImportedValue &x) {
  return value.shape().size() == 1 && x.shape().size() >= 2 && value.shape()[0] == x.shape()[1];
}

Extents allAxesBut(size_t rank, std::initializer_list<int64_t> kept) {
  Extents axes;
  for (size_t i = 0; i < rank; ++i)
    if (!llvm::is_contained(kept, int64_t(i)))
      axes.push_back(int64_t(i));
  return axes;
}

/// momentum * running + (1 - momentum) * current, as a vector over channels.
Value runningAverage(NodeContext &context, const ImportedValue &running, Value current, double momentum) {
  Value now = reshaped(context, current, running.shape());
  return mapElements(context, {running.value, now}, running.shape(), running.type().getElementType(),
                     [&](ScalarBuilder &b, mlir::ValueRange v) {
                       mlir::Type type = v[0].getType();
                       Value kept = scalarMul(b, v[0], scalarConstant(b, type, momentum));
                       Value next = scalarCast(b, v[1], false, type, false);
                       return scalarAdd(b, kept, scalarMul(b, next, scalarConstant(b, type, 1 - momentum)));
                     });
}

Status importBatchNormalization(NodeContext &context) {
  auto inputs = presentInputs(context, 5);
  if (!inputs)
    return inputs.error();
  ImportedValue x = (*inputs)[0], runningMean = (*inputs)[3], runningVariance = (*inputs)[4];
  for (size_t i = 1; i < 5; ++i)
    if (!isChannelVector((*inputs)[i], x))
      return context.unsupported("input " + std::to_string(i) + " is not a number for each channel");
  size_t rank = x.shape().size();
  double epsilon = context.floatAttribute("epsilon", 1e-5f),
         momentum = context.floatAttribute("momentum", 0.9f);
  bool training = context.intAttribute("training_mode", 0);
  if (context.opset() < 7 && !context.intAttribute("is_test", 0))
    return context.unsupported("training mode before opset 7");
  Moments moments{alongChannels(context, runningMean.value, rank),
                  alongChannels(context, runningVariance.value, rank)};
  if (training)
    moments = momentsOf(context, x, allAxesBut(rank, {1}));
  Value scale = alongChannels(context, (*inputs)[1].value, rank),
        bias = alongChannels(context, (*inputs)[2].value, rank);
  context.setOutput(0, normalized(context, x, moments.mean, moments.variance, scale, bias, epsilon),
                    x.element_type);
  if (training && context.hasOutput(1))
    context.setOutput(1, runningAverage(context, runningMean, moments.mean, momentum),
                      runningMean.element_type);
  if (training && context.hasOutput(2))
    context.setOutput(2, runningAverage(context, runningVariance, moments.variance, momentum),
                      runningVariance.element_type);
  return {};
}

Status importInstanceNormalization(NodeContext &context) {
  auto inputs = presentInputs(context, 3);
  if (!inputs)
    return inputs.error();
  ImportedValue x = (*inputs)[0];
  if (!isChannelVector((*inputs)[1], x) || !isChannelVector((*inputs)[2], x))
    return context.unsupported("scale and bias are not a number for each channel");
  size_t rank = x.shape().size();
  Moments moments = momentsOf(context, x, allAxesBut(rank, {0, 1}));
  Value scale = alongChannels(context, (*inputs)[1].value, rank),
        bias = alongChannels(context, (*inputs)[2].value, rank);
  context.setOutput(0,
                    normalized(context, x, moments.mean, moments.variance, scale, bias,
                               context.floatAttribute("epsilon", 1e-5f)),
                    x.element_type);
  return {};
}

/// Over all axes from `axis` on; further outputs are the mean and the inverse deviation, in float32.
Status importLayerNormalization(NodeContext &context) {
  ImportedValue x = context.input(0), scale = context.input(1);
  int64_t rank = int64_t(x.shape().size());
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", -1), rank);
  if (!axis || !isFloat(x.type().getElementType()))
    return context.unsupported("it needs a float input and an axis of it");
  Extents axes;
  for (int64_t i = *axis; i < rank; ++i)
    axes.push_back(i);
  Value bias = context.hasInput(2) ? context.input(2).value : Value();
  auto shape = broadcastShape({x.shape(), scale.shape(), bias ? shapeOf(bias) : Axes()});
  if (!shape || Axes(*shape) != x.shape())
    return context.unsupported("scale or bias do not fit its input");
  double epsilon = context.floatAttribute("epsilon", 1e-5f);
  Moments moments = momentsOf(context, x, axes);
  context.setOutput(0, normalized(context, x, moments.mean, moments.variance, scale.value, bias, epsilon),
                    x.element_type);
  auto setStatistic = [&](size_t output, Value value, bool isDeviation) {
    std::string type =
        context.outputElementType(output).empty() ? "float32" : context.outputElementType(output);
    if (isDeviation)
      value = mapElements(
          context, value, shapeOf(value), elementOf(value),
          [&](ScalarBuilder &b, mlir::ValueRange v) { return inverseDeviation(b, v[0], epsilon); });
    std::string computed = elementOf(value).isF64() ? "float64" : "float32";
    context.setOutput(output, castTensor(context, {value, computed}, type), type);
  };
  if (context.hasOutput(1))
    setStatistic(1, moments.mean, false);
  if (context.hasOutput(2))
    setStatistic(2, moments.variance, true);
  return {};
}

/// x / (bias + alpha / size * sum of squares over the channels round its own) ^ beta.
Status importLrn(NodeContext &context) {
  ImportedValue x = context.input(0);
  int64_t size = context.intAttribute("size", 0), rank = int64_t(x.shape().size());
  if (size < 1 || rank < 2)
    return context.unsupported("it needs a size of 1 or more and channels");
  mlir::Type type = wideType(x);
  Extents before(size_t(rank), 0), after(size_t(rank), 0), start(size_t(rank), 0), ones(size_t(rank), 1);
  before[1] = std::min((size - 1) / 2, x.shape()[1]);
  after[1] = std::min(size / 2, x.shape()[1]);
  Value squares = mapElements(context, x.value, x.shape(), type,
                              [](ScalarBuilder &b, mlir::ValueRange v) { return scalarMul(b, v[0], v[0]); });
  Value around = padded(context, squares, before, after, splatTensor(context, {}, type, 0));
  llvm::SmallVector<Value> inputs{x.value};
  for (start[1] = 0; start[1] <= before[1] + after[1]; ++start[1])
    inputs.push_back(sliced(context, around, start, x.shape(), ones));
  double alpha = context.floatAttribute("alpha", 0.0001f), beta = context.floatAttribute("beta", 0.75f);
  double bias = context.floatAttribute("bias", 1.0f);
  Value result = mapElements(
      context, inputs, x.shape(), x.type().getElementType(), [&](ScalarBuilder &b, mlir::ValueRange v) {
        Value sum = v[1];
        for (Value next : v.drop_front(2))
          sum = scalarAdd(b, sum, next);
        Value base = scalarAdd(b, scalarConstant(b, type, bias),
                               scalarMul(b, scalarConstant(b, type, alpha / double(size)), sum));
        return scalarDiv(b, v[0], b.create<math::PowFOp>(base, scalarConstant(b, type, beta)), false);
      });
  context.setOutput(0, result, x.element_type);
  return {};
}

/// (x - mean) / (deviation + 1e-9).
Status importMeanVarianceNormalization(NodeContext &context) {
  ImportedValue x = context.input(0);
  std::vector<int64_t> given = context.intsAttribute("axes");
  if (!context.attribute("axes"))
    given = {0, 2, 3};
  Extents axes;
  for (int64_t axis : given) {
    std::optional<int64_t> normalizedOne = normalizedAxis(axis, int64_t(x.shape().size()));
    if (!normalizedOne || llvm::is_contained(axes, *normalizedOne))
      return context.unsupported("its axes do not fit its input");
    axes.push_back(*normalizedOne);
  }
  llvm::sort(axes);
  Moments moments = momentsOf(context, x, axes);
  Value result = mapElements(context, {x.value, moments.mean, moments.variance}, x.shape(),
                             x.type().getElementType(), [](ScalarBuilder &b, mlir::ValueRange v) {
                               Value deviation = b.create<math::SqrtOp>(v[2]);
                               Value divisor =
                                   scalarAdd(b, deviation, scalarConstant(b, v[2].getType(), 1e-9));
                               return scalarDiv(b, scalarSub(b, v[0], v[1]), divisor, false);
                             });
  context.setOutput(0, result, x.element_type);
  return {};
}

/// x / its norm along an axis; 0 where the norm is 0.
Status importLpNormalization(NodeContext &context) {
  ImportedValue x = context.input(0);
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", -1), int64_t(x.shape().size()));
  int64_t p = context.intAttribute("p", 2);
  if (!axis || (p != 1 && p != 2))
    return context.unsupported("it needs an axis of its input, and p = 1 or 2");
  Value powers =
      mapElements(context, x.value, x.shape(), wideType(x), [&](ScalarBuilder &b, mlir::ValueRange v) {
        return p == 2 ? scalarMul(b, v[0], v[0]) : Value(b.create<math::AbsFOp>(v[0]));
      });
  Value sum = reducedSum(context, powers, *axis);
  Value result = mapElements(context, {x.value, sum}, x.shape(), x.type().getElementType(),
                             [&](ScalarBuilder &b, mlir::ValueRange v) {
                               Value norm = p == 2 ? Value(b.create<math::SqrtOp>(v[1])) : v[1],
                                     zero = scalarConstant(b, v[1].getType(), 0);
                               Value isZero = scalarCompare(b, Comparison::Equal, norm, zero, false);
                               return scalarSelect(b, isZero, zero, scalarDiv(b, v[0], norm, false));
                             });
  context.setOutput(0, result, x.element_type);
  return {};
}

} // namespace

void addNormalizationImporters(NodeImporters &importers) {
  importers["BatchNormalization"] = importBatchNormalization;
  importers["InstanceNormalization"] = importInstanceNormalization;
  importers["LayerNormalization"] = importLayerNormalization;
  importers["LRN"] = importLrn;
  importers["MeanVarianceNormalization"] = importMeanVarianceNormalization;
  importers["LpNormalization"] = importLpNormalization;
}

} // namespace lockstep
