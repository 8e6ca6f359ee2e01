// From TOSA and quant to loops' raw material: linalg, tensor, scf, arith, math.
#include "compiler/host/Lowering.h"
#include "compiler/passes/Passes.h"

#include <mlir/Conversion/TosaToArith/TosaToArith.h>
#include <mlir/Conversion/TosaToLinalg/TosaToLinalg.h>
#include <mlir/Conversion/TosaToSCF/TosaToSCF.h>
#include <mlir/Conversion/TosaToTensor/TosaToTensor.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/Passes.h>
#include <mlir/Dialect/Tosa/Transforms/Passes.h>
#include <mlir/Transforms/Passes.h>

namespace lockstep {

using namespace mlir;

void addTensorPasses(OpPassManager &manager, uint64_t libraryThreshold) {
  manager.addPass(createInlinerPass());
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createLowerQuantPass());
  function.addPass(createLowerRescalePass());
  function.addPass(tosa::createTosaOptionalDecompositions());
  function.addPass(tosa::createTosaMakeBroadcastablePass());
  function.addPass(tosa::createTosaToSCF()); // before linalg's, which refuse what is left of TOSA
  function.addPass(tosa::createTosaToLinalgNamed());
  function.addPass(tosa::createTosaToLinalg());
  function.addPass(tosa::createTosaToTensor());
  function.addPass(tosa::createTosaToArith(/*includeApplyRescale=*/true));
  function.addPass(createConvertElementwiseToLinalgPass());
  function.addPass(createDecomposeConcatsPass());
  function.addPass(createFoldTransposesPass());
  function.addPass(createSelectLibraryProductsPass(libraryThreshold));
  function.addPass(createCanonicalizerPass());
  function.addPass(createCSEPass());
  function.addPass(createLinalgElementwiseOpFusionPass());
}

} // namespace lockstep
