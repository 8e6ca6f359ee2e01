#include "compiler/onnx/QuantizationBuilder.h"

#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/Quant/QuantTypes.h>

#include <cmath>

namespace lockstep {

namespace {

/// The values of a scale or zero point, if they are known: one, or `count`.
std::vector<double> knownValues(const NodeContext &context, size_t index) {
  const Result<std::vector<double>> values = constantNumbers(context, index);
  return values ? *values : std::vector<double>();
}

bool isUnsigned(const std::string &elementType) { return elementType[0] == 'u'; }

/// Null where quant's types refuse the scales.
mlir::quant::QuantizedType quantizedType(NodeContext &context, const QuantizationScales &scales,
                                         const std::string &elementType) {
  if (!scales.is_known)
    return {};
  for (float scale : scales.scales)
    if (!std::isfinite(scale) || scale <= 0)
      return {};
  mlir::Builder &builder = context.builder();
  const bool isSigned = !isUnsigned(elementType);
  const mlir::Type storage = irElementType(elementType, builder.getContext());
  const unsigned width = storage.getIntOrFloatBitWidth();
  const unsigned flags = isSigned ? mlir::quant::QuantizationFlags::Signed : 0;
  const int64_t least = mlir::quant::QuantizedType::getDefaultMinimumForInteger(isSigned, width);
  const int64_t most = mlir::quant::QuantizedType::getDefaultMaximumForInteger(isSigned, width);
  const auto emitError = [&] { return mlir::emitError(context.loc()); };
  if (scales.axis < 0)
    return mlir::quant::UniformQuantizedType::getChecked(emitError, flags, storage, builder.getF32Type(),
                                                         scales.scales[0], scales.zero_points[0], least,
                                                         most);
  const llvm::SmallVector<double> wide(scales.scales.begin(), scales.scales.end());
  return mlir::quant::UniformQuantizedPerAxisType::getChecked(emitError, flags, storage, builder.getF32Type(),
                                                              wide, scales.zero_points,
                                                              static_cast<int32_t>(scales.axis), least, most);
}

/// Of the rank of `shape`, to broadcast along the axis.
mlir::Value alongAxis(NodeContext &context, mlir::Value value, llvm::ArrayRef<int64_t> shape, int64_t axis) {
  Extents extents(shape.size(), 1);
  if (axis >= 0)
    extents[static_cast<size_t>(axis)] = shapeOf(value)[0];
  return reshaped(context, value, extents);
}

/// Scale and zero point (as float32) to broadcast against a tensor.
struct Broadcast {
  mlir::Value scale, zero_point;
};

Tensor floatTensor(const std::vector<float> &values, bool isScalar) {
  Tensor tensor =
      zeroTensor("float32", isScalar ? std::vector<uint64_t>{} : std::vector<uint64_t>{values.size()});
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

Broadcast broadcastOf(NodeContext &context, const QuantizationScales &scales, llvm::ArrayRef<int64_t> shape) {
  Broadcast result;
  if (scales.is_known) {
    const bool isScalar = scales.axis < 0;
    result.scale = context.constant(floatTensor(scales.scales, isScalar));
    result.zero_point = context.constant(
        floatTensor(std::vector<float>(scales.zero_points.begin(), scales.zero_points.end()), isScalar));
  } else {
    const mlir::Type element = context.builder().getF32Type();
    result.scale = scales.scale;
    if (!scales.zero_point)
      result.zero_point = splatTensor(context, shapeOf(scales.scale), element, 0);
    else
      result.zero_point =
          mapElements(context, {scales.zero_point}, shapeOf(scales.zero_point), element,
                      [&](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange x) {
                        return scalarCast(b, x[0], scales.zero_point_is_unsigned, element, false);
                      });
  }
  result.scale = alongAxis(context, result.scale, shape, scales.axis);
  result.zero_point = alongAxis(context, result.zero_point, shape, scales.axis);
  return result;
}

} // namespace

Result<QuantizationScales> scalesOf(NodeContext &context, size_t scaleIndex, size_t zeroPointIndex,
                                    llvm::ArrayRef<int64_t> shape, int64_t axis) {
  const ImportedValue scale = context.input(scaleIndex);
  if (scale.element_type != "float32")
    return context.unsupported(fmt::format("a scale of {}, allowed: float32", scale.element_type));
  const int64_t count = countOf(scale.shape());
  QuantizationScales result;
  if (count != 1) {
    if (scale.shape().size() != 1 || axis < 0 || axis >= static_cast<int64_t>(shape.size()) ||
        shape[static_cast<size_t>(axis)] != count)
      return context.unsupported(fmt::format("{} scales do not fit the axis", count));
    result.axis = axis;
  }
  const bool hasZeroPoint = context.hasInput(zeroPointIndex);
  if (hasZeroPoint && countOf(context.input(zeroPointIndex).shape()) != count)
    return context.unsupported("scale and zero point differ in shape");
  const std::vector<double> scales = knownValues(context, scaleIndex);
  const std::vector<double> zeroPoints =
      hasZeroPoint ? knownValues(context, zeroPointIndex) : std::vector<double>(scales.size(), 0);
  result.is_known = !scales.empty() && scales.size() == zeroPoints.size();
  result.scales.assign(scales.begin(), scales.end());
  result.zero_points.assign(zeroPoints.begin(), zeroPoints.end());
  if (result.is_known)
    return result;
  const Extents flat = result.axis < 0 ? Extents{} : Extents{count};
  result.scale = reshaped(context, scale.value, flat);
  if (hasZeroPoint) {
    result.zero_point = reshaped(context, context.input(zeroPointIndex).value, flat);
    result.zero_point_is_unsigned = context.input(zeroPointIndex).isUnsigned();
  }
  return result;
}

mlir::Value dequantized(NodeContext &context, const ImportedValue &value, const QuantizationScales &scales) {
  mlir::OpBuilder &builder = context.builder();
  const mlir::Type element = builder.getF32Type();
  if (const auto type = quantizedType(context, scales, value.element_type)) {
    const mlir::Value stored =
        builder.create<mlir::quant::StorageCastOp>(context.loc(), value.type().clone(type), value.value);
    return builder.create<mlir::quant::DequantizeCastOp>(context.loc(), value.type().clone(element), stored);
  }
  const Broadcast parameters = broadcastOf(context, scales, value.shape());
  return mapElements(context, {value.value, parameters.scale, parameters.zero_point}, value.shape(), element,
                     [&](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange x) {
                       const mlir::Value wide = scalarCast(b, x[0], value.isUnsigned(), element, false);
                       return scalarMul(b, scalarSub(b, wide, x[2]), x[1]);
                     });
}

mlir::Value quantized(NodeContext &context, mlir::Value value, const QuantizationScales &scales,
                      const std::string &elementType) {
  mlir::OpBuilder &builder = context.builder();
  auto type = mlir::cast<mlir::RankedTensorType>(value.getType());
  const mlir::Type storage = irElementType(elementType, builder.getContext());
  if (const auto quantizedElement = quantizedType(context, scales, elementType)) {
    const mlir::Value cast =
        builder.create<mlir::quant::QuantizeCastOp>(context.loc(), type.clone(quantizedElement), value);
    return builder.create<mlir::quant::StorageCastOp>(context.loc(), type.clone(storage), cast);
  }
  const Broadcast parameters = broadcastOf(context, scales, type.getShape());
  const bool toUnsigned = isUnsigned(elementType);
  return mapElements(context, {value, parameters.scale, parameters.zero_point}, type.getShape(), storage,
                     [&](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange x) -> mlir::Value {
                       const mlir::Value rounded = b.create<mlir::math::RoundEvenOp>(
                           b.create<mlir::arith::DivFOp>(x[0], x[1]).getResult());
                       const mlir::Value moved = scalarAdd(b, rounded, x[2]);
                       // maxnumf and minnumf: what is not a number becomes the least value
                       const mlir::Value least = scalarConstant(b, b.getF32Type(), toUnsigned ? 0 : -128);
                       const mlir::Value most = scalarConstant(b, b.getF32Type(), toUnsigned ? 255 : 127);
                       const mlir::Value clamped = b.create<mlir::arith::MinNumFOp>(
                           b.create<mlir::arith::MaxNumFOp>(moved, least).getResult(), most);
                       return scalarCast(b, clamped, false, storage, toUnsigned);
                     });
}

} // namespace lockstep
