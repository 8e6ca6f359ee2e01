// lockstep-opt: MLIR's opt with the dialects of the compiler, its passes, and the upstream passes that it
// uses.
#include "compiler/host/HostPasses.h"
#include "compiler/partition/Partition.h"
#include "compiler/passes/Passes.h"

#include <mlir/Conversion/TosaToArith/TosaToArith.h>
#include <mlir/Conversion/TosaToLinalg/TosaToLinalg.h>
#include <mlir/Conversion/TosaToTensor/TosaToTensor.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>
#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/Tools/mlir-opt/MlirOptMain.h>
#include <mlir/Transforms/Passes.h>

namespace {

void registerUpstreamPasses() {
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerPass([] { return mlir::tosa::createTosaToLinalg(); });
  mlir::registerPass([] { return mlir::tosa::createTosaToLinalgNamed(); });
  mlir::registerPass([] { return mlir::tosa::createTosaToArith(/*includeApplyRescale=*/true); });
  mlir::registerPass([] { return mlir::tosa::createTosaToTensor(); });
}

} // namespace

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                  mlir::math::MathDialect, mlir::memref::MemRefDialect, mlir::quant::QuantizationDialect,
                  mlir::scf::SCFDialect, mlir::tensor::TensorDialect, mlir::tosa::TosaDialect>();
  registerUpstreamPasses();
  lockstep::registerLockstepPasses();
  lockstep::registerPartitionPasses();
  lockstep::registerHostPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Lockstep's pass driver\n", registry));
}
