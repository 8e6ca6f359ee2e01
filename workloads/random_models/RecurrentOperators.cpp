// GRU, LSTM and RNN of every variant.
#include "workloads/random_models/ModelMaker.h"

#include <cmath>
#include <cstring>

namespace lockstep {

namespace {

struct CellType {
  const char *name;
  uint64_t gates, states, functions; // functions of one direction
};
constexpr CellType kCells[] = {{"GRU", 3, 1, 2}, {"LSTM", 4, 2, 3}, {"RNN", 1, 1, 1}};

/// Sizes of one node.
struct RecurrentSizes {
  CellType cell;
  bool batch_first = false;
  uint64_t steps = 1, batch = 1, input = 1, hidden = 1, directions = 1;

  ModelShape inOrder(uint64_t first, uint64_t second) const {
    return batch_first ? ModelShape{second, first, hidden} : ModelShape{first, second, hidden};
  }
  ModelShape stateShape() const { return inOrder(directions, batch); }
  ModelShape outputShape() const {
    return batch_first ? ModelShape{batch, steps, directions, hidden}
                       : ModelShape{steps, directions, batch, hidden};
  }
  uint64_t macs() const { return directions * steps * batch * cell.gates * hidden * (input + hidden); }
};

Tensor lengthTensor(const std::vector<int32_t> &lengths) {
  Tensor tensor = zeroTensor("int32", {lengths.size()});
  std::memcpy(tensor.bytes.data(), lengths.data(), tensor.bytes.size());
  return tensor;
}

} // namespace

/// An input of the model, known only when it runs.
std::string ModelMaker::lengthInput(uint64_t batch, uint64_t steps) {
  const std::string name = "lengths_" + std::to_string(model.lengths.size());
  model.inputs.push_back(name);
  model.shapes[name] = {batch};
  model.lengths[name] = steps;
  return name;
}

bool ModelMaker::addRecurrent(const std::string &x) {
  const ModelShape in = shapeOf(x);
  if (in.size() != 3)
    return false;
  RecurrentSizes sizes;
  sizes.cell = kCells[random.below(3)];
  sizes.batch_first = random.chance(40);
  sizes.steps = in[sizes.batch_first ? 1 : 0], sizes.batch = in[sizes.batch_first ? 0 : 1];
  sizes.input = in[2], sizes.hidden = extent(33), sizes.directions = random.chance(35) ? 2 : 1;
  if (sizes.macs() > kMostMacs || elementsOf(sizes.outputShape()) > kMostElements)
    return false;
  const uint64_t d = sizes.directions, h = sizes.hidden, g = sizes.cell.gates;
  const float size = (random.chance(20) ? 3.0f : 1.0f) / std::sqrt(float(h));
  std::vector<std::string> inputs = {x, floats({d, g * h, sizes.input}, -size, size),
                                     floats({d, g * h, h}, -size, size)};
  const uint64_t more = random.below(sizes.cell.gates == 4 ? 6 : 4); // B, lengths, initial states, peepholes
  std::vector<int32_t> lengths(sizes.batch, int32_t(sizes.steps));
  for (int32_t &length : lengths)
    if (random.chance(50))
      length = int32_t(random.between(1, int64_t(sizes.steps)));
  if (more > 0)
    inputs.push_back(floats({d, 2 * g * h}, -0.5f, 0.5f));
  if (more > 1)
    inputs.push_back(lengths[0] % 3 ? constant(lengthTensor(lengths))
                                    : lengthInput(sizes.batch, sizes.steps));
  for (uint64_t state = 0; state < sizes.cell.states && state + 2 < more; ++state)
    inputs.push_back(floats(sizes.stateShape(), -0.9f, 0.9f));
  if (more > 4)
    inputs.push_back(floats({d, 3 * h}, -0.5f, 0.5f));

  std::vector<GraphAttribute> attributes = {{"hidden_size", int64_t(h)}};
  attributes.push_back({"direction", std::string(d == 2              ? "bidirectional"
                                                 : random.chance(30) ? "reverse"
                                                                     : "forward")});
  if (sizes.batch_first)
    attributes.push_back({"layout", int64_t(1)});
  if (sizes.cell.gates == 3 && random.chance(60))
    attributes.push_back({"linear_before_reset", int64_t(1)});
  if (random.chance(15))
    attributes.push_back({"clip", random.pick(std::vector<float>{0.5f, 1.0f, 3.0f})});
  if (random.chance(15)) {
    std::vector<std::string> names;
    for (uint64_t i = 0; i < d * sizes.cell.functions; ++i)
      names.push_back(i % sizes.cell.functions == 0 && sizes.cell.functions > 1 ? "HardSigmoid" : "Softsign");
    attributes.push_back({"activations", names});
  }
  appendRecurrent(sizes.cell.name, inputs, attributes, sizes.outputShape(), sizes.stateShape(),
                  sizes.batch_first);
  return true;
}

/// All outputs (as a sequence again, mostly) or the last state.
void ModelMaker::appendRecurrent(const std::string &type, const std::vector<std::string> &inputs,
                                 const std::vector<GraphAttribute> &attributes, const ModelShape &all,
                                 const ModelShape &last, bool batchFirst) {
  if (random.chance(35)) {
    append(type, inputs, last, attributes);
    model.nodes.back().output_number = 1;
    return;
  }
  std::string y = append(type, inputs, all, attributes);
  if (random.chance(20))
    return;
  ModelShape outer = all;
  if (!batchFirst) { // directions beside each other
    std::swap(outer[1], outer[2]);
    y = append("Transpose", {y}, outer, {{"perm", std::vector<int64_t>{0, 2, 1, 3}}});
  }
  const ModelShape flat = {outer[0], outer[1], outer[2] * outer[3]};
  append("Reshape", {y, shapeConstant({flat.begin(), flat.end()})}, flat);
}

} // namespace lockstep
