// A flattened image in front of a matrix product keeps its order in memory; the constant weights' rows change
// instead.
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

/// reshape(transpose(source)), perhaps behind storage and dequantize casts.
struct Flattened {
  Value source;
  std::vector<int64_t> perms;
  size_t kept = 0; // leading dimensions that neither moves
};

/// Nothing unless the last dimension of `matrix` is exactly the dimensions that were transposed.
std::optional<Flattened> flattened(Value matrix) {
  Value value = matrix;
  if (auto stored = dequantized(matrix); stored && stored->quantization.perTensor())
    value = stored->source;
  auto reshape = value.getDefiningOp<tosa::ReshapeOp>();
  auto transpose = reshape ? reshape.getInput1().getDefiningOp<tosa::TransposeOp>() : tosa::TransposeOp();
  auto perms = transpose ? transposePerms(transpose) : std::nullopt;
  if (!perms)
    return std::nullopt;
  auto shape = typeOf(transpose).getShape();
  size_t kept = 0;
  while (kept < perms->size() && (*perms)[kept] == static_cast<int64_t>(kept))
    ++kept;
  // As many of the leading dimensions as are not part of the rows.
  for (; product(shape.drop_front(kept)) < typeOf(matrix).getShape().back() && kept > 0;)
    --kept;
  if (product(shape.drop_front(kept)) != typeOf(matrix).getShape().back())
    return std::nullopt;
  return Flattened{transpose.getInput1(), *perms, kept};
}

/// The weights' rows (dimension `rows` of them) in the order of the image before its transpose.
Value permuteRows(PatternRewriter &rewriter, Value weights, int64_t rows, const Flattened &image) {
  auto shape = typeOf(weights).getShape();
  auto imageShape = typeOf(image.source).getShape();
  std::vector<int64_t> split(shape.begin(), shape.begin() + rows), order(rows);
  std::iota(order.begin(), order.end(), 0);
  const auto back = inverted(image.perms);
  for (size_t i = image.kept; i < image.perms.size(); ++i) {
    split.push_back(imageShape[image.perms[i]]);
    order.push_back(rows + back[i] - static_cast<int64_t>(image.kept));
  }
  for (size_t i = rows + 1; i < shape.size(); ++i) {
    order.push_back(static_cast<int64_t>(split.size()));
    split.push_back(shape[i]);
  }
  Value wide = buildReshape(rewriter, weights.getLoc(), weights, split);
  Value turned = buildTranspose(rewriter, weights.getLoc(), wide, order);
  return buildReshape(rewriter, weights.getLoc(), turned, shape);
}

template <typename Op> struct PermuteRows : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Value matrix = op->getOperand(0), weights = op->getOperand(1);
    auto image = flattened(matrix);
    if (!image || !isKnown(weights))
      return failure();
    // matmul [batch, rows, columns], fully_connected [columns, rows]: dimension 1 of both.
    Value rows = permuteRows(rewriter, weights, 1, *image);
    Value flat = buildReshape(rewriter, matrix.getLoc(), image->source, typeOf(matrix).getShape());
    if (auto stored = dequantized(matrix))
      flat = buildDequantize(rewriter, matrix.getLoc(), flat, stored->quantization);
    rewriter.modifyOpInPlace(op, [&] {
      op->setOperand(0, flat);
      op->setOperand(1, rows);
    });
    return success();
  }
};

} // namespace

void addPermuteRowsPatterns(RewritePatternSet &patterns) {
  patterns.add<PermuteRows<tosa::MatMulOp>, PermuteRows<tosa::FullyConnectedOp>>(patterns.getContext());
}

} // namespace lockstep
