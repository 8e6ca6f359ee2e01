// Reshapes move through elementwise operations; slices, pads and concats through quantize: operator,
// activation and quantize come to stand together.
#include "compiler/passes/Constants.h"
#include "compiler/passes/DataMovement.h"
#include "compiler/passes/Quantized.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using namespace mlir;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The shape that a known operand takes when the elementwise operation works on `before` in place of `after`.
/// Nothing if its elements would meet others.
std::optional<std::vector<int64_t>> knownShape(ArrayRef<int64_t> operand, ArrayRef<int64_t> before,
                                               ArrayRef<int64_t> after) {
  if (operand == after)
    return before.vec();
  std::vector<int64_t> shape(before.size(), 1);
  if (llvm::all_of(operand, [](int64_t extent) { return extent == 1; }))
    return shape;
  const bool lastOnly = llvm::all_of(operand.drop_back(), [](int64_t extent) { return extent == 1; });
  if (before.empty() || after.empty() || !lastOnly || operand.back() != after.back() ||
      before.back() != after.back())
    return std::nullopt;
  shape.back() = before.back();
  return shape;
}

struct SinkReshapeThroughElementwise : RewritePattern {
  SinkReshapeThroughElementwise(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isElementwise(op))
      return failure();
    tosa::ReshapeOp first;
    for (Value operand : elementOperands(op))
      if (auto reshape = operand.getDefiningOp<tosa::ReshapeOp>();
          reshape && !first && !isKnown(reshape.getInput1()))
        first = reshape;
    if (!first || typeOf(first).getShape() != typeOf(op->getResult(0)).getShape())
      return failure();
    auto before = typeOf(first.getInput1()).getShape();
    std::vector<std::pair<Value, std::vector<int64_t>>> wanted;
    for (Value operand : elementOperands(op)) {
      auto reshape = operand.getDefiningOp<tosa::ReshapeOp>();
      if (reshape && typeOf(reshape.getInput1()).getShape() == before) {
        wanted.emplace_back(reshape.getInput1(), before.vec());
        continue;
      }
      auto shape = isKnown(operand) ? knownShape(typeOf(operand).getShape(), before, typeOf(first).getShape())
                                    : std::nullopt;
      if (!shape)
        return failure();
      wanted.emplace_back(operand, *shape);
    }
    std::vector<Value> operands;
    for (const auto &[value, shape] : wanted)
      operands.push_back(typeOf(value).getShape() == ArrayRef<int64_t>(shape)
                             ? value
                             : buildReshape(rewriter, value.getLoc(), value, shape));
    Value inner = cloneElementwise(rewriter, op, operands, before);
    rewriter.replaceOp(op, buildReshape(rewriter, op->getLoc(), inner, typeOf(first).getShape()));
    return success();
  }
};

bool isPerTensor(quant::QuantizeCastOp op) {
  auto quantization = quantizationOf(op.getType());
  return quantization && quantization->perTensor();
}

struct SinkSliceThroughQuantize : OpRewritePattern<quant::QuantizeCastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(quant::QuantizeCastOp op, PatternRewriter &rewriter) const override {
    auto slice = op.getArg().getDefiningOp<tosa::SliceOp>();
    if (!slice || !isPerTensor(op) || !slice.getInput().getDefiningOp())
      return failure();
    Type element = typeOf(op).getElementType();
    Value quantized = rewriter.create<quant::QuantizeCastOp>(
        op.getLoc(), RankedTensorType::get(typeOf(slice.getInput()).getShape(), element), slice.getInput());
    return moveStorage(op, quantized, rewriter, [&](Value storage, RankedTensorType type) -> Value {
      return rewriter.create<tosa::SliceOp>(slice.getLoc(), type, storage, slice.getStartAttr(),
                                            slice.getSizeAttr());
    });
  }

  /// quantize, move -> quantize, storage, move, quantized again: data movement is on integers.
  template <typename Move>
  static LogicalResult moveStorage(quant::QuantizeCastOp op, Value quantized, PatternRewriter &rewriter,
                                   Move move) {
    auto quantization = quantizationOf(op.getType());
    Type integer = rewriter.getIntegerType(quantization->bits);
    Value storage = rewriter.create<quant::StorageCastOp>(
        op.getLoc(), RankedTensorType::get(typeOf(quantized).getShape(), integer), quantized);
    Value moved = move(storage, RankedTensorType::get(typeOf(op).getShape(), integer));
    rewriter.replaceOpWithNewOp<quant::StorageCastOp>(op, op.getType(), moved);
    return success();
  }
};

