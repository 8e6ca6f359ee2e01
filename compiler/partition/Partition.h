// Partitioning in the manner of Bring-Your-Own-Codegen: annotate, merge, outline.
#pragma once

#include "compiler/host/HostModule.h"
#include "compiler/package/Package.h"
#include "compiler/partition/Target.h"
#include "hw/support/Result.h"

#include <mlir/IR/BuiltinOps.h>

#include <string>
#include <vector>

namespace lockstep {

/// Sets `lockstep.target`, `lockstep.group` (and `lockstep.reason`) on every operation of @main but constants: the first
/// target whose match has operations, all of them free, and no refusal gets the group.
void annotateTargets(mlir::ModuleOp module, const Targets &targets);
/// Numbers regions (`lockstep.region`) in an order in which they can run: groups of one target that merges become one
/// region while the graph of regions stays acyclic. Operations without `lockstep.group` are groups of their own. Values
/// that no package can hold (scalars, quantized types) stay within a region.
void mergeRegions(mlir::ModuleOp module, const Targets &targets);
/// One private function for each region; @main holds calls only, in an order in which they can run.
mlir::LogicalResult outlineRegions(mlir::ModuleOp module);

/// Every operation with target and, if it could be on the accelerator but is not, the reason.
struct PlacedOperation {
  std::string label, operation, target, reason;
};
std::vector<PlacedOperation> placedOperations(mlir::ModuleOp annotated);

/// From an outlined module to a package: every target generates its pieces; those of the host become one object. `model`
/// names the package; its parameters are the caller's to fill. Errors: Model (those of the targets), Usage (no such target).
Result<Package> generatePieces(mlir::ModuleOp outlined, const Targets &targets, const std::string &model,
                               const HostOptions &host = {});

/// Registers lockstep-merge-regions and lockstep-outline-regions for lockstep-opt; targets come as attributes.
void registerPartitionPasses();

} // namespace lockstep
