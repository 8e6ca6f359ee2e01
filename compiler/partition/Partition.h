// Partitioning in the manner of Bring-Your-Own-Codegen: annotate, merge, outline.
#pragma once

#include "compiler/package/Package.h"
#include "compiler/partition/Target.h"
#include "hw/support/Result.h"

#include <mlir/IR/BuiltinOps.h>

#include <string>
#include <vector>

namespace lockstep {

/// Sets `lockstep.target` (and `lockstep.reason`) on every operation of @main: the first target whose match has operations
/// and no refusal gets the group.
void annotateTargets(mlir::ModuleOp module, const Targets &targets);
/// Numbers regions (`lockstep.region`): neighbouring groups of one target that merges become one region while the graph of
/// regions stays acyclic.
void mergeRegions(mlir::ModuleOp module, const Targets &targets);
/// One private function for each region; @main holds calls only, in an order in which they can run.
mlir::LogicalResult outlineRegions(mlir::ModuleOp module);

/// Every operation with target and, if it could be on the accelerator but is not, the reason.
struct PlacedOperation {
  std::string label, operation, target, reason;
};
std::vector<PlacedOperation> placedOperations(mlir::ModuleOp annotated);

/// From an outlined module to a package: every target generates its pieces. `model` names the package.
Result<Package> generatePieces(mlir::ModuleOp outlined, const Targets &targets, const std::string &model);

} // namespace lockstep
