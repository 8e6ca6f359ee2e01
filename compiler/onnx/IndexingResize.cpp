// Resize and Upsample: one axis after the other, by tables of places and weights.
#include "compiler/onnx/IndexingInterpolation.h"
#include "compiler/onnx/IndexingOps.h"
#include "compiler/onnx/ReductionBuilder.h"
#include "compiler/onnx/ReductionOps.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Tensor/IR/Tensor.h>

#include <cmath>

namespace lockstep {

using mlir::Value;
using Values = llvm::SmallVector<Value>;

namespace {

struct ResizePlan {
  ResizeRule rule;
  std::vector<ResizeAxis> axes;
  double extrapolation_value = 0;
};

template <typename T>
Value table(NodeContext &context, const char *type, const std::vector<T> &values, Extents shape) {
  Tensor tensor{type, {shape.begin(), shape.end()}, {}};
  tensor.bytes.assign(reinterpret_cast<const uint8_t *>(values.data()),
                      reinterpret_cast<const uint8_t *>(values.data() + values.size()));
  return context.constant(tensor);
}

Value extracted(ScalarBuilder &b, Value tensor, mlir::ValueRange at) {
  return b.create<mlir::tensor::ExtractOp>(tensor, at);
}

/// The sum of the taps' elements times their weights.
Value weightedSum(ScalarBuilder &b, Value x, Value places, Value weights, int64_t taps, mlir::ValueRange at,
                  size_t axis) {
  Value sum;
  for (int64_t tap = 0; tap < taps; ++tap) {
    Values entry{at[axis], indexConstant(b, tap)}, from(at);
    from[axis] = safeIndex(b, extracted(b, places, entry), shapeOf(x)[axis]);
    Value weight = scalarCast(b, extracted(b, weights, entry), false, elementOf(x), false);
    Value term = scalarMul(b, extracted(b, x, from), weight);
    sum = sum ? scalarAdd(b, sum, term) : term;
  }
  return sum;
}

Value resizedAlong(NodeContext &context, Value x, const ResizePlan &plan, size_t axis) {
  Interpolation how = interpolate(plan.rule, plan.axes[axis]);
  int64_t output = plan.axes[axis].output;
  Value places = table(context, "int64", how.places, {output, how.taps});
  Extents shape(shapeOf(x));
  shape[axis] = output;
  if (how.taps == 1)
    return remapped(context, x, shape, [&](ScalarBuilder &b, mlir::ValueRange at) {
      Values from(at);
      from[axis] = safeIndex(b, extracted(b, places, {at[axis], indexConstant(b, 0)}), shapeOf(x)[axis]);
      return from;
    });
  Value weights = table(context, "float64", how.weights, {output, how.taps});
  return mapIndices(context, shape, elementOf(x), [&](ScalarBuilder &b, mlir::ValueRange at) {
    return weightedSum(b, x, places, weights, how.taps, at, axis);
  });
}

/// The extrapolation value wherever an axis lies outside of the input.
Value extrapolated(NodeContext &context, Value x, const ResizePlan &plan) {
  Values inputs{x};
  for (size_t axis = 0; axis < plan.axes.size(); ++axis) {
    std::vector<uint8_t> outside = interpolate(plan.rule, plan.axes[axis]).outside;
    Extents shape(plan.axes.size(), 1);
    shape[axis] = plan.axes[axis].output;
    inputs.push_back(table(context, "bool", outside, shape));
  }
  return mapElements(context, inputs, shapeOf(x), elementOf(x), [&](ScalarBuilder &b, mlir::ValueRange v) {
    Value result = v[0], other = scalarConstant(b, v[0].getType(), plan.extrapolation_value);
    for (Value isOutside : v.drop_front())
      result = scalarSelect(b, isOutside, other, result);
    return result;
  });
}

Status setResized(NodeContext &context, const ResizePlan &plan) {
  ImportedValue x = context.input(0);
  Extents shape;
  for (const ResizeAxis &axis : plan.axes)
    shape.push_back(axis.output);
  bool interpolates = plan.rule.mode != "nearest",
       crops = plan.rule.coordinate_transformation_mode == "tf_crop_and_resize";
  mlir::Type element = x.type().getElementType();
  if (!isKnown(plan.rule) || (interpolates && !isFloat(element)))
    return context.unsupported("mode `" + plan.rule.mode + "` with " + x.element_type + " and coordinates `" +
                               plan.rule.coordinate_transformation_mode + "`");
  if (countOf(shape) == 0 || countOf(x.shape()) == 0) {
    context.setOutput(0, splatTensor(context, shape, element, 0), x.element_type);
    return {};
  }
  Value result = x.value;
  if (interpolates && computeType(element) != element)
    result = castTensor(context, x, "float32");
  for (size_t axis = 0; axis < plan.axes.size(); ++axis)
    if (plan.axes[axis].scale != 1 || plan.axes[axis].output != plan.axes[axis].input || crops)
      result = resizedAlong(context, result, plan, axis);
  if (crops)
    result = extrapolated(context, result, plan);
  context.setOutput(0, roundedTo(context, result, element), x.element_type);
  return {};
}

/// From scales (a number for each axis, over 0) or sizes.
Status planAxes(const NodeContext &context, ResizePlan &plan, const std::vector<double> &numbers,
                bool areSizes) {
  auto shape = context.input(0).shape();
  if (numbers.size() != shape.size())
    return context.unsupported("it needs a scale or size for each axis");
  for (size_t i = 0; i < shape.size(); ++i) {
    double input = double(shape[i]), output = areSizes ? numbers[i] : std::floor(input * numbers[i]);
    if (!(numbers[i] > 0) || !(output < double(int64_t(1) << 31)))
      return context.unsupported("a scale or size is " + std::to_string(numbers[i]));
    plan.axes.push_back({shape[i], int64_t(output), areSizes ? output / std::max(1.0, input) : numbers[i]});
  }
  return {};
}

Status planRegion(const NodeContext &context, ResizePlan &plan) {
  if (plan.rule.coordinate_transformation_mode != "tf_crop_and_resize")
    return {};
  auto roi = constantNumbers(context, 1);
  if (!roi)
    return roi.error();
  if (roi->size() != 2 * plan.axes.size())
    return context.unsupported("roi needs two numbers for each axis");
  for (size_t i = 0; i < plan.axes.size(); ++i) {
    plan.axes[i].roi_begin = (*roi)[i];
    plan.axes[i].roi_end = (*roi)[i + plan.axes.size()];
  }
  return {};
}

bool hasElements(const NodeContext &context, size_t index) {
  return context.hasInput(index) && countOf(context.input(index).shape()) > 0;
}

Status importResize(NodeContext &context) {
  ResizePlan plan;
  bool isOld = context.opset() < 11; // X, scales; neither modes of coordinates nor of rounding
  plan.rule.mode = context.stringAttribute("mode", "nearest");
  plan.rule.coordinate_transformation_mode =
      context.stringAttribute("coordinate_transformation_mode", isOld ? "asymmetric" : "half_pixel");
  plan.rule.nearest_mode = context.stringAttribute("nearest_mode", isOld ? "floor" : "round_prefer_floor");
  plan.rule.cubic_coeff_a = context.floatAttribute("cubic_coeff_a", -0.75f);
  plan.rule.exclude_outside = context.intAttribute("exclude_outside", 0);
  plan.extrapolation_value = context.floatAttribute("extrapolation_value", 0);
  bool bySizes = !isOld && hasElements(context, 3);
  auto numbers = constantNumbers(context, isOld ? 1 : bySizes ? 3 : 2);
  if (!numbers)
    return numbers.error();
  if (Status status = planAxes(context, plan, *numbers, bySizes); !status)
    return status;
  if (Status status = planRegion(context, plan); !status)
    return status;
  return setResized(context, plan);
}

Status importUpsample(NodeContext &context) {
  ResizePlan plan;
  plan.rule.mode = context.stringAttribute("mode", "nearest");
  plan.rule.coordinate_transformation_mode = "asymmetric";
  plan.rule.nearest_mode = "floor";
  std::vector<double> scales;
  if (const auto *attribute = context.attribute("scales")) {
    scales.assign(attribute->floats().begin(), attribute->floats().end());
  } else {
    auto numbers = constantNumbers(context, 1);
    if (!numbers)
      return numbers.error();
    scales = *numbers;
  }
  if (Status status = planAxes(context, plan, scales, false); !status)
    return status;
  return setResized(context, plan);
}

} // namespace

void addResizeImporters(NodeImporters &importers) {
  importers["Resize"] = importResize;
  importers["Upsample"] = importUpsample;
}

} // namespace lockstep
