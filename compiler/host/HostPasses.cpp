#include "compiler/host/HostPasses.h"

#include "compiler/host/HostModule.h"
#include "compiler/host/Lowering.h"

#include <mlir/Pass/PassRegistry.h>

namespace lockstep {

void registerHostPasses() {
  mlir::registerPass(createLowerRescalePass);
  mlir::registerPass(createDecomposeConcatsPass);
  mlir::registerPass(createFoldTransposesPass);
  mlir::registerPass([] { return createSelectLibraryProductsPass(HostOptions().library_threshold); });
  mlir::registerPass(createSeparateEmptyTensorsPass);
  mlir::registerPass(createCallLibraryPass);
  mlir::registerPass(createInterchangePass);
}

} // namespace lockstep
