// One tensor.empty for each use: after CSE they are shared, and upstream's elimination of empty tensors,
// which puts the memory of a result in the place of *all* uses of one, lets other values overwrite that
// result.
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinOps.h>

namespace lockstep {
namespace {

using namespace mlir;

class SeparateEmptyTensors : public PassWrapper<SeparateEmptyTensors, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SeparateEmptyTensors)

  void runOnOperation() override {
    SmallVector<tensor::EmptyOp> shared;
    getOperation().walk([&](tensor::EmptyOp op) {
      if (!op->hasOneUse())
        shared.push_back(op);
    });
    for (tensor::EmptyOp op : shared)
      for (OpOperand &use : llvm::make_early_inc_range(op->getUses()))
        use.set(OpBuilder(use.getOwner()).clone(*op)->getResult(0));
  }
};

} // namespace

std::unique_ptr<mlir::Pass> createSeparateEmptyTensorsPass() {
  return std::make_unique<SeparateEmptyTensors>();
}

} // namespace lockstep
