#include "workloads/driver/model/ModelEngine.h"

#include <chrono>
#include <set>

namespace lockstep {

namespace {

using Seconds = std::vector<std::pair<std::string, double>>;

/// A runner whose pieces are timed.
class TimedRunner final : public PieceRunner {
public:
  TimedRunner(std::shared_ptr<PieceRunner> inner, std::shared_ptr<Seconds> seconds)
      : inner(std::move(inner)), seconds(std::move(seconds)) {}

  Status run(const Package &package, const Piece &piece, const std::vector<const Tensor *> &inputs,
             const std::vector<Tensor *> &outputs) override {
    auto begin = std::chrono::steady_clock::now();
    Status status = inner->run(package, piece, inputs, outputs);
    seconds->emplace_back(piece.name,
                          std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return status;
  }

private:
  std::shared_ptr<PieceRunner> inner;
  std::shared_ptr<Seconds> seconds;
};

ModelRunCost costOf(std::vector<PieceExecution> pieces, Seconds hostSeconds) {
  ModelRunCost cost;
  for (const PieceExecution &piece : pieces) {
    const Execution &execution = piece.execution;
    cost.cycles += execution.timing ? execution.timing->total_cycles : 0;
    cost.rtl_cycles += execution.rtl_timing ? execution.rtl_timing->total_cycles : 0;
    cost.cycles_equal = cost.cycles_equal && execution.cycles_equal.value_or(true);
    if (cost.difference.empty() && !execution.difference.empty())
      cost.difference = "piece " + piece.piece + ": " + execution.difference;
  }
  cost.pieces = std::move(pieces);
  cost.host_seconds = std::move(hostSeconds);
  return cost;
}

} // namespace

Result<ModelEngine> ModelEngine::make(const Package &package, const RunSpec &spec) {
  ModelEngine engine;
  engine.package = &package;
  engine.machine = std::make_shared<AcceleratorRunner>(package.parameters, spec);
  engine.host_seconds = std::make_shared<Seconds>();
  engine.runners["accelerator"] = engine.machine;
  std::set<std::string> others;
  for (const Piece &piece : package.pieces)
    if (piece.target != "accelerator")
      others.insert(piece.target);
  if (others.empty())
    return engine;
  auto host = makeHostRunner(package);
  if (!host)
    return host.error();
  for (const std::string &target : others)
    engine.runners[target] = std::make_shared<TimedRunner>(*host, engine.host_seconds);
  return engine;
}

Result<NamedTensors> ModelEngine::run(const NamedTensors &inputs) {
  auto outputs = runPackage(*package, runners, inputs);
  lastCost = costOf(machine->takeExecutions(), std::exchange(*host_seconds, {}));
  return outputs;
}

} // namespace lockstep
