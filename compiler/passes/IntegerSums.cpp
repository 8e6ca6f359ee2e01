// Means and sums of dequantized int8 tensors.
#include "compiler/passes/Constants.h"
#include "compiler/passes/IntegerForm.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <functional>
#include <numeric>

namespace lockstep {

using namespace mlir;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

Quantization accumulatorOf(const Quantization &source, double factor) {
  Quantization result = source;
  for (double &scale : result.scales)
    scale *= factor;
  std::fill(result.zero_points.begin(), result.zero_points.end(), 0);
  result.bits = 32;
  result.minimum = INT32_MIN;
  result.maximum = INT32_MAX;
  return result;
}

/// A mean over windows of one size is a depthwise convolution with weights of 1, scaled by 1 / size: one
/// rounding.
struct MeanToDepthwise : OpRewritePattern<tosa::AvgPool2dOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::AvgPool2dOp op, PatternRewriter &rewriter) const override {
    auto input = dequantizedInt8(op.getInput());
    const bool padded = llvm::any_of(op.getPad(), [](int64_t pad) { return pad != 0; });
    if (!input || padded || !typeOf(op).getElementType().isF32())
      return failure();
    const int64_t channels = typeOf(op).getShape().back(), height = op.getKernel()[0],
                  width = op.getKernel()[1];
    Location loc = op.getLoc();
    std::vector<int64_t> ones(height * width * channels, 1), zeros(channels, 0);
    Value weights = buildIntegers(rewriter, loc, {height, width, channels, 1}, 8, ones);
    Value bias = buildIntegers(rewriter, loc, {channels}, 32, zeros);
    auto zeroPoints = tosa::ConvOpQuantizationAttr::get(getContext(), input->quantization.zeroPoint(), 0);
    Value sum = rewriter.create<tosa::DepthwiseConv2DOp>(
        loc, RankedTensorType::get(typeOf(op).getShape(), rewriter.getI32Type()), input->storage(rewriter),
        weights, bias, op.getPadAttr(), op.getStrideAttr(), rewriter.getDenseI64ArrayAttr({1, 1}), zeroPoints,
        rewriter.getBoolAttr(false));
    const double size = static_cast<double>(height * width);
    rewriter.replaceOp(op, buildDequantize(rewriter, loc, sum, accumulatorOf(input->quantization, 1 / size)));
    return success();
  }
};

/// Windows that hang over the border have sizes of their own: TOSA's integer mean, at the input's scale.
struct PaddedMean : OpRewritePattern<tosa::AvgPool2dOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::AvgPool2dOp op, PatternRewriter &rewriter) const override {
    auto input = dequantizedInt8(op.getInput());
    const bool padded = llvm::any_of(op.getPad(), [](int64_t pad) { return pad != 0; });
    const bool quantized =
        llvm::all_of(op->getUsers(), [](Operation *user) { return isa<quant::QuantizeCastOp>(user); });
    if (!input || !padded || !quantized)
      return failure();
    const int64_t zeroPoint = input->quantization.zeroPoint();
    auto zeroPoints = tosa::UnaryOpQuantizationAttr::get(getContext(), zeroPoint, zeroPoint);
    Value mean = rewriter.create<tosa::AvgPool2dOp>(
        op.getLoc(), RankedTensorType::get(typeOf(op).getShape(), rewriter.getI8Type()),
        input->storage(rewriter), op.getKernelAttr(), op.getStrideAttr(), op.getPadAttr(),
        TypeAttr::get(rewriter.getI32Type()), zeroPoints);
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), mean, input->quantization));
    return success();
  }
};

/// Sums of integers: q - zero_point in int32.
struct SumToInteger : OpRewritePattern<tosa::ReduceSumOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReduceSumOp op, PatternRewriter &rewriter) const override {
    auto input = dequantized(op.getInput());
    if (!input || !input->quantization.perTensor() || !input->quantization.is_signed)
      return failure();
    const Quantization &quantization = input->quantization;
    const bool isInt8 = quantization.bits == 8;
    const int64_t elements =
        std::accumulate(input->shape().begin(), input->shape().end(), int64_t{1}, std::multiplies<>());
    // No sum may wrap around: 255 < 2^8 in each element.
    if (isInt8 ? elements >= (int64_t{1} << 23) : quantization.bits != 32 || !comesFromSum(input->source))
      return failure();
    Value wide = input->storage(rewriter);
    if (isInt8)
      wide = buildRescale(rewriter, op.getLoc(), wide, quantization.zeroPoint(), {1.0}, 0, 32);
    auto type = RankedTensorType::get(typeOf(op).getShape(), rewriter.getI32Type());
    Value sum = rewriter.create<tosa::ReduceSumOp>(op.getLoc(), type, wide, op.getAxisAttr());
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), sum, accumulatorOf(quantization, 1)));
    return success();
  }

private:
  static bool comesFromSum(Value value) { return value.getDefiningOp<tosa::ReduceSumOp>() != nullptr; }
};

} // namespace

void addIntegerSumPatterns(RewritePatternSet &patterns) {
  patterns.add<MeanToDepthwise, PaddedMean, SumToInteger>(patterns.getContext());
}

} // namespace lockstep
