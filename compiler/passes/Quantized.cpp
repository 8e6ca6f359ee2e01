#include "compiler/passes/Quantized.h"

#include <mlir/Transforms/GreedyPatternRewriteDriver.h>

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

Value Dequantized::storage(OpBuilder &builder) const {
  auto type = RankedTensorType::get(shape(), builder.getIntegerType(quantization.bits));
  if (source.getType() == type)
    return source;
  return builder.create<quant::StorageCastOp>(source.getLoc(), type, source);
}

std::optional<Dequantized> dequantized(Value value) {
  auto cast = value.getDefiningOp<quant::DequantizeCastOp>();
  auto quantization = cast ? quantizationOf(cast.getArg().getType()) : std::nullopt;
  if (!quantization)
    return std::nullopt;
  Value source = cast.getArg();
  if (auto storage = source.getDefiningOp<quant::StorageCastOp>())
    source = storage.getArg();
  else if (!source.getDefiningOp<quant::QuantizeCastOp>())
    return std::nullopt;
  if (!isa<RankedTensorType>(source.getType()))
    return std::nullopt;
  return Dequantized{source, *quantization};
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

int64_t quantizeValue(float value, const Quantization &quantization) {
  const float scaled = value / static_cast<float>(quantization.scale());
  if (std::isnan(scaled))
    return quantization.minimum;
  const double moved =
      std::nearbyint(static_cast<double>(scaled)) + static_cast<double>(quantization.zeroPoint());
  return static_cast<int64_t>(std::clamp(moved, static_cast<double>(quantization.minimum),
                                         static_cast<double>(quantization.maximum)));
}

void rewriteWithinBounds(Operation *op, RewritePatternSet patterns) {
  GreedyRewriteConfig config;
  config.maxIterations = 10;
  config.maxNumRewrites = int64_t{1} << 14; // of an iteration
  if (failed(applyPatternsAndFoldGreedily(op, std::move(patterns), config)))
    emitWarning(op->getLoc(),
                "rewriting of quantized values did not come to rest; the result is right, if not simplest");
}

} // namespace lockstep
