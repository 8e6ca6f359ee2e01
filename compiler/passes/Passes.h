// Passes of the compiler. Each file one pass; each has a lit test of its name.
#pragma once

#include <mlir/Pass/Pass.h>
#include <mlir/Pass/PassManager.h>

#include <memory>

namespace lockstep {

/// lockstep-move-data-movement: transposes, reshapes, pads, slices and concats change places with quantize and
/// dequantize, so that each operator stands directly between them; opposite transposes cancel.
std::unique_ptr<mlir::Pass> createMoveDataMovementPass();
/// lockstep-recurrent-to-integer: recurrent layers between dequantize and quantize become integer functions.
std::unique_ptr<mlir::Pass> createRecurrentToIntegerPass();
/// lockstep-quantized-to-integer: dequantize, operator, quantize becomes integer TOSA (compiler/README.md, "Integer form").
std::unique_ptr<mlir::Pass> createQuantizedToIntegerPass();
/// lockstep-lower-quant: the quantize and dequantize operations that are left become arith on the host.
std::unique_ptr<mlir::Pass> createLowerQuantPass();

/// All of the above with canonicalization in between, on a module: from an imported module to one that the partitioner takes.
void addQuantizationPipeline(mlir::OpPassManager &manager);

/// Registers passes and pipeline for lockstep-opt.
void registerLockstepPasses();

} // namespace lockstep
