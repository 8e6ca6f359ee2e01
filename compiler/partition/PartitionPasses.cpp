// The partitioner's steps as passes, for lockstep-opt: operations carry their target as an attribute.
#include "compiler/partition/Partition.h"

#include <mlir/Pass/Pass.h>
#include <mlir/Pass/PassRegistry.h>

namespace lockstep {

namespace {

struct MergeRegions : mlir::PassWrapper<MergeRegions, mlir::OperationPass<mlir::ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MergeRegions)
  llvm::StringRef getArgument() const override { return "lockstep-merge-regions"; }
  llvm::StringRef getDescription() const override {
    return "number regions of operations with lockstep.target";
  }
  void runOnOperation() override { mergeRegions(getOperation(), {}); }
};

struct OutlineRegions : mlir::PassWrapper<OutlineRegions, mlir::OperationPass<mlir::ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OutlineRegions)
  llvm::StringRef getArgument() const override { return "lockstep-outline-regions"; }
  llvm::StringRef getDescription() const override { return "one function for each lockstep.region"; }
  void runOnOperation() override {
    if (mlir::failed(outlineRegions(getOperation())))
      signalPassFailure();
  }
};

} // namespace

void registerPartitionPasses() {
  mlir::PassRegistration<MergeRegions>();
  mlir::PassRegistration<OutlineRegions>();
}

} // namespace lockstep
