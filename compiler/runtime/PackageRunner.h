// Runs a package: each piece on its target's runner, tensors in between.
#pragma once

#include "compiler/package/Package.h"
#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// Runs pieces of one target. Inputs and outputs have the types and shapes of the package; outputs are zero
/// before.
class PieceRunner {
public:
  virtual ~PieceRunner() = default;
  virtual Status run(const Package &package, const Piece &piece, const std::vector<const Tensor *> &inputs,
                     const std::vector<Tensor *> &outputs) = 0;
};
using PieceRunners = std::map<std::string, std::shared_ptr<PieceRunner>>; // by target

/// A runner for `host` and `onednn` pieces of this package. Errors (Program): object code of another machine.
Result<std::shared_ptr<PieceRunner>> makeHostRunner(const Package &package);

/// Outputs in the model's order. Inputs by name, in any order. Errors: an input missing, unknown or of
/// another type or shape (Usage); a target without a runner (Usage); the runner's own.
Result<NamedTensors> runPackage(const Package &package, const PieceRunners &runners,
                                const NamedTensors &inputs);

} // namespace lockstep
