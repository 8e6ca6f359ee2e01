// A convolution with groups, as the importer writes it: slices of the channels, a convolution each, a concat.
#pragma once

#include "compiler/accelerator/GroupReader.h"
#include "compiler/accelerator/OperatorGroup.h"

#include <optional>
#include <vector>

namespace lockstep {

struct GroupedConvolution {
  mlir::Value input;                // all channels
  std::vector<OperatorGroup> parts; // in the order of the channels
  mlir::Operation *concat = nullptr;
  std::vector<mlir::Operation *> operations() const; // in program order
};

/// The grouped convolution that a tosa.slice is a part of, if it is of one: the slices cover all channels in
/// equal parts, and nobody else reads what lies in between.
std::optional<GroupedConvolution> groupedConvolutionOf(mlir::Operation *slice);

/// One layer. Errors (Usage): a phrase that says what differs between the groups, or as readGroup.
Result<LayerReading> readGroupedConvolution(const GroupedConvolution &convolution,
                                            const ArchitectureGraph &machine);

} // namespace lockstep
