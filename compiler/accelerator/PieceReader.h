// From an outlined function to tensors and layers.
#pragma once

#include "compiler/accelerator/PieceGraph.h"
#include "hw/graph/ArchitectureGraph.h"
#include "hw/support/Result.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>

namespace lockstep {

/// Errors (Model): an operation that is not of the accelerator or beyond what the machine can do, with its
/// label.
Result<PieceGraph> readPiece(mlir::func::FuncOp function, const ArchitectureGraph &machine);

} // namespace lockstep
