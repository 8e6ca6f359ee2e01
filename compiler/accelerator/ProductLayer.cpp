#include "compiler/accelerator/LayerCode.h"
#include "compiler/accelerator/MappingLines.h"
#include "compiler/gemm/GemmLayer.h"
#include "compiler/gemm/GemmScheduler.h"
#include "compiler/gemm/TimingModel.h"

namespace lockstep {
namespace {

class ProductLayer : public PlannedLayer {
public:
  ProductLayer(const PieceLayer &layer, const GemmSchedule &schedule, const Parameters &parameters)
      : layer(layer), schedule(schedule), parameters(parameters) {}

  Result<std::vector<Instruction>> emit(const LayerAddresses &addresses) const override {
    const GemmAddresses at{addresses.input, addresses.other, addresses.output, addresses.parameters,
                           addresses.parameter_array_bytes};
    const GemmProblem &p = layer.product;
    const int64_t outputBytes = elementBytes(p.output);
    const GemmBatch batch{layer.batch, p.m * p.k, p.k * p.n, p.m * p.n * outputBytes};
    return emitGemmLayer(p, schedule, at, parameters, batch);
  }

private:
  const PieceLayer &layer;
  GemmSchedule schedule;
  const Parameters &parameters;
};

std::vector<Instruction> withHalt(std::vector<Instruction> code) {
  code.push_back(HaltInstruction{});
  return code;
}

} // namespace

Result<std::unique_ptr<PlannedLayer>> planProduct(const PieceLayer &layer, const Parameters &parameters) {
  const Result<GemmSchedule> schedule = scheduleGemm(layer.product, parameters);
  if (!schedule)
    return schedule.error();
  auto planned = std::make_unique<ProductLayer>(layer, *schedule, parameters);
  const auto batch = static_cast<uint64_t>(layer.batch);
  planned->plan.label = layer.label;
  planned->plan.operation = layer.operation;
  planned->plan.mapping =
      schedule->stationary_is_a ? "matrix product, A stationary" : "matrix product, B stationary";
  planned->plan.alternatives = productLines(layer, *schedule, parameters);
  planned->plan.schedule = explain(*schedule);
  planned->plan.bound_cycles = batch * schedule->bound_cycles;
  planned->plan.predicted_cycles = schedule->predicted_cycles;
  if (batch > 1) // products overlap
    if (const auto code = planned->emit({}))
      planned->plan.predicted_cycles = predictCycles(parameters, withHalt(*code), UINT64_MAX / 4);
  return std::unique_ptr<PlannedLayer>(std::move(planned));
}

} // namespace lockstep
