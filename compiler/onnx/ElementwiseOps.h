// What the elementwise families share: whole nodes from a body on scalars, or from one operation of TOSA on
// float32.
#pragma once

#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"

namespace lockstep {

/// Inputs brought to one rank by leading extents of 1, as TOSA wants them.
llvm::SmallVector<mlir::Value> alignedRanks(NodeContext &context, llvm::ArrayRef<ImportedValue> inputs);

/// Output 0 = body(inputs...) with the inputs broadcast. Errors: shapes that do not fit.
Status setMapped(NodeContext &context, llvm::ArrayRef<ImportedValue> inputs, const std::string &elementType,
                 ScalarBody body);

/// All inputs of the node, in order. Errors: one is left out.
Result<llvm::SmallVector<ImportedValue>> presentInputs(NodeContext &context, size_t least);

void addUnaryImporters(NodeImporters &importers);
void addActivationImporters(NodeImporters &importers);
void addBinaryImporters(NodeImporters &importers);
void addVariadicImporters(NodeImporters &importers);
void addCastImporters(NodeImporters &importers);

} // namespace lockstep
