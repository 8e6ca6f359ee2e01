#include "compiler/passes/IntegerForm.h"
#include "compiler/passes/Passes.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

namespace {

/// Operators between dequantize and quantize become integer TOSA. A product's int32 accumulators are
/// dequantized at the product of the scales, whoever uses them; where a quantize does, both together become a
/// rescale. Products that stay float get `lockstep.reason`. Assumes that lockstep-move-data-movement ran
/// before: operators stand at the dequantize.
struct QuantizedToInteger : mlir::PassWrapper<QuantizedToInteger, mlir::OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(QuantizedToInteger)
  llvm::StringRef getArgument() const override { return "lockstep-quantized-to-integer"; }
  llvm::StringRef getDescription() const override {
    return "dequantize, operator, quantize becomes integer TOSA";
  }
  void getDependentDialects(mlir::DialectRegistry &registry) const override {
    registry.insert<mlir::tosa::TosaDialect, mlir::quant::QuantizationDialect>();
  }

  void runOnOperation() override {
    mlir::RewritePatternSet patterns(&getContext());
    addIntegerProductPatterns(patterns);
    addIntegerSumPatterns(patterns);
    addIntegerQuantizePatterns(patterns);
    addFoldPaddingPatterns(patterns);
    rewriteWithinBounds(getOperation(), std::move(patterns));
    getOperation()->walk([](mlir::Operation *op) {
      if (!isProduct(op))
        return;
      if (auto reason = whyFloat(op); !reason.empty() && reason != "not float32")
        op->setAttr("lockstep.reason", mlir::StringAttr::get(op->getContext(), reason));
    });
  }
};

} // namespace

std::unique_ptr<mlir::Pass> createQuantizedToIntegerPass() { return std::make_unique<QuantizedToInteger>(); }

} // namespace lockstep
