// Convolutions and matrix products of dequantized int8 tensors become integer products.
#include "compiler/passes/Constants.h"
#include "compiler/passes/DataMovement.h"
#include "compiler/passes/IntegerForm.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/Matchers.h>

#include <cmath>

namespace lockstep {

using namespace mlir;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// A product's operands as integers, and the scale of its accumulators.
struct IntegerProduct {
  Dequantized input, weight;
  Quantization accumulator; // int32, zero point 0, per tensor or along the last dimension
  Value bias;               // [channels] int32, null for matmul
};

/// The scale of every output channel, or the one scale of all. Nothing if the weights' axis is none of the
/// output's.
std::optional<std::vector<double>> weightScales(Operation *op, const Dequantized &weight) {
  const Quantization &quantization = weight.quantization;
  if (quantization.perTensor())
    return quantization.scales;
  auto shape = weight.shape();
  if (isa<tosa::DepthwiseConv2DOp>(op)) { // [kh, kw, c, m]: output channel c m_count + m
    if (*quantization.axis < 2)
      return std::nullopt;
    std::vector<double> scales;
    for (int64_t c = 0; c < shape[2]; ++c)
      for (int64_t m = 0; m < shape[3]; ++m)
        scales.push_back(quantization.scales[*quantization.axis == 2 ? c : m]);
    return scales;
  }
  const int64_t channels = isa<tosa::MatMulOp>(op) ? 2 : 0;
  return *quantization.axis == channels ? std::optional(quantization.scales) : std::nullopt;
}

/// The bias at the accumulators' scale; null with a reason if it cannot be.
Value integerBias(PatternRewriter *rewriter, Value bias, const Quantization &accumulator, int64_t channels,
                  std::string &reason) {
  auto stored = dequantized(bias);
  if (stored && stored->quantization.bits == 32 && stored->shape()[0] == channels) {
    auto same = [](double a, double b) { return std::abs(a - b) <= 1e-6 * std::abs(b); };
    bool equal = stored->quantization.oneZeroPoint() && stored->quantization.zeroPoint() == 0;
    for (int64_t i = 0; i < channels; ++i)
      equal = equal && same(stored->quantization.scales[stored->quantization.perTensor() ? 0 : i],
                            accumulator.scales[accumulator.perTensor() ? 0 : i]);
    if (equal)
      return rewriter ? stored->storage(*rewriter) : bias;
  }
  auto values = knownFloats(bias);
  if (!values) {
    reason = "the bias is neither constant nor of the accumulators' scale";
    return Value();
  }
  std::vector<int64_t> integers;
  for (int64_t i = 0; i < channels; ++i) {
    const double real = (*values)[values->size() == 1 ? 0 : i];
    const double integer = std::nearbyint(real / accumulator.scales[accumulator.perTensor() ? 0 : i]);
    if (!(std::abs(integer) < std::ldexp(1.0, 31))) {
      reason = "the bias does not fit int32 at the accumulators' scale";
      return Value();
    }
    integers.push_back(static_cast<int64_t>(integer));
  }
  return rewriter ? buildIntegers(*rewriter, bias.getLoc(), {channels}, 32, integers) : bias;
}

/// Without a rewriter it only finds out whether the form exists.
std::optional<IntegerProduct> integerProduct(Operation *op, PatternRewriter *rewriter, std::string &reason) {
  if (!typeOf(op->getResult(0)).getElementType().isF32()) {
    reason = "not float32";
    return std::nullopt;
  }
  auto input = dequantized(op->getOperand(0)), weight = dequantized(op->getOperand(1));
  auto isInt8 = [](const Dequantized &value) {
    return value.quantization.bits == 8 && value.quantization.is_signed;
  };
  if (!input || !weight) {
    reason = !input && !weight ? "float32: neither operand is quantized"
             : !input          ? "float32: the input is not quantized"
                               : "float32: the second operand is not quantized";
    return std::nullopt;
  }
  if (!isInt8(*input) || !isInt8(*weight)) {
    reason = "operands are not of 8 bits";
    return std::nullopt;
  }
  if (!input->quantization.perTensor()) {
    reason = "the input is quantized per channel";
    return std::nullopt;
  }
  auto scales = weightScales(op, *weight);
  if (!scales || !weight->quantization.oneZeroPoint()) {
    reason = scales ? "the weights have a zero point for each channel"
                    : "weights are quantized along another axis than the output's channels";
    return std::nullopt;
  }
  IntegerProduct product{*input, *weight, {}, Value()};
  for (double &scale : *scales)
    scale *= input->quantization.scale();
  product.accumulator = Quantization{
      *scales, std::vector<int64_t>(scales->size(), 0), std::nullopt, 32, true, INT32_MIN, INT32_MAX};
  auto result = typeOf(op->getResult(0));
  if (!weight->quantization.perTensor())
    product.accumulator.axis = result.getRank() - 1;
  if (op->getNumOperands() == 3) {
    product.bias =
        integerBias(rewriter, op->getOperand(2), product.accumulator, result.getShape().back(), reason);
    if (!product.bias)
      return std::nullopt;
  }
  return product;
}

Attribute zeroPoints(Operation *op, const IntegerProduct &product) {
  const int64_t input = product.input.quantization.zeroPoint(),
                weight = product.weight.quantization.zeroPoint();
  if (isa<tosa::MatMulOp>(op))
    return tosa::MatMulOpQuantizationAttr::get(op->getContext(), input, weight);
  return tosa::ConvOpQuantizationAttr::get(op->getContext(), input, weight);
}

template <typename Op> struct ProductToInteger : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    std::string reason;
    auto product = integerProduct(op, &rewriter, reason);
    if (!product)
      return rewriter.notifyMatchFailure(op, reason);
    std::vector<Value> operands = {product->input.storage(rewriter), product->weight.storage(rewriter)};
    if (product->bias)
      operands.push_back(product->bias);
    NamedAttrList attributes(op->getAttrs());
    attributes.set("quantization_info", zeroPoints(op, *product));
    auto type = RankedTensorType::get(typeOf(op->getResult(0)).getShape(), rewriter.getI32Type());
    Operation *inner =
        rewriter.create(op->getLoc(), op->getName().getIdentifier(), operands, TypeRange{type}, attributes);
    rewriter.replaceOp(op,
                       buildDequantize(rewriter, op->getLoc(), inner->getResult(0), product->accumulator));
    return success();
  }
};

