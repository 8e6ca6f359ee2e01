// A worked example of a target: something that adds two float tensors. compiler/partition/README.md walks
// through it.
#pragma once

#include "compiler/partition/Target.h"
#include "compiler/runtime/PackageRunner.h"

namespace lockstep {

/// What the partitioner asks: which operations, and code for them.
class AddTarget : public Target {
public:
  std::string name() const override { return "adder"; }
  TargetMatch match(mlir::Operation *anchor) const override;
  bool mergesGroups() const override { return false; } // a piece is one addition
  Result<std::vector<uint8_t>> generate(mlir::func::FuncOp function) const override;
};

/// What the runtime asks: run a piece.
class AddRunner : public PieceRunner {
public:
  Status run(const Package &package, const Piece &piece, const std::vector<const Tensor *> &inputs,
             const std::vector<Tensor *> &outputs) override;
};

} // namespace lockstep
