// A compiled model ready to run sample after sample on one engine.
#pragma once

#include "workloads/driver/model/AcceleratorRunner.h"

#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// What one run of the whole model cost.
struct ModelRunCost {
  uint64_t cycles = 0, rtl_cycles = 0; // of all accelerator pieces; rtl_cycles: lockstep only
  std::vector<PieceExecution> pieces;  // of the accelerator, in order
  std::vector<std::pair<std::string, double>> host_seconds; // of the other pieces, in order
  std::string difference;   // lockstep: the first one, empty if nothing differs
  bool cycles_equal = true; // lockstep
};

class ModelEngine {
public:
  /// `package` outlives the engine. Host pieces run on this computer whatever spec.engine says. Errors: those
  /// of makeHostRunner.
  static Result<ModelEngine> make(const Package &package, const RunSpec &spec);

  Result<NamedTensors> run(const NamedTensors &inputs);
  /// Of the last run.
  const ModelRunCost &cost() const { return lastCost; }
  AcceleratorRunner &accelerator() { return *machine; }

private:
  ModelEngine() = default;

  const Package *package = nullptr;
  std::shared_ptr<AcceleratorRunner> machine;
  std::shared_ptr<std::vector<std::pair<std::string, double>>> host_seconds;
  PieceRunners runners;
  ModelRunCost lastCost;
};

} // namespace lockstep
