// Transposes move towards the results, where they meet their opposites.
#include "compiler/passes/Constants.h"
#include "compiler/passes/DataMovement.h"
#include "compiler/passes/Quantized.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using namespace mlir;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

struct Transposed {
  Value input;
  std::vector<int64_t> perms;
};
std::optional<Transposed> transposed(Value value) {
  auto op = value.getDefiningOp<tosa::TransposeOp>();
  auto perms = op ? transposePerms(op) : std::nullopt;
  if (!perms)
    return std::nullopt;
  return Transposed{op.getInput1(), *perms};
}

/// The first operand that sinking would gain from. One that is known while compiling is not among them: it
/// follows the others either way, and if it asked for an opposite transpose of another operand, that one
/// would ask for the first again, for ever.
std::optional<Transposed> firstTransposed(ValueRange operands) {
  for (Value operand : operands)
    if (!isKnown(operand))
      if (auto found = transposed(operand))
        return found;
  return std::nullopt;
}

/// Channels from the last place to the second: what stands behind a convolution. Such a transpose may ask for
/// the opposite one at another operand, where that meets the next convolution's; the opposite kind may not,
/// so this ends. (With three dimensions it is its own opposite: not of the kind.)
bool bringsChannelsFirst(ArrayRef<int64_t> perms) {
  const auto rank = static_cast<int64_t>(perms.size());
  if (rank < 4 || perms[0] != 0 || perms[1] != rank - 1)
    return false;
  for (int64_t i = 2; i < rank; ++i)
    if (perms[i] != i - 1)
      return false;
  return true;
}

bool allOnes(ArrayRef<int64_t> shape) {
  return llvm::all_of(shape, [](int64_t extent) { return extent == 1; });
}

/// The operand as it is before the transpose: by name of a transpose of its own, a constant, or (`force`) by
/// the opposite transpose. Null if there is none.
Value withoutTranspose(PatternRewriter &rewriter, Value operand, ArrayRef<int64_t> perms, bool force) {
  if (auto own = transposed(operand))
    if (ArrayRef<int64_t>(own->perms) == perms)
      return own->input;
  auto type = typeOf(operand);
  if (type.getRank() != static_cast<int64_t>(perms.size()))
    return Value();
  if (allOnes(type.getShape()))
    return operand;
  if (isKnown(operand) || force)
    return buildTranspose(rewriter, operand.getLoc(), operand, inverted(perms));
  return Value();
}

struct SinkThroughElementwise : RewritePattern {
  SinkThroughElementwise(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isElementwise(op))
      return failure();
    const std::optional<Transposed> first = firstTransposed(elementOperands(op));
    auto result = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    if (!first || !result || result.getRank() != static_cast<int64_t>(first->perms.size()) ||
        !operandsAllow(op, first->perms))
      return failure();
    std::vector<Value> operands;
    for (Value operand : elementOperands(op))
      operands.push_back(withoutTranspose(rewriter, operand, first->perms, true));
    Value inner =
        cloneElementwise(rewriter, op, operands, permuted(result.getShape(), inverted(first->perms)));
    rewriter.replaceOp(op, buildTranspose(rewriter, op->getLoc(), inner, first->perms));
    return success();
  }

private:
  static bool operandsAllow(Operation *op, ArrayRef<int64_t> perms) {
    for (Value operand : elementOperands(op)) {
      auto type = dyn_cast<RankedTensorType>(operand.getType());
      if (!type || type.getRank() != static_cast<int64_t>(perms.size()))
        return false;
      auto own = transposed(operand);
      bool same = own && ArrayRef<int64_t>(own->perms) == perms;
      if (!same && !allOnes(type.getShape()) && !isKnown(operand) && !bringsChannelsFirst(perms))
        return false;
    }
    return true;
  }
};

/// quant.qcast, dcast, scast along an axis: the axis moves. (Per tensor they are elementwise.)
struct SinkThroughQuantCast : RewritePattern {
  SinkThroughQuantCast(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<quant::QuantizeCastOp, quant::DequantizeCastOp, quant::StorageCastOp>(op))
      return failure();
    auto input = transposed(op->getOperand(0));
    if (!input)
      return failure();
    Type resultType = moved(op->getResult(0).getType(), *input, op->getContext());
    if (!resultType)
      return failure();
    Operation *inner = rewriter.create(op->getLoc(), op->getName().getIdentifier(), ValueRange{input->input},
                                       TypeRange{resultType}, op->getAttrs());
    rewriter.replaceOp(op, buildTranspose(rewriter, op->getLoc(), inner->getResult(0), input->perms));
    return success();
  }

