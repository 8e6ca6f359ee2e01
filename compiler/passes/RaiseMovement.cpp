// Data movement of dequantized values becomes data movement of their integers.
#include "compiler/passes/Constants.h"
#include "compiler/passes/DataMovement.h"
#include "compiler/passes/Quantized.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <functional>
#include <numeric>

namespace lockstep {

using namespace mlir;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t product(ArrayRef<int64_t> values) {
  return std::accumulate(values.begin(), values.end(), int64_t{1}, std::multiplies<>());
}

/// Where a dimension is after a reshape, if its elements stay one dimension.
std::optional<int64_t> axisAfterReshape(int64_t axis, ArrayRef<int64_t> before, ArrayRef<int64_t> after) {
  const int64_t outer = product(before.take_front(axis));
  int64_t seen = 1;
  for (size_t i = 0; i < after.size(); ++i) {
    if (seen == outer && after[i] == before[axis])
      return static_cast<int64_t>(i);
    seen *= after[i];
  }
  return std::nullopt;
}

/// Is the value one of those that the quantization has?
bool isExact(float value, const Quantization &quantization) {
  const int64_t stored = quantizeValue(value, quantization);
  return static_cast<float>(stored - quantization.zeroPoint()) * static_cast<float>(quantization.scale()) ==
         value;
}

Type integerType(Value storage, Value result) {
  return RankedTensorType::get(typeOf(result).getShape(), typeOf(storage).getElementType());
}

struct RaiseTranspose : OpRewritePattern<tosa::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::TransposeOp op, PatternRewriter &rewriter) const override {
    auto input = dequantized(op.getInput1());
    auto perms = transposePerms(op);
    if (!input || !perms)
      return failure();
    if (input->quantization.axis)
      input->quantization.axis = inverted(*perms)[*input->quantization.axis];
    Value moved = buildTranspose(rewriter, op.getLoc(), input->storage(rewriter), *perms);
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), moved, input->quantization));
    return success();
  }
};

struct RaiseReshape : OpRewritePattern<tosa::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReshapeOp op, PatternRewriter &rewriter) const override {
    auto input = dequantized(op.getInput1());
    if (!input)
      return failure();
    auto shape = typeOf(op).getShape();
    if (input->quantization.axis) {
      input->quantization.axis = axisAfterReshape(*input->quantization.axis, input->shape(), shape);
      if (!input->quantization.axis)
        return failure();
    }
    Value moved = buildReshape(rewriter, op.getLoc(), input->storage(rewriter), shape);
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), moved, input->quantization));
    return success();
  }
};

struct RaisePad : OpRewritePattern<tosa::PadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::PadOp op, PatternRewriter &rewriter) const override {
    auto input = dequantized(op.getInput1());
    auto value = op.getPadConst() ? splatFloat(op.getPadConst()) : std::optional<float>(0.0f);
    if (!input || !input->quantization.perTensor() || !value)
      return failure();
    const Quantization &quantization = input->quantization;
    const int64_t stored = quantizeValue(*value, quantization);
    if (!isExact(*value, quantization))
      return rewriter.notifyMatchFailure(op, "the padding is no quantized value");
    Value constant = buildIntegers(rewriter, op.getLoc(), {}, quantization.bits, {stored});
    Value storage = input->storage(rewriter);
    Value moved = rewriter.create<tosa::PadOp>(op.getLoc(), integerType(storage, op), storage,
                                               op.getPadding(), constant);
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), moved, quantization));
    return success();
  }
};

struct RaiseConcat : OpRewritePattern<tosa::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ConcatOp op, PatternRewriter &rewriter) const override {
    std::vector<Dequantized> inputs;
    std::optional<Quantization> quantization;
    for (Value operand : op->getOperands()) {
      auto input = dequantized(operand);
      if (!input || !input->quantization.perTensor() ||
          (quantization && !(input->quantization == *quantization)))
        return failure();
      quantization = input->quantization;
      inputs.push_back(*input);
    }
    std::vector<Value> storages;
    for (const Dequantized &input : inputs)
      storages.push_back(input.storage(rewriter));
    Value moved = rewriter.create<tosa::ConcatOp>(op.getLoc(), integerType(storages.front(), op), storages,
                                                  op.getAxis());
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), moved, *quantization));
    return success();
  }
};

