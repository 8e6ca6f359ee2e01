// tensor.concat, which bufferization does not know, becomes insertions of slices.
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tensor/Transforms/Transforms.h>
#include <mlir/IR/PatternMatch.h>
#include <mlir/Transforms/GreedyPatternRewriteDriver.h>

namespace lockstep {
namespace {

using namespace mlir;

class DecomposeConcats : public PassWrapper<DecomposeConcats, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DecomposeConcats)
  StringRef getArgument() const final { return "lockstep-decompose-concats"; }
  StringRef getDescription() const final { return "tensor.concat becomes insertions of slices"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<tensor::TensorDialect>();
  }

  void runOnOperation() override {
    SmallVector<Operation *> concats;
    getOperation().walk([&](tensor::ConcatOp op) { concats.push_back(op); });
    if (concats.empty())
      return;
    RewritePatternSet patterns(&getContext());
    tensor::populateDecomposeTensorConcatPatterns(patterns);
    if (failed(applyOpPatternsAndFold(concats, std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<mlir::Pass> createDecomposeConcatsPass() { return std::make_unique<DecomposeConcats>(); }

} // namespace lockstep
