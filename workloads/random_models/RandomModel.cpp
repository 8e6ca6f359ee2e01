#include "workloads/random_models/RandomModel.h"

#include "workloads/random_models/Random.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace lockstep {

std::string onnxOf(const RandomModel &model) {
  GraphBuilder builder("random");
  for (const std::string &input : model.inputs)
    builder.input(input, model.lengths.count(input) ? "int32" : "float32", model.shapes.at(input));
  for (const auto &[name, tensor] : model.constants)
    builder.initializer(name, tensor);
  for (const ModelNode &node : model.nodes) {
    std::vector<std::string> outputs(node.output_number);
    outputs.push_back(node.output);
    builder.node(node.type, node.label, node.inputs, outputs, node.attributes);
  }
  for (const std::string &output : model.outputs)
    builder.output(output, "float32", model.shapes.at(output));
  return builder.serialize();
}

namespace {

/// Some inputs far outside of what calibration sees, some empty of information.
void fillInput(Tensor &tensor, ModelRandom &random) {
  unsigned kind = unsigned(random.below(10));
  float scale = kind == 0 ? 0.0f : kind == 1 ? 20.0f : 1.0f;
  float constant = kind == 2 ? random.real() : 0.0f;
  for (size_t i = 0; i + 4 <= tensor.bytes.size(); i += 4) {
    float value = constant + scale * random.real();
    std::memcpy(tensor.bytes.data() + i, &value, 4);
  }
}

void fillLengths(Tensor &tensor, uint64_t most, ModelRandom &random) {
  for (size_t i = 0; i + 4 <= tensor.bytes.size(); i += 4) {
    const auto length = int32_t(random.between(1, int64_t(most)));
    std::memcpy(tensor.bytes.data() + i, &length, 4);
  }
}

} // namespace

NamedTensors randomInputs(const RandomModel &model, uint64_t samples, uint64_t seed) {
  NamedTensors inputs;
  ModelRandom random(seed);
  for (const std::string &name : model.inputs) {
    ModelShape shape = model.shapes.at(name);
    shape[0] *= samples; // the model's own batch for each run
    const auto length = model.lengths.find(name);
    Tensor tensor = zeroTensor(length == model.lengths.end() ? "float32" : "int32", shape);
    if (length == model.lengths.end())
      fillInput(tensor, random);
    else
      fillLengths(tensor, length->second, random);
    inputs.push_back({name, std::move(tensor)});
  }
  return inputs;
}

RandomModel withoutUnused(RandomModel model) {
  std::set<std::string> needed(model.outputs.begin(), model.outputs.end());
  std::vector<ModelNode> kept;
  for (auto node = model.nodes.rbegin(); node != model.nodes.rend(); ++node)
    if (needed.count(node->output)) {
      needed.insert(node->inputs.begin(), node->inputs.end());
      kept.insert(kept.begin(), *node);
    }
  model.nodes = std::move(kept);
  auto isUnused = [&](const std::string &name) { return !needed.count(name); };
  model.inputs.erase(std::remove_if(model.inputs.begin(), model.inputs.end(), isUnused), model.inputs.end());
  for (auto constant = model.constants.begin(); constant != model.constants.end();)
    constant = isUnused(constant->first) ? model.constants.erase(constant) : std::next(constant);
  return model;
}

} // namespace lockstep
