#include "compiler/onnx/ModuleCheck.h"

#include <llvm/Support/raw_ostream.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/Verifier.h>

namespace lockstep {

void loadImportDialects(mlir::MLIRContext &context) {
  context.loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                      mlir::math::MathDialect, mlir::quant::QuantizationDialect, mlir::scf::SCFDialect,
                      mlir::tensor::TensorDialect, mlir::tosa::TosaDialect>();
}

ModuleDiagnostics::ModuleDiagnostics(mlir::MLIRContext *context)
    : handler(context, [this](mlir::Diagnostic &diagnostic) {
        if (!first.empty() || diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
          return mlir::success();
        llvm::raw_string_ostream stream(first);
        stream << diagnostic.getLocation() << ": " << diagnostic.str();
        return mlir::success();
      }) {}

Status ModuleDiagnostics::verify(mlir::ModuleOp module) const {
  if (mlir::succeeded(mlir::verify(module)))
    return {};
  return Error{ErrorKind::Model, message("MLIR's verifier refuses the module")};
}

} // namespace lockstep