std::optional<Dequantized> accumulators(Value value) {
  auto found = dequantized(value);
  if (!found || found->quantization.bits != 32 || !found->quantization.oneZeroPoint() ||
      found->quantization.zeroPoint() != 0)
    return std::nullopt;
  return found;
}

/// All dimensions but the last have extent 1.
bool alongLast(ArrayRef<int64_t> shape) {
  return llvm::all_of(shape.drop_back(), [](int64_t extent) { return extent == 1; });
}

/// accumulators + constant: the constant becomes integers of the accumulators' scale.
struct AddBias : OpRewritePattern<tosa::AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::AddOp op, PatternRewriter &rewriter) const override {
    const bool first = accumulators(op.getInput1()).has_value();
    auto sum = accumulators(first ? op.getInput1() : op.getInput2());
    Value constant = first ? op.getInput2() : op.getInput1();
    auto values = knownFloats(constant);
    if (!sum || !values || sum->shape() != typeOf(op).getShape() ||
        typeOf(constant).getRank() != typeOf(op).getRank())
      return failure();
    auto shape = typeOf(constant).getShape().vec();
    if (!sum->quantization.perTensor() && !widen(*sum, shape, *values))
      return failure();
    std::vector<int64_t> integers;
    for (size_t i = 0; i < values->size(); ++i) {
      const double scale = sum->quantization.scales[sum->quantization.perTensor() ? 0 : i];
      const double integer = std::nearbyint((*values)[i] / scale);
      if (!(std::abs(integer) < std::ldexp(1.0, 31)))
        return rewriter.notifyMatchFailure(op, "the bias does not fit int32 at the accumulators' scale");
      integers.push_back(static_cast<int64_t>(integer));
    }
    Value bias = buildIntegers(rewriter, constant.getLoc(), shape, 32, integers);
    Value sums = sum->storage(rewriter);
    Value biased = rewriter.create<tosa::AddOp>(op.getLoc(), sums.getType(), sums, bias);
    rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), biased, sum->quantization));
    return success();
  }