private:
  static Type moved(Type type, const Transposed &input, MLIRContext *context) {
    auto shape = typeOf(input.input).getShape();
    auto quantization = quantizationOf(type);
    if (quantization) {
      if (quantization->axis)
        quantization->axis = input.perms[*quantization->axis];
      return quantizedType(*quantization, shape, context);
    }
    auto tensor = cast<RankedTensorType>(type);
    if (isa<quant::QuantizedType>(tensor.getElementType()))
      return Type();
    return RankedTensorType::get(shape, tensor.getElementType());
  }
};

struct SinkThroughPad : OpRewritePattern<tosa::PadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::PadOp op, PatternRewriter &rewriter) const override {
    auto input = transposed(op.getInput1());
    auto paddings = constantIntegers(op.getPadding());
    if (!input || !paddings)
      return failure();
    std::vector<int64_t> moved(paddings->size());
    for (size_t i = 0; i < input->perms.size(); ++i) {
      moved[2 * input->perms[i]] = (*paddings)[2 * i];
      moved[2 * input->perms[i] + 1] = (*paddings)[2 * i + 1];
    }
    auto paddingType = typeOf(op.getPadding());
    Value padding = buildIntegers(rewriter, op.getLoc(), paddingType.getShape(),
                                  paddingType.getElementTypeBitWidth(), moved);
    auto type = typeOf(op.getOutput());
    auto shape = permuted(type.getShape(), inverted(input->perms));
    auto inner = rewriter.clone(*op);
    inner->setOperand(0, input->input);
    inner->setOperand(1, padding);
    inner->getResult(0).setType(RankedTensorType::get(shape, type.getElementType()));
    rewriter.replaceOp(op, buildTranspose(rewriter, op.getLoc(), inner->getResult(0), input->perms));
    return success();
  }
};

struct SinkThroughConcat : OpRewritePattern<tosa::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ConcatOp op, PatternRewriter &rewriter) const override {
    const std::optional<Transposed> first = firstTransposed(op->getOperands());
    if (!first)
      return failure();
    const bool force = bringsChannelsFirst(first->perms);
    for (Value operand : op->getOperands()) {
      auto own = transposed(operand);
      if (!force && !isKnown(operand) && !(own && own->perms == first->perms))
        return failure();
    }
    std::vector<Value> inputs;
    for (Value operand : op->getOperands())
      inputs.push_back(withoutTranspose(rewriter, operand, first->perms, true));
    auto type = typeOf(op.getOutput());
    auto shape = permuted(type.getShape(), inverted(first->perms));
    Value inner =
        rewriter.create<tosa::ConcatOp>(op.getLoc(), RankedTensorType::get(shape, type.getElementType()),
                                        inputs, static_cast<uint32_t>(first->perms[op.getAxis()]));
    rewriter.replaceOp(op, buildTranspose(rewriter, op.getLoc(), inner, first->perms));
    return success();
  }
};

struct SinkThroughSlice : OpRewritePattern<tosa::SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::SliceOp op, PatternRewriter &rewriter) const override {
    auto input = transposed(op.getInput());
    if (!input)
      return failure();
    const auto back = inverted(input->perms);
    auto size = permuted(op.getSize(), back);
    auto type = typeOf(op.getOutput());
    Value inner = rewriter.create<tosa::SliceOp>(
        op.getLoc(), RankedTensorType::get(permuted(type.getShape(), back), type.getElementType()),
        input->input, rewriter.getDenseI64ArrayAttr(permuted(op.getStart(), back)),
        rewriter.getDenseI64ArrayAttr(size));
    rewriter.replaceOp(op, buildTranspose(rewriter, op.getLoc(), inner, input->perms));
    return success();
  }
};

template <typename Reduce> struct SinkThroughReduce : OpRewritePattern<Reduce> {
  using OpRewritePattern<Reduce>::OpRewritePattern;
  LogicalResult matchAndRewrite(Reduce op, PatternRewriter &rewriter) const override {
    auto input = transposed(op.getInput());
    if (!input)
      return failure();
    auto type = typeOf(op.getOutput());
    auto shape = permuted(type.getShape(), inverted(input->perms));
    Value inner = rewriter.create<Reduce>(op.getLoc(), RankedTensorType::get(shape, type.getElementType()),
                                          input->input, static_cast<uint32_t>(input->perms[op.getAxis()]));
    rewriter.replaceOp(op, buildTranspose(rewriter, op.getLoc(), inner, input->perms));
    return success();
  }
};

} // namespace

void addSinkTransposePatterns(RewritePatternSet &patterns) {
  patterns.add<SinkThroughElementwise, SinkThroughQuantCast, SinkThroughPad, SinkThroughConcat,
               SinkThroughSlice, SinkThroughReduce<tosa::ReduceSumOp>, SinkThroughReduce<tosa::ReduceMaxOp>,
               SinkThroughReduce<tosa::ReduceMinOp>, SinkThroughReduce<tosa::ReduceProdOp>>(
      patterns.getContext());
}

} // namespace lockstep
