#include "compiler/passes/DataMovement.h"
#include "compiler/passes/Passes.h"
#include "compiler/passes/Quantized.h"

#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

namespace {

/// Four rounds. First uint8 storage becomes int8. Then everything moves towards the results: transposes
/// through all that works elementwise, so that opposite ones meet; reshapes, slices, pads and concats through
/// quantize. Then convolutions lose their depth. What is left behind a dequantize then moves in front of it,
/// so that it moves bytes and the operator stands at the dequantize. Guarantees: the same values, to the bit.
/// Assumes static shapes.
struct MoveDataMovement : mlir::PassWrapper<MoveDataMovement, mlir::OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MoveDataMovement)
  llvm::StringRef getArgument() const override { return "lockstep-move-data-movement"; }
  llvm::StringRef getDescription() const override {
    return "transposes, reshapes, pads, slices and concats change places with quantize and dequantize";
  }
  void getDependentDialects(mlir::DialectRegistry &registry) const override {
    registry.insert<mlir::tosa::TosaDialect, mlir::quant::QuantizationDialect>();
  }

  void runOnOperation() override {
    using Add = void (*)(mlir::RewritePatternSet &);
    const std::vector<std::vector<Add>> rounds = {
        {addSignedStoragePatterns},
        {addSimplifyMovementPatterns, addSinkTransposePatterns, addSinkReshapePatterns,
         addSignedStoragePatterns},
        {addFlattenDepthPatterns, addSinkReshapePatterns},
        {addSimplifyMovementPatterns, addRaiseMovementPatterns, addPermuteRowsPatterns},
    };
    for (const auto &round : rounds) {
      mlir::RewritePatternSet patterns(&getContext());
      for (Add add : round)
        add(patterns);
      rewriteWithinBounds(getOperation(), std::move(patterns));
    }
  }
};

} // namespace

std::unique_ptr<mlir::Pass> createMoveDataMovementPass() { return std::make_unique<MoveDataMovement>(); }

} // namespace lockstep
