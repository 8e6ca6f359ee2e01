// Elementwise arithmetic of two int8 tensors with quantized result.
#include "compiler/passes/Constants.h"
#include "compiler/passes/IntegerForm.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <algorithm>
#include <cmath>

namespace lockstep {

using namespace mlir;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Fraction bits of the common scale of sums: |q - zero_point| <= 255 < 2^8, so each operand stays under 2^30
/// and their sum fits int32.
constexpr int kSumFractionBits = 22;

Value create(OpBuilder &builder, Operation *op, Type element, ValueRange operands) {
  auto type = RankedTensorType::get(typeOf(op->getResult(0)).getShape(), element);
  return builder
      .create(op->getLoc(), op->getName().getIdentifier(), operands, TypeRange{type}, op->getAttrs())
      ->getResult(0);
}

/// add, sub: both operands as int32 at the scale max(s_a, s_b) / 2^22, then one rescale.
Value buildSum(OpBuilder &builder, Operation *op, const Dequantized &a, const Dequantized &b,
               const Quantization &target) {
  const double common =
      std::max(a.quantization.scale(), b.quantization.scale()) * std::ldexp(1.0, -kSumFractionBits);
  const double ratio = common / target.scale();
  if (!(ratio < 1 - std::ldexp(1.0, -20))) // the result would not fit int32
    return Value();
  std::vector<Value> operands;
  for (const Dequantized *operand : {&a, &b}) {
    const Quantization &quantization = operand->quantization;
    operands.push_back(buildRescale(builder, op->getLoc(), operand->storage(builder),
                                    quantization.zeroPoint(), {quantization.scale() / common}, 0, 32));
  }
  Value sum = create(builder, op, builder.getI32Type(), operands);
  return buildRescale(builder, op->getLoc(), sum, 0, {ratio}, target.zeroPoint(), 8);
}

/// mul: (a - zero_point_a) (b - zero_point_b) in int32, exact, then one rescale.
Value buildProduct(OpBuilder &builder, Operation *op, const Dequantized &a, const Dequantized &b,
                   const Quantization &target) {
  const double ratio = a.quantization.scale() * b.quantization.scale() / target.scale();
  if (!(ratio < std::ldexp(1.0, 14))) // 255 * 255 < 2^16: the result would not fit int32
    return Value();
  std::vector<Value> operands;
  for (const Dequantized *operand : {&a, &b})
    operands.push_back(buildRescale(builder, op->getLoc(), operand->storage(builder),
                                    operand->quantization.zeroPoint(), {1.0}, 0, 32));
  Value product = create(builder, op, builder.getI32Type(), operands);
  return buildRescale(builder, op->getLoc(), product, 0, {ratio}, target.zeroPoint(), 8);
}

/// maximum, minimum: quantization rises, so they are those of the requantized operands.
Value buildExtreme(OpBuilder &builder, Operation *op, const Dequantized &a, const Dequantized &b,
                   const Quantization &target) {
  if (!canRequantize(a, target) || !canRequantize(b, target))
    return Value();
  Value left = requantize(builder, op->getLoc(), a, target),
        right = requantize(builder, op->getLoc(), b, target);
  return create(builder, op, builder.getI8Type(), {left, right});
}

} // namespace

Value buildIntegerBinary(OpBuilder &builder, Operation *op, const Quantization &target) {
  if (!isa<tosa::AddOp, tosa::SubOp, tosa::MulOp, tosa::MaximumOp, tosa::MinimumOp>(op))
    return Value();
  auto a = dequantizedInt8(op->getOperand(0)), b = dequantizedInt8(op->getOperand(1));
  if (!a || !b)
    return Value();
  if (isa<tosa::AddOp, tosa::SubOp>(op))
    return buildSum(builder, op, *a, *b, target);
  return isa<tosa::MulOp>(op) ? buildProduct(builder, op, *a, *b, target)
                              : buildExtreme(builder, op, *a, *b, target);
}

} // namespace lockstep
