// From an operator group to a layer for the schedulers.
#pragma once

#include "compiler/accelerator/OperatorGroup.h"
#include "compiler/accelerator/PieceGraph.h"
#include "hw/graph/ArchitectureGraph.h"
#include "hw/support/Result.h"

namespace lockstep {

/// A layer, and the values that its tensors stand for; `other` is null for a convolution (weights are in the
/// layer).
struct LayerReading {
  PieceLayer layer;
  mlir::Value input, other, output;
};

/// Errors (Usage): one phrase (no full stop) that says what the machine of the graph cannot do.
Result<LayerReading> readGroup(const OperatorGroup &group, const ArchitectureGraph &machine);

} // namespace lockstep
