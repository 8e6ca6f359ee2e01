// One tensor.empty for each use, and one initial value for each operation that works on it in place: after
// CSE they are shared, and upstream's elimination of empty tensors, which puts the memory of a result in the
// place of *all* uses of one, lets other values overwrite that result.
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinOps.h>

namespace lockstep {
namespace {

using namespace mlir;

class SeparateEmptyTensors : public PassWrapper<SeparateEmptyTensors, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SeparateEmptyTensors)
  StringRef getArgument() const final { return "lockstep-separate-empty-tensors"; }
  StringRef getDescription() const final { return "one tensor.empty for each use"; }

  void runOnOperation() override {
    SmallVector<tensor::EmptyOp> shared;
    getOperation().walk([&](tensor::EmptyOp op) {
      if (!op->hasOneUse())
        shared.push_back(op);
    });
    for (tensor::EmptyOp op : shared)
      for (OpOperand &use : llvm::make_early_inc_range(op->getUses()))
        use.set(OpBuilder(use.getOwner()).clone(*op)->getResult(0));
    separateInitialValues();
  }

private:
  /// A copy for every destination that others use too: bufferization would copy all but one of them anyway.
  void separateInitialValues() {
    SmallVector<OpOperand *> shared;
    getOperation().walk([&](linalg::LinalgOp op) {
      for (OpOperand &init : op.getDpsInitsMutable())
        if (isa<RankedTensorType>(init.get().getType()) && init.get().getDefiningOp() &&
            !init.get().hasOneUse())
          shared.push_back(&init);
    });
    for (OpOperand *init : shared) {
      OpBuilder builder(init->getOwner());
      auto type = cast<RankedTensorType>(init->get().getType());
      if (!type.hasStaticShape())
        continue;
      Location loc = init->getOwner()->getLoc();
      Value empty = builder.create<tensor::EmptyOp>(loc, type.getShape(), type.getElementType());
      init->set(builder.create<linalg::CopyOp>(loc, init->get(), empty).getResult(0));
    }
  }
};

} // namespace

std::unique_ptr<mlir::Pass> createSeparateEmptyTensorsPass() {
  return std::make_unique<SeparateEmptyTensors>();
}

} // namespace lockstep
