// What became of one layer of an accelerator piece. Without MLIR, so that everybody may include it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// One layer of a piece: what `--emit=mapped`, `--explain` and the profile show.
struct LayerPlan {
  std::string label;                     // ONNX node
  std::string operation;                 // "conv2d 1x28x28x64 -> 1x28x28x128, 3x3"
  std::string mapping;                   // the one that was taken
  std::vector<std::string> alternatives; // a line each, with costs or refusals
  std::string schedule;                  // explain()
  uint64_t bound_cycles = 0, predicted_cycles = 0;
  uint64_t first_instruction = 0, instructions = 0; // in the piece's program
};

} // namespace lockstep
