#include "compiler/accelerator/LayerCode.h"
#include "compiler/accelerator/MappingLines.h"
#include "compiler/conv/ConvScheduler.h"

namespace lockstep {
namespace {

class ConvolutionLayer : public PlannedLayer {
public:
  ConvolutionLayer(const PieceLayer &layer, std::shared_ptr<const ConvSchedule> schedule,
                   const Parameters &parameters)
      : layer(layer), schedule(std::move(schedule)), parameters(parameters) {}

  std::vector<uint8_t> weights() const override {
    const std::vector<int8_t> packed = packConvWeights(layer.convolution, *schedule, layer.weights);
    return {packed.begin(), packed.end()};
  }

  Result<std::vector<Instruction>> emit(const LayerAddresses &addresses) const override {
    ConvAddresses at;
    at.input = addresses.input, at.weights = addresses.other, at.output = addresses.output;
    at.parameters = addresses.parameters;
    at.parameter_array_bytes = addresses.parameter_array_bytes;
    return emitConv(layer.convolution, *schedule, at, parameters);
  }

private:
  const PieceLayer &layer;
  std::shared_ptr<const ConvSchedule> schedule;
  const Parameters &parameters;
};

std::string lineOf(const ConvAlternative &alternative) {
  const std::string head = alternative.mapping + " (" + alternative.index_map + "): ";
  if (!alternative.refusal.empty())
    return head + "refused: " + alternative.refusal;
  return head + std::to_string(alternative.predicted_cycles) + " cycles, " +
         std::to_string(static_cast<int>(100 * alternative.array_share + 0.5)) + " % of the array";
}

} // namespace

Result<std::unique_ptr<PlannedLayer>> planConvolution(const PieceLayer &layer, const Parameters &parameters) {
  const Result<std::vector<ConvAlternative>> alternatives = convAlternatives(layer.convolution, parameters);
  if (!alternatives)
    return alternatives.error();
  if (alternatives->empty() || !alternatives->front().schedule)
    return Error{ErrorKind::Usage,
                 layer.label + ": no mapping of this convolution fits the machine" +
                     (alternatives->empty() ? "." : ": " + alternatives->front().refusal + ".")};
  const ConvAlternative &best = alternatives->front();
  auto planned = std::make_unique<ConvolutionLayer>(layer, best.schedule, parameters);
  planned->plan.label = layer.label;
  planned->plan.operation = layer.operation;
  planned->plan.mapping = best.mapping;
  for (const ConvAlternative &alternative : *alternatives)
    planned->plan.alternatives.push_back(lineOf(alternative));
  for (std::string &line : convolutionLines(layer, parameters))
    planned->plan.alternatives.push_back(std::move(line));
  planned->plan.schedule = explain(*best.schedule);
  planned->plan.bound_cycles = boundCycles(layer.convolution, parameters);
  planned->plan.predicted_cycles = best.predicted_cycles;
  return std::unique_ptr<PlannedLayer>(std::move(planned));
}

} // namespace lockstep
