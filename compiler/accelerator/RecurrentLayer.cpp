#include "compiler/accelerator/LayerCode.h"
#include "compiler/accelerator/MappingLines.h"
#include "compiler/recurrent/RecurrentScheduler.h"

#include <algorithm>

namespace lockstep {
namespace {

SyncInstruction syncOf(Unit unit) {
  SyncInstruction sync;
  sync.unit = static_cast<uint64_t>(unit);
  return sync;
}

/// The vector unit may write the last cell state when the last store has begun: the store unit waits for it,
/// so that what is behind the store unit's last instruction is behind all work.
void endWithStores(std::vector<Instruction> &code) {
  uint64_t highest = 0;
  for (const Instruction &instruction : code)
    for (const SemaphoreList &list : {waitsOf(instruction), postsOf(instruction)})
      for (unsigned i = 0; i < list.count; ++i)
        highest = std::max<uint64_t>(highest, list.ids[i] + 1);
  SyncInstruction post = syncOf(Unit::Vector), wait = syncOf(Unit::Store);
  post.post_0 = wait.wait_0 = highest + 1; // fields count from 1
  code.push_back(post);
  code.push_back(wait);
}

class RecurrentLayerCode : public PlannedLayer {
public:
  RecurrentLayerCode(const PieceLayer &layer, std::shared_ptr<const RecurrentSchedule> schedule,
                     const Parameters &parameters)
      : layer(layer), schedule(std::move(schedule)), parameters(parameters) {}

  std::vector<uint8_t> weights() const override {
    const RecurrentPart &part = layer.recurrent;
    return packRecurrentConstants(part.problem, *schedule, *part.constants, parameters);
  }

  Result<std::vector<Instruction>> emit(const LayerAddresses &addresses) const override {
    RecurrentAddresses at = addresses.recurrent;
    at.x = addresses.input;
    at.constants = addresses.other;
    Result<std::vector<Instruction>> code = emitRecurrent(layer.recurrent.problem, *schedule, at, parameters);
    if (code)
      endWithStores(*code);
    return code;
  }

private:
  const PieceLayer &layer;
  std::shared_ptr<const RecurrentSchedule> schedule;
  const Parameters &parameters;
};

} // namespace

Result<std::unique_ptr<PlannedLayer>> planRecurrent(const PieceLayer &layer, const Parameters &parameters) {
  const RecurrentProblem &problem = layer.recurrent.problem;
  const auto schedule = scheduleRecurrent(problem, parameters);
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
