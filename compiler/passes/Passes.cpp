// The pipeline of passes, and their registration for lockstep-opt.
#include "compiler/passes/Passes.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Pass/PassRegistry.h>
#include <mlir/Transforms/Passes.h>

namespace lockstep {

void addQuantizationPipeline(mlir::OpPassManager &manager) {
  manager.addPass(mlir::createCanonicalizerPass());
  manager.addPass(createMoveDataMovementPass());
  manager.addPass(mlir::createCSEPass());
  manager.addPass(createRecurrentToIntegerPass());
  manager.addPass(createQuantizedToIntegerPass());
  manager.addPass(mlir::createCanonicalizerPass());
  manager.addNestedPass<mlir::func::FuncOp>(createLowerQuantPass());
  manager.addPass(mlir::createCSEPass());
}

void registerLockstepPasses() {
  mlir::registerPass(createMoveDataMovementPass);
  mlir::registerPass(createRecurrentToIntegerPass);
  mlir::registerPass(createQuantizedToIntegerPass);
  mlir::registerPass(createLowerQuantPass);
  mlir::PassPipelineRegistration<>("lockstep-quantization-pipeline",
                                   "from an imported module to one that the partitioner takes",
                                   addQuantizationPipeline);
}

} // namespace lockstep
