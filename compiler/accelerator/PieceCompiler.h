// From tensors and layers to a program.
#pragma once

#include "compiler/accelerator/LayerPlan.h"
#include "compiler/accelerator/PieceGraph.h"
#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <vector>

namespace lockstep {

struct CompiledPiece {
  Program program;
  std::vector<LayerPlan> layers;
};

/// Errors (Usage): no schedule fits the machine.
Result<CompiledPiece> compilePiece(const PieceGraph &graph, const Parameters &parameters);

} // namespace lockstep
