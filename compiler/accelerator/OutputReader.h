// What happens to a group's sums: bias, rescale, clamp.
#pragma once

#include "compiler/accelerator/OperatorGroup.h"
#include "compiler/accelerator/PieceGraph.h"
#include "hw/graph/ArchitectureGraph.h"
#include "hw/support/Result.h"

namespace lockstep {

/// Fields as in GemmProblem. Arrays that say nothing are empty: a bias of zeros, the same scale for all
/// channels.
struct OutputStage {
  GemmOutput output = GemmOutput::Int32;
  int64_t multiplier = 1073741824, shift = 31;
  int64_t output_zero_point = 0, clamp_minimum = -128, clamp_maximum = 127;
  ChannelParameters channels;
};

/// Errors (Usage): a phrase that says what the vector unit cannot do.
Result<OutputStage> readOutput(const OperatorGroup &group, int64_t channels,
                               const ArchitectureGraph &machine);

/// Can the vector unit do this rescale of int32 sums of so many channels?
Status checkRescale(mlir::Operation *rescale, int64_t channels, const ArchitectureGraph &machine);

} // namespace lockstep
