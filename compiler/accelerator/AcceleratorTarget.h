// The machine as a target of the partitioner, and from an outlined function to its program.
#pragma once

#include "compiler/partition/Target.h"
#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"

#include <string>
#include <vector>

namespace lockstep {

/// Matches the groups of compiler/README.md, "Integer form", that the machine's architecture graph can compute.
std::shared_ptr<const Target> makeAcceleratorTarget(const Parameters &parameters);

/// One layer of a piece: what `--emit=mapped`, `--explain` and the profile show.
struct LayerPlan {
  std::string label;     // ONNX node
  std::string operation; // "conv2d 1x28x28x64 -> 1x28x28x128, 3x3"
  std::string mapping;   // the one that was taken
  std::vector<std::string> alternatives; // a line each, with costs or refusals
  std::string schedule;  // explain()
  uint64_t bound_cycles = 0, predicted_cycles = 0;
  uint64_t first_instruction = 0, instructions = 0; // in the piece's program
};
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