private:
  /// One value for each channel. False if the constant varies along other dimensions too.
  static bool widen(const Dequantized &sum, std::vector<int64_t> &shape, std::vector<float> &values) {
    const int64_t channels = sum.shape().back();
    if (!alongLast(shape) || *sum.quantization.axis != sum.rank() - 1)
      return false;
    if (shape.back() != channels)
      values.assign(channels, values.front());
    shape.back() = channels;
    return true;
  }
};

/// input * factor.
struct Scaled {
  Value input;
  double factor;
};

/// tosa.mul with a constant of one value, or a linalg.generic whose body only multiplies or divides by one.
std::optional<Scaled> asScaled(Operation *op) {
  if (isa<tosa::MulOp>(op)) {
    auto second = splatFloat(op->getOperand(1)), first = splatFloat(op->getOperand(0));
    if (second || first)
      return Scaled{op->getOperand(second ? 0 : 1), second ? *second : *first};
    return std::nullopt;
  }
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || !isElementwise(op) || generic.getNumDpsInputs() != 1)
    return std::nullopt;
  Block *body = generic.getBody();
  Operation *result = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!result || !isa<arith::MulFOp, arith::DivFOp>(result) || result->getOperand(0) != body->getArgument(0))
    return std::nullopt;
  FloatAttr constant;
  if (!matchPattern(result->getOperand(1), m_Constant(&constant)))
    return std::nullopt;
  const double factor = constant.getValueAsDouble();
  return Scaled{generic.getDpsInputs()[0], isa<arith::DivFOp>(result) ? 1 / factor : factor};
}

/// accumulators * positive constant: another scale.
struct ScaleAccumulators : RewritePattern {
  ScaleAccumulators(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    auto scaled = asScaled(op);
    auto sums = scaled ? accumulators(scaled->input) : std::nullopt;
    if (!sums || !(scaled->factor > 0) || !std::isfinite(scaled->factor) ||
        sums->shape() != typeOf(op->getResult(0)).getShape())
      return failure();
    for (double &scale : sums->quantization.scales) {
      scale *= scaled->factor;
      if (!(scale > 0) || !std::isfinite(scale))
        return failure();
    }
    rewriter.replaceOp(op,
                       buildDequantize(rewriter, op->getLoc(), sums->storage(rewriter), sums->quantization));
    return success();
  }
};

} // namespace

bool isProduct(Operation *op) {
  return isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp, tosa::FullyConnectedOp>(op);
}

std::string whyFloat(Operation *product) {
  std::string reason;
  integerProduct(product, nullptr, reason);
  return reason;
}

std::optional<std::vector<float>> knownFloats(Value value) {
  if (auto values = constantFloats(value))
    return values;
  auto stored = dequantized(value);
  auto integers = stored ? constantIntegers(stored->source) : std::nullopt;
  if (!integers)
    return std::nullopt;
  const Quantization &quantization = stored->quantization;
  auto shape = stored->shape();
  int64_t inner = 1; // elements from one index of the axis to the next
  for (size_t i = quantization.axis ? *quantization.axis + 1 : shape.size(); i < shape.size(); ++i)
    inner *= shape[i];
  std::vector<float> values;
  for (size_t i = 0; i < integers->size(); ++i) {
    const size_t at = quantization.axis ? i / inner % quantization.scales.size() : 0;
    int64_t integer = (*integers)[i];
    if (!quantization.is_signed)
      integer &= (int64_t{1} << quantization.bits) - 1;
    values.push_back(static_cast<float>(integer - quantization.zero_points[at]) *
                     static_cast<float>(quantization.scales[at]));
  }
  return values;
}

void addIntegerProductPatterns(RewritePatternSet &patterns) {
  patterns.add<ProductToInteger<tosa::Conv2DOp>, ProductToInteger<tosa::DepthwiseConv2DOp>,
               ProductToInteger<tosa::MatMulOp>, ProductToInteger<tosa::FullyConnectedOp>, AddBias,
               ScaleAccumulators>(patterns.getContext());
}

} // namespace lockstep