/// Clamps whose bounds are quantized values, or beyond the quantization's range.
struct RaiseClamp : OpRewritePattern<tosa::ClampOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ClampOp op, PatternRewriter &rewriter) const override {
    auto input = dequantizedInt8(op.getInput());
    const float low = op.getMinFp().convertToFloat(), high = op.getMaxFp().convertToFloat();
    if (!input || !(low <= high))
      return failure();
    const Quantization &quantization = input->quantization;
    const auto scale = static_cast<float>(quantization.scale());
    const bool belowAll = low <= static_cast<float>(quantization.minimum - quantization.zeroPoint()) * scale;
    const bool aboveAll = high >= static_cast<float>(quantization.maximum - quantization.zeroPoint()) * scale;
    if (!(belowAll || isExact(low, quantization)) || !(aboveAll || isExact(high, quantization)))
      return rewriter.notifyMatchFailure(op, "the bounds are no quantized values");
    const int64_t minimum = quantizeValue(low, quantization), maximum = quantizeValue(high, quantization);
    Value storage = input->storage(rewriter);
    Value clamped = rewriter.create<tosa::ClampOp>(
        op.getLoc(), storage.getType(), storage, rewriter.getI64IntegerAttr(minimum),
        rewriter.getI64IntegerAttr(maximum), rewriter.getF32FloatAttr(static_cast<float>(minimum)),
        rewriter.getF32FloatAttr(static_cast<float>(maximum)));
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), clamped, quantization));
    return success();
  }
};

/// Along an axis the scales are cut too: the weights of one group of a grouped convolution.
struct RaiseSlice : OpRewritePattern<tosa::SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::SliceOp op, PatternRewriter &rewriter) const override {
    auto input = dequantized(op.getInput());
    if (!input)
      return failure();
    Quantization &quantization = input->quantization;
    if (quantization.axis) {
      const int64_t start = op.getStart()[*quantization.axis],
                    size = typeOf(op).getDimSize(*quantization.axis);
      const std::vector<double> scales = quantization.scales;
      const std::vector<int64_t> zeroPoints = quantization.zero_points;
      quantization.scales.assign(scales.begin() + start, scales.begin() + start + size);
      quantization.zero_points.assign(zeroPoints.begin() + start, zeroPoints.begin() + start + size);
    }
    Value storage = input->storage(rewriter);
    Value moved = rewriter.create<tosa::SliceOp>(op.getLoc(), integerType(storage, op), storage,
                                                 op.getStartAttr(), op.getSizeAttr());
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), moved, quantization));
    return success();
  }
};

/// Weights of transposed convolutions.
struct RaiseReverse : OpRewritePattern<tosa::ReverseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReverseOp op, PatternRewriter &rewriter) const override {
    auto input = dequantized(op.getInput());
    if (!input || input->quantization.axis == static_cast<int64_t>(op.getAxis()))
      return failure();
    Value storage = input->storage(rewriter);
    Value moved = rewriter.create<tosa::ReverseOp>(op.getLoc(), storage.getType(), storage, op.getAxisAttr());
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), moved, input->quantization));
    return success();
  }
};

/// Operations that only move or compare values: those of the integers are those of the reals. The first
/// operand is the tensor; attributes and further operands stay.
template <typename Op> struct RaiseAsItIs : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto input = dequantized(op->getOperand(0));
    if (!input || !input->quantization.perTensor() || input->quantization.bits != 8 ||
        !input->quantization.is_signed)
      return failure();
    std::vector<Value> operands(op->operand_begin(), op->operand_end());
    operands[0] = input->storage(rewriter);
    Operation *inner = rewriter.create(op->getLoc(), op->getName().getIdentifier(), operands,
                                       TypeRange{integerType(operands[0], op->getResult(0))}, op->getAttrs());
    rewriter.replaceOp(op, buildDequantize(rewriter, op->getLoc(), inner->getResult(0), input->quantization));
    return success();
  }
};

} // namespace

void addRaiseMovementPatterns(RewritePatternSet &patterns) {
  patterns.add<RaiseTranspose, RaiseReshape, RaisePad, RaiseConcat, RaiseClamp, RaiseSlice, RaiseReverse,
               RaiseAsItIs<tosa::TileOp>, RaiseAsItIs<tosa::MaxPool2dOp>, RaiseAsItIs<tosa::ReduceMaxOp>,
               RaiseAsItIs<tosa::ReduceMinOp>>(patterns.getContext());
}

} // namespace lockstep
