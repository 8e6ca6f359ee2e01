// Tensors become buffers: in place where that is safe, on the heap otherwise, freed after their last use.
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Bufferization/Pipelines/Passes.h>
#include <mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h>
#include <mlir/Dialect/Bufferization/Transforms/Passes.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/Utils/Utils.h>
#include <mlir/Transforms/Passes.h>

namespace lockstep {

using namespace mlir;

void addBufferPasses(OpPassManager &manager, HostExtras &extras) {
  manager.addPass(createResultsToMemoryPass(extras));
  manager.addPass(createSeparateEmptyTensorsPass());
  manager.addPass(bufferization::createEmptyTensorEliminationPass());
  bufferization::OneShotBufferizationOptions options;
  options.allowReturnAllocsFromLoops = true;
  options.bufferizeFunctionBoundaries = true;
  options.setFunctionBoundaryTypeConversion(bufferization::LayoutMapOption::IdentityLayoutMap);
  // A loop nest, since memref.copy between strided buffers would call a library of MLIR's.
  options.memCpyFn = [](OpBuilder &builder, Location loc, Value from, Value to) {
    linalg::makeMemRefCopyOp(builder, loc, from, to);
    return success();
  };
  manager.addPass(bufferization::createOneShotBufferizePass(options));
  manager.addPass(createSeparateConstantsPass(extras));
  bufferization::buildBufferDeallocationPipeline(manager, {});
}

} // namespace lockstep
