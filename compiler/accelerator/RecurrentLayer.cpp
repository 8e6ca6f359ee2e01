#include "compiler/accelerator/LayerCode.h"
#include "compiler/accelerator/MappingLines.h"

namespace lockstep {
namespace {

class RecurrentLayerCode : public PlannedLayer {
public:
  RecurrentLayerCode(const PieceLayer &layer, std::shared_ptr<const RecurrentSchedule> schedule,
                     const Parameters &parameters)
      : layer(layer), schedule(std::move(schedule)), parameters(parameters) {}

  std::vector<uint8_t> weights() const override {
    const RecurrentPart &part = layer.recurrent;
    return packRecurrentConstants(part.problem, *schedule, *part.constants, parameters);
  }

  uint64_t workspaceBytes() const override { return cellBytes(*schedule); }

  Result<std::vector<Instruction>> emit(const LayerAddresses &addresses) const override {
    RecurrentAddresses at = addresses.recurrent;
    at.x = addresses.input;
    at.constants = addresses.other;
    at.cells = addresses.workspace;
    return emitRecurrent(layer.recurrent.problem, *schedule, at, parameters);
  }

private:
  const PieceLayer &layer;
  std::shared_ptr<const RecurrentSchedule> schedule;
  const Parameters &parameters;
};

} // namespace

Result<std::unique_ptr<PlannedLayer>> planRecurrent(const PieceLayer &layer, const Parameters &parameters,
                                                    const RecurrentOptions &options) {
  const RecurrentProblem &problem = layer.recurrent.problem;
  const auto schedule = scheduleRecurrent(problem, parameters, options);
  if (!schedule)
    return Error{ErrorKind::Usage, layer.label + ": " + schedule.error().message};
  auto planned = std::make_unique<RecurrentLayerCode>(layer, *schedule, parameters);
  planned->plan.label = layer.label;
  planned->plan.operation = layer.operation;
  planned->plan.mapping = "recurrent: weights stationary, state streamed";
  planned->plan.alternatives = recurrentLines(problem);
  planned->plan.schedule = explain(**schedule);
  planned->plan.bound_cycles = recurrentBound(problem, parameters).cycles();
  planned->plan.predicted_cycles = predictedCycles(**schedule);
  return std::unique_ptr<PlannedLayer>(std::move(planned));
}

} // namespace lockstep
