// A pad with the zero point in front of an integer convolution is the convolution's own padding.
#include "compiler/passes/Constants.h"
#include "compiler/passes/IntegerForm.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using namespace mlir;

namespace {

/// What a tosa.pad with this value adds to the image's borders: top, bottom, left, right.
std::optional<std::array<int64_t, 4>> imagePadding(tosa::PadOp pad, int64_t value) {
  auto amounts = constantIntegers(pad.getPadding());
  auto constant = pad.getPadConst() ? constantIntegers(pad.getPadConst()) : std::nullopt;
  const int64_t padded = constant && constant->size() == 1 ? constant->front() : 0;
  if (!amounts || amounts->size() != 8 || (pad.getPadConst() && !constant) || padded != value ||
      pad.getQuantizationInfo())
    return std::nullopt;
  for (int64_t amount : *amounts)
    if (amount < 0)
      return std::nullopt;
  if ((*amounts)[0] || (*amounts)[1] || (*amounts)[6] || (*amounts)[7])
    return std::nullopt;
  return std::array<int64_t, 4>{(*amounts)[2], (*amounts)[3], (*amounts)[4], (*amounts)[5]};
}

template <typename Op> struct FoldPadding : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().template getDefiningOp<tosa::PadOp>();
    auto zeroPoints = op.getQuantizationInfo();
    if (!pad || !zeroPoints)
      return failure();
    auto amounts = imagePadding(pad, zeroPoints->getInputZp());
    if (!amounts)
      return failure();
    std::vector<int64_t> sum(op.getPad().begin(), op.getPad().end());
    for (size_t i = 0; i < sum.size(); ++i)
      sum[i] += (*amounts)[i];
    rewriter.modifyOpInPlace(op, [&] {
      op.setPad(sum);
      op.getInputMutable().assign(pad.getInput1());
    });
    return success();
  }
};

} // namespace

void addFoldPaddingPatterns(RewritePatternSet &patterns) {
  patterns.add<FoldPadding<tosa::Conv2DOp>, FoldPadding<tosa::DepthwiseConv2DOp>>(patterns.getContext());
}

} // namespace lockstep
