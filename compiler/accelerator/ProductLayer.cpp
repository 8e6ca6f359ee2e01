#include "compiler/accelerator/LayerCode.h"
#include "compiler/accelerator/MappingLines.h"
#include "compiler/gemm/GemmLayer.h"
#include "compiler/gemm/GemmScheduler.h"

namespace lockstep {
namespace {

class ProductLayer : public PlannedLayer {
public:
  ProductLayer(const PieceLayer &layer, const GemmSchedule &schedule, const Parameters &parameters)
      : layer(layer), schedule(schedule), parameters(parameters) {}

  Result<std::vector<std::vector<Instruction>>> emit(const LayerAddresses &addresses) const override {
    const GemmProblem &p = layer.product;
    const int64_t outputBytes = p.output == GemmOutput::Int32 ? 4 : 1;
    GemmAddresses at{addresses.input, addresses.other, addresses.output, addresses.parameters,
                     addresses.parameter_array_bytes};
    std::vector<std::vector<Instruction>> parts;
    for (int64_t i = 0; i < layer.batch; ++i) {
      Result<std::vector<Instruction>> part = emitGemmLayer(p, schedule, at, parameters);
      if (!part)
        return part.error();
      parts.push_back(std::move(*part));
      at.a += static_cast<uint64_t>(p.m * p.k);
      at.b += static_cast<uint64_t>(p.k * p.n);
      at.c += static_cast<uint64_t>(p.m * p.n * outputBytes);
    }
    return parts;
  }

private:
  const PieceLayer &layer;
  GemmSchedule schedule;
  const Parameters &parameters;
};

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
  planned->plan.predicted_cycles = batch * schedule->predicted_cycles;
  return std::unique_ptr<PlannedLayer>(std::move(planned));
}

} // namespace lockstep
