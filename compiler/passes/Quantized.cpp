#include "compiler/passes/Quantized.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

using namespace mlir;

bool Quantization::oneZeroPoint() const {
  return std::all_of(zero_points.begin(), zero_points.end(), [&](int64_t z) { return z == zeroPoint(); });
}

bool Quantization::operator==(const Quantization &other) const {
  return scales == other.scales && zero_points == other.zero_points && axis == other.axis &&
         bits == other.bits && is_signed == other.is_signed && minimum == other.minimum &&
         maximum == other.maximum;
}

std::optional<Quantization> quantizationOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  auto element = tensor ? dyn_cast<quant::QuantizedType>(tensor.getElementType()) : quant::QuantizedType();
  if (!element || !element.getExpressedType() || !element.getExpressedType().isF32())
    return std::nullopt;
  Quantization result;
  result.bits = element.getStorageTypeIntegralWidth();
  result.is_signed = element.isSigned();
  result.minimum = element.getStorageTypeMin();
  result.maximum = element.getStorageTypeMax();
  if (auto uniform = dyn_cast<quant::UniformQuantizedType>(element)) {
    result.scales = {uniform.getScale()};
    result.zero_points = {uniform.getZeroPoint()};
    return result;
  }
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element)) {
    result.scales = perAxis.getScales().vec();
    result.zero_points = perAxis.getZeroPoints().vec();
    result.axis = perAxis.getQuantizedDimension();
    return result;
  }
  return std::nullopt;
}

RankedTensorType quantizedType(const Quantization &quantization, ArrayRef<int64_t> shape,
                               MLIRContext *context) {
  const unsigned flags = quantization.is_signed ? quant::QuantizationFlags::Signed : 0;
  const Type storage = IntegerType::get(context, quantization.bits);
  const Type expressed = Float32Type::get(context);
  Type element;
  if (quantization.perTensor())
    element = quant::UniformQuantizedType::get(flags, storage, expressed, quantization.scale(),
                                               quantization.zeroPoint(), quantization.minimum,
                                               quantization.maximum);
  else
    element = quant::UniformQuantizedPerAxisType::get(
        flags, storage, expressed, quantization.scales, quantization.zero_points,
        static_cast<int32_t>(*quantization.axis), quantization.minimum, quantization.maximum);
  return RankedTensorType::get(shape, element);
}

namespace {

/// The integers of a quantized tensor. Storage casts there and back fold away, so behind a quantize there may
/// be none: it gets one, as its next operation, which later calls find again.
Value storageOf(Value quantized, const Quantization &quantization) {
  if (auto cast = quantized.getDefiningOp<quant::StorageCastOp>())
    return cast.getArg();
  auto quantize = quantized.getDefiningOp<quant::QuantizeCastOp>();
  if (!quantize)
    return Value();
  if (auto cast = dyn_cast_or_null<quant::StorageCastOp>(quantize->getNextNode()))
    if (cast.getArg() == quantized)
      return cast;
  OpBuilder builder(quantize->getContext());
  builder.setInsertionPointAfter(quantize);
  auto type = RankedTensorType::get(mlir::cast<RankedTensorType>(quantized.getType()).getShape(),
                                    builder.getIntegerType(quantization.bits));
  return builder.create<quant::StorageCastOp>(quantize.getLoc(), type, quantized);
}

} // namespace

std::optional<Dequantized> dequantized(Value value) {
  auto cast = value.getDefiningOp<quant::DequantizeCastOp>();
  auto quantization = cast ? quantizationOf(cast.getArg().getType()) : std::nullopt;
  Value storage = quantization ? storageOf(cast.getArg(), *quantization) : Value();
  if (!storage || !isa<RankedTensorType>(storage.getType()))
    return std::nullopt;
  return Dequantized{storage, *quantization};
}

std::optional<Dequantized> dequantizedInt8(Value value) {
  auto found = dequantized(value);
  if (!found || found->quantization.bits != 8 || !found->quantization.is_signed ||
      !found->quantization.perTensor())
    return std::nullopt;
  return found;
}

Value buildDequantize(OpBuilder &builder, Location loc, Value storage, const Quantization &quantization) {
  auto shape = cast<RankedTensorType>(storage.getType()).getShape();
  auto quantized = quantizedType(quantization, shape, builder.getContext());
  Value cast = builder.create<quant::StorageCastOp>(loc, quantized, storage);
  return builder.create<quant::DequantizeCastOp>(loc, RankedTensorType::get(shape, builder.getF32Type()),
                                                 cast);
}

std::optional<int64_t> quantizeValue(float value, const Quantization &quantization, size_t index) {
  if (std::isnan(value))
    return std::nullopt;
  const float scaled = value / static_cast<float>(quantization.scales[index]);
  const double rounded =
      std::nearbyint(static_cast<double>(scaled)) + static_cast<double>(quantization.zero_points[index]);
  if (std::isnan(rounded))
    return std::nullopt;
  return static_cast<int64_t>(std::clamp(rounded, static_cast<double>(quantization.minimum),
                                         static_cast<double>(quantization.maximum)));
}

} // namespace lockstep
