#include "workloads/random_models/RandomModel.h"

#include <algorithm>
#include <cstring>

namespace lockstep {

namespace {

bool isOutput(const RandomModel &model, const std::string &name) {
  return std::count(model.outputs.begin(), model.outputs.end(), name) != 0;
}

/// Everything up to a node, whose result is the only output.
RandomModel upTo(RandomModel model, size_t node) {
  model.outputs = {model.nodes[node].output};
  model.nodes.resize(node + 1);
  return withoutUnused(std::move(model));
}

/// The node's result becomes an input of the model.
RandomModel cutOff(RandomModel model, size_t node) {
  std::string name = model.nodes[node].output;
  model.nodes.erase(model.nodes.begin() + ptrdiff_t(node));
  model.inputs.push_back(name);
  model.outputs.erase(std::remove(model.outputs.begin(), model.outputs.end(), name), model.outputs.end());
  return withoutUnused(std::move(model));
}

/// The node's first input of the same shape takes its result's place; no nodes if there is none.
RandomModel leftOut(RandomModel model, size_t node) {
  const ModelNode &removed = model.nodes[node];
  for (const std::string &input : removed.inputs) {
    if (model.isConstant(input) || !model.shapes.count(input) ||
        model.shapes.at(input) != model.shapes.at(removed.output))
      continue;
    std::string from = removed.output, to = input;
    if (isOutput(model, from))
      continue;
    model.nodes.erase(model.nodes.begin() + ptrdiff_t(node));
    for (ModelNode &each : model.nodes)
      std::replace(each.inputs.begin(), each.inputs.end(), from, to);
    return withoutUnused(std::move(model));
  }
  return {};
}

RandomModel withoutOutput(RandomModel model, size_t output) {
  model.outputs.erase(model.outputs.begin() + ptrdiff_t(output));
  return withoutUnused(std::move(model));
}

/// All floats of a constant the same.
RandomModel withPlainConstant(RandomModel model, const std::string &name, float value) {
  Tensor &tensor = model.constants.at(name);
  for (size_t i = 0; i + 4 <= tensor.bytes.size(); i += 4)
    std::memcpy(tensor.bytes.data() + i, &value, 4);
  return model;
}

bool isPlain(const Tensor &tensor) {
  for (size_t i = 4; i + 4 <= tensor.bytes.size(); i += 4)
    if (std::memcmp(tensor.bytes.data(), tensor.bytes.data() + i, 4) != 0)
      return false;
  return true;
}

} // namespace

std::vector<RandomModel> smallerModels(const RandomModel &model) {
  std::vector<RandomModel> smaller;
  auto add = [&](RandomModel candidate) {
    if (!candidate.nodes.empty() && !candidate.outputs.empty() && !candidate.inputs.empty())
      smaller.push_back(std::move(candidate));
  };
  for (size_t node = 0; node + 1 < model.nodes.size(); ++node)
    add(upTo(model, node));
  for (size_t node = model.nodes.size(); node-- > 0;)
    add(cutOff(model, node));
  for (size_t node = 0; node < model.nodes.size(); ++node)
    add(leftOut(model, node));
  for (size_t output = 0; model.outputs.size() > 1 && output < model.outputs.size(); ++output)
    add(withoutOutput(model, output));
  for (const auto &[name, tensor] : model.constants)
    if (tensor.element_type == "float32" && !isPlain(tensor))
      for (float value : {0.0f, 1.0f})
        add(withPlainConstant(model, name, value));
  return smaller;
}

RandomModel shrinkModel(RandomModel model, const std::function<bool(const RandomModel &)> &fails,
                        unsigned tries) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (RandomModel &candidate : smallerModels(model)) {
      if (tries == 0)
        return model;
      --tries;
      if (!fails(candidate))
        continue;
      model = std::move(candidate);
      smaller = true;
      break;
    }
  }
  return model;
}

} // namespace lockstep
