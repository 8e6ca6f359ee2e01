// Pieces of the accelerator on the engine that the user asked for.
#pragma once

#include "compiler/runtime/PackageRunner.h"
#include "workloads/driver/execution/Execution.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// One run of one piece.
struct PieceExecution {
  std::string piece;
  Execution execution;
};

/// Runs accelerator pieces of one package. Programs are parsed, checked (legality, races) and laid out in
/// memory once; each run writes inputs into place and zeroes what the machine may write. A difference between
/// engines (lockstep) is no Error: it is in the executions.
class AcceleratorRunner final : public PieceRunner {
public:
  /// Called before a piece runs: who listens to its events; null for nobody. `cycles`: of the pieces since
  /// the last takeExecutions().
  using Listener = std::function<EventSink *(const Piece &piece, const Program &program, uint64_t cycles)>;

  /// `parameters` replace those that the programs carry.
  AcceleratorRunner(const Parameters &parameters, const RunSpec &spec)
      : parameters(parameters), executor(parameters, spec) {}

  Status run(const Package &package, const Piece &piece, const std::vector<const Tensor *> &inputs,
             const std::vector<Tensor *> &outputs) override;

  void listen(Listener newListener) { listener = std::move(newListener); }
  /// Of all runs since the last call, in order.
  std::vector<PieceExecution> takeExecutions() { return std::exchange(executions, {}); }
  const RunSpec &spec() const { return executor.spec(); }

private:
  struct Prepared {
    Program program;
    ExternalMemory memory;
  };
  Result<Prepared *> prepare(const Piece &piece);
  uint64_t cyclesSoFar() const;

  const Parameters parameters;
  Executor executor;
  Listener listener;
  std::map<std::string, Prepared> prepared; // by the piece's name
  std::vector<PieceExecution> executions;
};

} // namespace lockstep
