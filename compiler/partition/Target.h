// What a target of the partitioner is: something that runs pieces of a model. The accelerator, oneDNN and the
// host are targets like any other; a worked example is in tests/unit/partition.
#pragma once

#include "compiler/package/Package.h"
#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/Operation.h>

#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// Operations that a target computes together (a convolution with its rescale and clamp): in program order, the
/// last one's result is the group's only result that others use.
struct TargetMatch {
  std::vector<mlir::Operation *> operations;
  std::string refusal; // not empty: the anchor fits the target's kind but not its limits; one phrase that says why
};

class Target {
public:
  virtual ~Target() = default;
  /// "accelerator", "onednn", "host", ...: the value of `lockstep.target`.
  virtual std::string name() const = 0;
  /// The group that begins at `anchor`; no operations and no refusal if it is none of the target's business.
  virtual TargetMatch match(mlir::Operation *anchor) const = 0;
  /// True if neighbouring groups should become one piece.
  virtual bool mergesGroups() const { return true; }
  /// True if the pieces are functions of the package's host object, compiled all together, and have no code of their own:
  /// generate() is then never called.
  virtual bool inHostObject() const { return name() == "host"; }
  /// Code of an outlined function: bytes that only this target's runner understands. Errors (Model).
  virtual Result<std::vector<uint8_t>> generate(mlir::func::FuncOp function) const = 0;
};

using Targets = std::vector<std::shared_ptr<const Target>>; // in order of preference; the last takes everything

} // namespace lockstep
