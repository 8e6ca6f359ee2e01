// uint8 becomes int8 where quantized values meet stored ones.
#include "compiler/passes/Constants.h"
#include "compiler/passes/DataMovement.h"
#include "compiler/passes/Quantized.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using namespace mlir;

namespace {

/// The quantization by which the same reals are stored as int8.
std::optional<Quantization> asSigned(Type type) {
  auto quantization = quantizationOf(type);
  if (!quantization || quantization->bits != 8 || quantization->is_signed)
    return std::nullopt;
  quantization->is_signed = true;
  quantization->minimum -= 128;
  quantization->maximum -= 128;
  for (int64_t &zeroPoint : quantization->zero_points)
    zeroPoint -= 128;
  return quantization;
}

/// storage xor 0x80; a constant is computed here.
Value flipSign(PatternRewriter &rewriter, Location loc, Value storage) {
  auto type = cast<RankedTensorType>(storage.getType());
  if (auto values = constantIntegers(storage)) {
    for (int64_t &value : *values)
      value = static_cast<int8_t>(value ^ 0x80);
    return buildIntegers(rewriter, storage.getLoc(), type.getShape(), 8, *values);
  }
  if (auto flipped = storage.getDefiningOp<tosa::BitwiseXorOp>())
    if (auto mask = constantIntegers(flipped.getInput2()); mask && mask->size() == 1 && mask->front() == -128)
      return flipped.getInput1();
  std::vector<int64_t> ones(type.getRank(), 1);
  Value mask = buildIntegers(rewriter, loc, ones, 8, {-128});
  return rewriter.create<tosa::BitwiseXorOp>(loc, type, storage, mask);
}

/// Quantize to uint8: to int8 instead, with flipped bits where they are stored.
struct SignedQuantize : OpRewritePattern<quant::QuantizeCastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(quant::QuantizeCastOp op, PatternRewriter &rewriter) const override {
    auto quantization = asSigned(op.getType());
    auto known = [](Operation *user) { return isa<quant::DequantizeCastOp, quant::StorageCastOp>(user); };
    if (!quantization || !llvm::all_of(op->getUsers(), known))
      return failure();
    auto shape = cast<RankedTensorType>(op.getType()).getShape();
    Value quantized = rewriter.create<quant::QuantizeCastOp>(
        op.getLoc(), quantizedType(*quantization, shape, op.getContext()), op.getArg());
    for (Operation *user : llvm::make_early_inc_range(op->getUsers())) {
      rewriter.setInsertionPoint(user);
      if (isa<quant::DequantizeCastOp>(user)) {
        rewriter.replaceOpWithNewOp<quant::DequantizeCastOp>(user, user->getResult(0).getType(), quantized);
        continue;
      }
      Value stored =
          rewriter.create<quant::StorageCastOp>(user->getLoc(), user->getResult(0).getType(), quantized);
      rewriter.replaceOp(user, flipSign(rewriter, user->getLoc(), stored));
    }
    rewriter.eraseOp(op);
    return success();
  }
};

/// Stored uint8 in front of dequantize, which alone decides what the integers mean.
struct SignedDequantize : OpRewritePattern<quant::StorageCastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(quant::StorageCastOp op, PatternRewriter &rewriter) const override {
    auto quantization = asSigned(op.getType());
    auto dequantizes = [](Operation *user) { return isa<quant::DequantizeCastOp>(user); };
    if (!quantization || !llvm::all_of(op->getUsers(), dequantizes))
      return failure();
    Value storage = flipSign(rewriter, op.getLoc(), op.getArg());
    auto shape = cast<RankedTensorType>(op.getType()).getShape();
    Value quantized = rewriter.create<quant::StorageCastOp>(
        op.getLoc(), quantizedType(*quantization, shape, op.getContext()), storage);
    for (Operation *user : llvm::make_early_inc_range(op->getUsers())) {
      rewriter.setInsertionPoint(user);
      rewriter.replaceOpWithNewOp<quant::DequantizeCastOp>(user, user->getResult(0).getType(), quantized);
    }
    rewriter.eraseOp(op);
    return success();
  }
};

/// Two flips of the sign bit are none.
struct FlipTwice : OpRewritePattern<tosa::BitwiseXorOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::BitwiseXorOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getInput1().getDefiningOp<tosa::BitwiseXorOp>();
    auto mask = constantIntegers(op.getInput2());
    auto innerMask = inner ? constantIntegers(inner.getInput2()) : std::nullopt;
    if (!mask || mask->size() != 1 || mask != innerMask || inner.getInput1().getType() != op.getType())
      return failure();
    rewriter.replaceOp(op, inner.getInput1());
    return success();
  }
};

} // namespace

void addSignedStoragePatterns(RewritePatternSet &patterns) {
  patterns.add<SignedQuantize, SignedDequantize, FlipTwice>(patterns.getContext());
}

} // namespace lockstep