struct SinkPadThroughQuantize : OpRewritePattern<quant::QuantizeCastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(quant::QuantizeCastOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getArg().getDefiningOp<tosa::PadOp>();
    if (!pad || !isPerTensor(op))
      return failure();
    auto value = pad.getPadConst() ? splatFloat(pad.getPadConst()) : std::optional<float>(0.0f);
    auto quantization = quantizationOf(op.getType());
    if (!value)
      return failure();
    const int64_t stored = quantizeValue(*value, *quantization);
    Value quantized = rewriter.create<quant::QuantizeCastOp>(
        op.getLoc(), RankedTensorType::get(typeOf(pad.getInput1()).getShape(), typeOf(op).getElementType()),
        pad.getInput1());
    return SinkSliceThroughQuantize::moveStorage(
        op, quantized, rewriter, [&](Value storage, RankedTensorType type) -> Value {
          Value constant = buildIntegers(rewriter, pad.getLoc(), {}, quantization->bits, {stored});
          return rewriter.create<tosa::PadOp>(pad.getLoc(), type, storage, pad.getPadding(), constant);
        });
  }
};

/// A maximum of quantized values is the quantized maximum, since quantization rises.
struct SinkMaxPoolThroughQuantize : OpRewritePattern<quant::QuantizeCastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(quant::QuantizeCastOp op, PatternRewriter &rewriter) const override {
    auto pool = op.getArg().getDefiningOp<tosa::MaxPool2dOp>();
    auto quantization = quantizationOf(op.getType());
    if (!pool || !isPerTensor(op) || quantization->bits != 8 || !quantization->is_signed)
      return failure();
    Value quantized = rewriter.create<quant::QuantizeCastOp>(
        op.getLoc(), RankedTensorType::get(typeOf(pool.getInput()).getShape(), typeOf(op).getElementType()),
        pool.getInput());
    return SinkSliceThroughQuantize::moveStorage(
        op, quantized, rewriter, [&](Value storage, RankedTensorType type) -> Value {
          return rewriter.create<tosa::MaxPool2dOp>(pool.getLoc(), type, storage, pool.getKernelAttr(),
                                                    pool.getStrideAttr(), pool.getPadAttr());
        });
  }
};

struct SinkConcatThroughQuantize : OpRewritePattern<quant::QuantizeCastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(quant::QuantizeCastOp op, PatternRewriter &rewriter) const override {
    auto concat = op.getArg().getDefiningOp<tosa::ConcatOp>();
    auto quantization = quantizationOf(op.getType());
    if (!concat || !isPerTensor(op))
      return failure();
    Type integer = rewriter.getIntegerType(quantization->bits);
    std::vector<Value> inputs;
    for (Value input : concat->getOperands()) {
      auto shape = typeOf(input).getShape();
      Value quantized = rewriter.create<quant::QuantizeCastOp>(
          op.getLoc(), RankedTensorType::get(shape, typeOf(op).getElementType()), input);
      inputs.push_back(rewriter.create<quant::StorageCastOp>(
          op.getLoc(), RankedTensorType::get(shape, integer), quantized));
    }
    Value joined = rewriter.create<tosa::ConcatOp>(
        concat.getLoc(), RankedTensorType::get(typeOf(op).getShape(), integer), inputs, concat.getAxis());
    rewriter.replaceOpWithNewOp<quant::StorageCastOp>(op, op.getType(), joined);
    return success();
  }
};

/// Activations behind a concat (of grouped convolutions) move to its inputs.
struct SinkConcatThroughClamp : OpRewritePattern<tosa::ClampOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ClampOp op, PatternRewriter &rewriter) const override {
    auto concat = op.getInput().getDefiningOp<tosa::ConcatOp>();
    if (!concat)
      return failure();
    std::vector<Value> inputs;
    for (Value input : concat->getOperands())
      inputs.push_back(cloneElementwise(rewriter, op, {input}, typeOf(input).getShape()));
    rewriter.replaceOpWithNewOp<tosa::ConcatOp>(op, op.getType(), inputs, concat.getAxis());
    return success();
  }
};

} // namespace

void addSinkReshapePatterns(RewritePatternSet &patterns) {
  patterns.add<SinkReshapeThroughElementwise, SinkSliceThroughQuantize, SinkPadThroughQuantize,
               SinkMaxPoolThroughQuantize, SinkConcatThroughQuantize, SinkConcatThroughClamp>(
      patterns.getContext());
}

} // namespace lockstep
