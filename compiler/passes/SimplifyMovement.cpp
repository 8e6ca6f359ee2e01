// Data movement that cancels, that constants absorb, or that moves nothing; and what the pattern sets share.
#include "compiler/passes/Constants.h"
#include "compiler/passes/DataMovement.h"
#include "compiler/passes/Quantized.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <numeric>

namespace lockstep {

using namespace mlir;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

bool isIdentity(ArrayRef<int64_t> perms) {
  for (size_t i = 0; i < perms.size(); ++i)
    if (perms[i] != static_cast<int64_t>(i))
      return false;
  return true;
}

/// Dimensions with more than one element keep their order.
bool movesUnitDimensionsOnly(ArrayRef<int64_t> perms, ArrayRef<int64_t> inputShape) {
  int64_t last = -1;
  for (int64_t dimension : perms) {
    if (inputShape[dimension] == 1)
      continue;
    if (dimension < last)
      return false;
    last = dimension;
  }
  return true;
}

/// The elements of a constant whose elements are whole bytes.
DenseElementsAttr denseConstant(Value value) {
  auto elements = dyn_cast_or_null<DenseElementsAttr>(constantOf(value));
  if (!elements || !elements.getElementType().isIntOrFloat() ||
      elements.getElementType().getIntOrFloatBitWidth() % 8)
    return {};
  return elements;
}

struct SimplifyTranspose : OpRewritePattern<tosa::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::TransposeOp op, PatternRewriter &rewriter) const override {
    auto perms = transposePerms(op);
    if (!perms)
      return failure();
    Value input = op.getInput1();
    if (isIdentity(*perms) && input.getType() == op.getType()) {
      rewriter.replaceOp(op, input);
      return success();
    }
    if (auto elements = denseConstant(input)) {
      rewriter.replaceOp(op, buildConstant(rewriter, input.getLoc(), transposeElements(elements, *perms)));
      return success();
    }
    if (movesUnitDimensionsOnly(*perms, typeOf(input).getShape())) {
      rewriter.replaceOp(op, buildReshape(rewriter, op.getLoc(), input, typeOf(op).getShape()));
      return success();
    }
    auto before = input.getDefiningOp<tosa::TransposeOp>();
    auto beforePerms = before ? transposePerms(before) : std::nullopt;
    if (!beforePerms)
      return failure();
    rewriter.replaceOp(
        op, buildTranspose(rewriter, op.getLoc(), before.getInput1(), permuted(*beforePerms, *perms)));
    return success();
  }
};

struct SimplifyReshape : OpRewritePattern<tosa::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReshapeOp op, PatternRewriter &rewriter) const override {
    Value input = op.getInput1();
    if (input.getType() == op.getType()) {
      rewriter.replaceOp(op, input);
      return success();
    }
    if (auto elements = denseConstant(input)) {
      rewriter.replaceOp(op, buildConstant(rewriter, input.getLoc(), elements.reshape(typeOf(op))));
      return success();
    }
    auto before = input.getDefiningOp<tosa::ReshapeOp>();
    if (!before)
      return failure();
    rewriter.replaceOp(op, buildReshape(rewriter, op.getLoc(), before.getInput1(), typeOf(op).getShape()));
    return success();
  }
};

struct SimplifySlice : OpRewritePattern<tosa::SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::SliceOp op, PatternRewriter &rewriter) const override {
    auto elements = denseConstant(op.getInput());
    if (!elements || typeOf(op).getNumElements() == 0)
      return failure();
    auto part = sliceElements(elements, op.getStart(), typeOf(op).getShape());
    rewriter.replaceOp(op, buildConstant(rewriter, op.getInput().getLoc(), part));
    return success();
  }
};

struct SimplifyReverse : OpRewritePattern<tosa::ReverseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReverseOp op, PatternRewriter &rewriter) const override {
    auto elements = denseConstant(op.getInput());
    if (!elements || typeOf(op).getNumElements() == 0)
      return failure();
    auto turned = reverseElements(elements, op.getAxis());
    rewriter.replaceOp(op, buildConstant(rewriter, op.getInput().getLoc(), turned));
    return success();
  }
};

} // namespace

bool isKnown(Value value) {
  while (auto *op = value.getDefiningOp()) {
    if (constantOf(value))
      return true;
    if (!isa<quant::DequantizeCastOp, quant::StorageCastOp, tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp,
             tosa::ReverseOp>(op))
      return false;
    value = op->getOperand(0);
  }
  return false;
}

std::optional<std::vector<int64_t>> transposePerms(Operation *op) {
  auto transpose = dyn_cast<tosa::TransposeOp>(op);
  SmallVector<int64_t> perms;
  if (!transpose || failed(transpose.getConstantPerms(perms)) || !isa<RankedTensorType>(transpose.getType()))
    return std::nullopt;
  return std::vector<int64_t>(perms.begin(), perms.end());
}

Value buildTranspose(OpBuilder &builder, Location loc, Value input, ArrayRef<int64_t> perms) {
  auto type = typeOf(input);
  Value order = buildIntegers(builder, loc, {static_cast<int64_t>(perms.size())}, 32, perms);
  auto result = RankedTensorType::get(permuted(type.getShape(), perms), type.getElementType());
  return builder.create<tosa::TransposeOp>(loc, result, input, order);
}

Value buildReshape(OpBuilder &builder, Location loc, Value input, ArrayRef<int64_t> shape) {
  auto result = RankedTensorType::get(shape, typeOf(input).getElementType());
  return builder.create<tosa::ReshapeOp>(loc, result, input, builder.getDenseI64ArrayAttr(shape));
}

void addSimplifyMovementPatterns(RewritePatternSet &patterns) {
  patterns.add<SimplifyTranspose, SimplifyReshape, SimplifySlice, SimplifyReverse>(patterns.getContext());
}

} // namespace lockstep
