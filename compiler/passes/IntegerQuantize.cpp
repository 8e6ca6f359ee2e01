// Quantize of values that are known as integers: rescale and clamp, elementwise arithmetic, tables.
#include "compiler/passes/Constants.h"
#include "compiler/passes/IntegerForm.h"
#include "compiler/passes/Multiplier.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <cmath>
#include <limits>

namespace lockstep {

using namespace mlir;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// min(max(input, minimum), maximum).
struct Clamp {
  Value input;
  float minimum = -std::numeric_limits<float>::infinity(), maximum = std::numeric_limits<float>::infinity();
};

/// tosa.clamp, and tosa.maximum and minimum with a constant of one value.
std::optional<Clamp> asClamp(Value value) {
  if (auto op = value.getDefiningOp<tosa::ClampOp>())
    return Clamp{op.getInput(), op.getMinFp().convertToFloat(), op.getMaxFp().convertToFloat()};
  Operation *op = value.getDefiningOp();
  if (!op || !isa<tosa::MaximumOp, tosa::MinimumOp>(op))
    return std::nullopt;
  auto bound = splatFloat(op->getOperand(1));
  Value input = op->getOperand(bound ? 0 : 1);
  if (!bound)
    bound = splatFloat(op->getOperand(0));
  if (!bound || input.getType() != value.getType())
    return std::nullopt;
  Clamp clamp{input};
  (isa<tosa::MaximumOp>(op) ? clamp.minimum : clamp.maximum) = *bound;
  return clamp;
}

/// tosa.clamp of int8, left out where it does nothing.
Value buildClamp(OpBuilder &builder, Location loc, Value input, int64_t minimum, int64_t maximum) {
  if (minimum <= -128 && maximum >= 127)
    return input;
  return builder.create<tosa::ClampOp>(loc, input.getType(), input, builder.getI64IntegerAttr(minimum),
                                       builder.getI64IntegerAttr(maximum),
                                       builder.getF32FloatAttr(static_cast<float>(minimum)),
                                       builder.getF32FloatAttr(static_cast<float>(maximum)));
}

/// Integers between which Q(x) lies for x between the clamps' bounds, all clamps of the chain together.
struct Range {
  int64_t minimum, maximum;
};

/// Peels the clamps in front of a quantize. Q rises with its argument, so Q(clamp(x, a, b)) = clamp(Q(x),
/// Q(a), Q(b)).
std::optional<Range> peelClamps(Value &value, const Quantization &target) {
  Range range{target.minimum, target.maximum};
  while (auto clamp = asClamp(value)) {
    const int64_t low = quantizeValue(clamp->minimum, target), high = quantizeValue(clamp->maximum, target);
    if (low > high)
      return std::nullopt;
    // An outer range applies after this one.
    const int64_t minimum = std::clamp(low, range.minimum, range.maximum);
    const int64_t maximum = std::clamp(high, range.minimum, range.maximum);
    range = {minimum, maximum};
    value = clamp->input;
  }
  return range;
}

struct QuantizeToInteger : OpRewritePattern<quant::QuantizeCastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(quant::QuantizeCastOp op, PatternRewriter &rewriter) const override {
    auto target = quantizationOf(op.getType());
    if (!target || target->bits != 8 || !target->is_signed || !target->perTensor())
      return failure();
    Value integers = known(op, *target, rewriter);
    if (!integers)
      return failure();
    rewriter.replaceOpWithNewOp<quant::StorageCastOp>(op, op.getType(), integers);
    return success();
  }

private:
  static Value known(quant::QuantizeCastOp op, const Quantization &target, PatternRewriter &rewriter) {
    Value inner = op.getArg();
    auto range = peelClamps(inner, target);
    Location loc = op.getArg().getLoc();
    Value result;
    if (auto input = dequantized(inner); input && range)
      result = requantize(rewriter, loc, *input, target);
    else if (Value table = buildIntegerTable(rewriter, op.getArg(), target))
      return table;
    else if (Operation *binary = inner.getDefiningOp(); binary && range)
      result = buildIntegerBinary(rewriter, binary, target);
    return result ? buildClamp(rewriter, loc, result, range->minimum, range->maximum) : result;
  }
};

} // namespace

Value buildRescale(OpBuilder &builder, Location loc, Value input, int64_t inputZeroPoint,
                   ArrayRef<double> scales, int64_t outputZeroPoint, unsigned bits) {
  SmallVector<int32_t> multipliers;
  SmallVector<int8_t> shifts;
  for (double scale : scales) {
    auto fixed = fixedScale(scale);
    if (!fixed)
      return Value();
    multipliers.push_back(fixed->multiplier);
    shifts.push_back(static_cast<int8_t>(fixed->shift));
  }
  auto type = RankedTensorType::get(typeOf(input).getShape(), builder.getIntegerType(bits));
  return builder.create<tosa::RescaleOp>(
      loc, type, input, builder.getI32IntegerAttr(static_cast<int32_t>(inputZeroPoint)),
      builder.getI32IntegerAttr(static_cast<int32_t>(outputZeroPoint)),
      builder.getDenseI32ArrayAttr(multipliers), builder.getDenseI8ArrayAttr(shifts),
      builder.getBoolAttr(true), builder.getBoolAttr(false), builder.getBoolAttr(scales.size() > 1));
}

bool canRequantize(const Dequantized &input, const Quantization &target) {
  const Quantization &source = input.quantization;
  if (source == target)
    return true;
  if (!source.is_signed || (source.bits != 8 && source.bits != 32) || !source.oneZeroPoint() ||
      (source.bits == 32 && source.zeroPoint() != 0) || (source.axis && *source.axis != input.rank() - 1))
    return false;
  // Nothing saturates before the zero point is added: int32 must hold the scaled value.
  const double largest = source.bits == 8 ? 255 : std::ldexp(1.0, 31);
  return llvm::all_of(source.scales, [&](double scale) {
    return scale / target.scale() * largest < std::ldexp(1.0, 31) - 256 && fixedScale(scale / target.scale());
  });
}

Value requantize(OpBuilder &builder, Location loc, const Dequantized &input, const Quantization &target) {
  if (!canRequantize(input, target))
    return Value();
  Value storage = input.storage(builder);
  if (input.quantization == target)
    return storage;
  std::vector<double> ratios;
  for (double scale : input.quantization.scales)
    ratios.push_back(scale / target.scale());
  return buildRescale(builder, loc, storage, input.quantization.zeroPoint(), ratios, target.zeroPoint(), 8);
}

void addIntegerQuantizePatterns(RewritePatternSet &patterns) {
  patterns.add<QuantizeToInteger>(patterns.getContext());
}

} // namespace lockstep
