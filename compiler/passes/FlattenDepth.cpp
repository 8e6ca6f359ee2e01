// Convolutions with depth become convolutions of images: a kernel's layers stand behind each other as
// channels.
#include "compiler/passes/Constants.h"
#include "compiler/passes/DataMovement.h"

#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using namespace mlir;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// A dequantize, perhaps with data movement behind it.
bool isQuantized(Value value) {
  while (auto *op = value.getDefiningOp()) {
    if (isa<quant::DequantizeCastOp>(op))
      return true;
    if (!isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::ReverseOp>(op))
      return false;
    value = op->getOperand(0);
  }
  return false;
}

/// Sums over (depth, height, width, channel) are sums over (height, width, (depth, channel)): each layer of
/// the output is an image, made from as many layers of the input as the kernel has. Exact for integers.
class Flattening {
public:
  Flattening(PatternRewriter &rewriter, tosa::Conv3DOp op)
      : rewriter(rewriter), op(op), depth(typeOf(op).getDimSize(1)), stride(op.getStride()[0]),
        dilation(op.getDilation()[0]), kernel(typeOf(op.getWeight()).getDimSize(1)) {}

  /// [n, d, h, w, c], as op.
  Value build() {
    const Value input = padded();
    SmallVector<Value> layers;
    for (int64_t tap = 0; tap < kernel; ++tap)
      layers.push_back(layersFrom(input, tap * dilation));
    const auto images = typeOf(layers.front());
    const auto joined = RankedTensorType::get(
        {images.getDimSize(0), images.getDimSize(1), images.getDimSize(2), kernel * images.getDimSize(3)},
        images.getElementType());
    const Value image =
        kernel == 1 ? layers.front() : rewriter.create<tosa::ConcatOp>(op.getLoc(), joined, layers, 3);
    return buildReshape(rewriter, op.getLoc(), convolved(image), typeOf(op).getShape());
  }

private:
  /// With the layers that the depth's padding adds, and those that `layersFrom` reads without use; zero is
  /// what stands for zero in the operator.
  Value padded() {
    const int64_t before = op.getPad()[0], present = typeOf(op.getInput()).getDimSize(1);
    const int64_t needed = (kernel - 1) * dilation + depth * stride;
    const int64_t after = std::max<int64_t>(needed - before - present, 0);
    if (before == 0 && after == 0)
      return op.getInput();
    SmallVector<int64_t> shape(typeOf(op.getInput()).getShape());
    shape[1] += before + after;
    const auto element = typeOf(op.getInput()).getElementType();
    const Value amounts =
        buildIntegers(rewriter, op.getLoc(), {5, 2}, 32, {0, 0, before, after, 0, 0, 0, 0, 0, 0});
    return rewriter.create<tosa::PadOp>(op.getLoc(), RankedTensorType::get(shape, element), op.getInput(),
                                        amounts, zero(element));
  }

  Value zero(Type element) {
    if (!element.isF32())
      return buildIntegers(rewriter, op.getLoc(), {}, 8, {op.getQuantizationInfo()->getInputZp()});
    return buildConstant(rewriter, op.getLoc(),
                         DenseElementsAttr::get(RankedTensorType::get({}, element), 0.0F));
  }

  /// `depth` layers, each `stride` behind the other: [n depth, h, w, c].
  Value layersFrom(Value input, int64_t start) {
    const auto shape = typeOf(input).getShape();
    Value part = slice(input, {0, start, 0, 0, 0}, {shape[0], depth * stride, shape[2], shape[3], shape[4]});
    if (stride > 1) {
      const int64_t layer = shape[2] * shape[3] * shape[4];
      part = buildReshape(rewriter, op.getLoc(), part, {shape[0] * depth, stride, layer});
      part = slice(part, {0, 0, 0}, {shape[0] * depth, 1, layer});
    }
    return buildReshape(rewriter, op.getLoc(), part, {shape[0] * depth, shape[2], shape[3], shape[4]});
  }

  Value slice(Value input, ArrayRef<int64_t> start, ArrayRef<int64_t> size) {
    return rewriter.create<tosa::SliceOp>(
        op.getLoc(), RankedTensorType::get(size, typeOf(input).getElementType()), input,
        rewriter.getDenseI64ArrayAttr(start), rewriter.getDenseI64ArrayAttr(size));
  }

  Value convolved(Value image) {
    const auto shape = typeOf(op).getShape(), taps = typeOf(op.getWeight()).getShape();
    const Value ordered = buildTranspose(rewriter, op.getLoc(), op.getWeight(), {0, 2, 3, 1, 4});
    const Value weights =
        buildReshape(rewriter, op.getLoc(), ordered, {taps[0], taps[2], taps[3], kernel * taps[4]});
    const auto last = [&](ArrayRef<int64_t> values, size_t count) {
      return rewriter.getDenseI64ArrayAttr(values.take_back(count));
    };
    const auto type =
        RankedTensorType::get({shape[0] * depth, shape[2], shape[3], shape[4]}, typeOf(op).getElementType());
    return rewriter.create<tosa::Conv2DOp>(
        op.getLoc(), type, image, weights, op.getBias(), last(op.getPad(), 4), last(op.getStride(), 2),
        last(op.getDilation(), 2), op.getQuantizationInfoAttr(), op.getLocalBoundAttr());
  }

  PatternRewriter &rewriter;
  tosa::Conv3DOp op;
  int64_t depth, stride, dilation, kernel;
};

/// Convolutions of int8, and those that will become such.
struct FlattenDepth : OpRewritePattern<tosa::Conv3DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::Conv3DOp op, PatternRewriter &rewriter) const override {
    const auto element = typeOf(op.getInput()).getElementType();
    const bool isInteger = element.isInteger(8) && op.getQuantizationInfo();
    if (!isInteger && !(element.isF32() && isQuantized(op.getWeight())))
      return failure();
    if (typeOf(op).getNumElements() == 0 || typeOf(op.getInput()).getNumElements() == 0)
      return failure();
    rewriter.replaceOp(op, Flattening(rewriter, op).build());
    return success();
  }
};

} // namespace

void addFlattenDepthPatterns(RewritePatternSet &patterns) {
  patterns.add<FlattenDepth>(patterns.getContext());
}

} // namespace lockstep
