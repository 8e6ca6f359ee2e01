// The order of loops: the innermost one should walk along memory, so that LLVM vectorizes it.
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Linalg/Transforms/Transforms.h>
#include <mlir/IR/BuiltinTypes.h>

namespace lockstep {
namespace {

using namespace mlir;

/// Elements from one iteration of dimension `dim` to the next; none where the map is more than a permutation
/// of sums of dimensions.
std::optional<int64_t> strideAlong(AffineMap map, ArrayRef<int64_t> strides, unsigned dim) {
  int64_t total = 0;
  for (auto [result, stride] : llvm::zip(map.getResults(), strides)) {
    if (!result.isFunctionOfDim(dim))
      continue;
    if (!isa<AffineDimExpr>(result) && !isa<AffineBinaryOpExpr>(result))
      return std::nullopt;
    SmallVector<AffineExpr> unit;
    for (unsigned i = 0; i < map.getNumDims(); ++i)
      unit.push_back(getAffineConstantExpr(i == dim, map.getContext()));
    auto step = dyn_cast<AffineConstantExpr>(simplifyAffineExpr(result.replaceDims(unit), 0, 0));
    SmallVector<AffineExpr> zeros(map.getNumDims(), getAffineConstantExpr(0, map.getContext()));
    auto base = dyn_cast<AffineConstantExpr>(simplifyAffineExpr(result.replaceDims(zeros), 0, 0));
    if (!step || !base)
      return std::nullopt;
    total += (step.getValue() - base.getValue()) * stride;
  }
  return total;
}

class Interchange : public PassWrapper<Interchange, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Interchange)
  StringRef getArgument() const final { return "lockstep-interchange"; }
  StringRef getDescription() const final { return "the innermost loop of each operation walks along memory"; }

  void runOnOperation() override {
    SmallVector<linalg::GenericOp> generics;
    getOperation().walk([&](linalg::GenericOp op) { generics.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (linalg::GenericOp op : generics)
      reorder(op, rewriter);
  }

private:
  static void reorder(linalg::GenericOp op, IRRewriter &rewriter) {
    const SmallVector<int64_t> ranges = op.getStaticLoopRanges();
    const unsigned numLoops = ranges.size();
    if (numLoops < 2 || op.hasDynamicShape())
      return;
    unsigned best = numLoops - 1;
    for (unsigned dim = numLoops; dim-- > 0;)
      if (cost(op, ranges, dim) < cost(op, ranges, best))
        best = dim;
    if (best == numLoops - 1)
      return;
    SmallVector<unsigned> order;
    for (unsigned dim = 0; dim < numLoops; ++dim)
      if (dim != best)
        order.push_back(dim);
    order.push_back(best);
    rewriter.setInsertionPoint(op);
    (void)linalg::interchangeGenericOp(rewriter, op, order); // refused: the order stays
  }

  /// Of `dim` as the innermost loop: operands that jump, loops too short to pay, and sums in one scalar,
  /// which floating-point addition does not let LLVM vectorize.
  static double cost(linalg::GenericOp op, ArrayRef<int64_t> ranges, unsigned dim) {
    double total = ranges[dim] < 4 ? 100 : ranges[dim] < 16 ? 1 : 0;
    for (OpOperand &operand : op->getOpOperands()) {
      auto type = dyn_cast<MemRefType>(operand.get().getType());
      SmallVector<int64_t> strides;
      int64_t offset = 0;
      const bool unused = op.isDpsInput(&operand) && !op.payloadUsesValueFromOperand(&operand);
      if (!type || unused || failed(getStridesAndOffset(type, strides, offset)))
        continue;
      const auto stride = strideAlong(op.getMatchingIndexingMap(&operand), strides, dim);
      if (!stride || (*stride != 0 && *stride != 1))
        total += 10;
      else if (*stride == 0 && op.isDpsInit(&operand))
        total += isa<FloatType>(type.getElementType()) ? 5 : 0.5;
    }
    return total;
  }
};

} // namespace

std::unique_ptr<mlir::Pass> createInterchangePass() { return std::make_unique<Interchange>(); }

} // namespace lockstep
