// The machine as a target of the partitioner, and from an outlined function to its program.
#pragma once

#include "compiler/accelerator/LayerPlan.h"
#include "compiler/partition/Target.h"
#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"

#include <string>
#include <vector>

namespace lockstep {

/// Matches the groups of compiler/README.md, "Integer form", that the machine's architecture graph can
/// compute.
std::shared_ptr<const Target> makeAcceleratorTarget(const Parameters &parameters);

struct AcceleratorPiece {
  Program program; // symbols in_0.. and out_0..: the function's arguments and results
  std::vector<LayerPlan> layers;
};
/// Errors (Model): an operation that is not of the accelerator; (Usage): no schedule fits the machine.
Result<AcceleratorPiece> compileAcceleratorPiece(mlir::func::FuncOp function, const Parameters &parameters);

/// The plans of all layers as text: mapped (alternatives with costs) and scheduled (decisions).
std::string printMapped(const AcceleratorPiece &piece);
std::string printScheduled(const AcceleratorPiece &piece);

} // namespace lockstep
