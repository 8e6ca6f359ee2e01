#include "workloads/random_models/ModelMaker.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

namespace lockstep {

namespace {

Tensor floatTensor(const ModelShape &shape, const std::vector<float> &values) {
  Tensor tensor = zeroTensor("float32", shape);
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

/// Length of what lies behind the axis in memory.
uint64_t innerOf(const ModelShape &shape, unsigned axis) {
  uint64_t inner = 1;
  for (size_t i = axis + 1; i < shape.size(); ++i)
    inner *= shape[i];
  return inner;
}

} // namespace

uint64_t elementsOf(const ModelShape &shape) { return elementCount(shape); }

uint64_t ModelMaker::extent(uint64_t most) {
  static const std::vector<uint64_t> edges = {1, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 20, 31, 32, 33};
  std::vector<uint64_t> allowed;
  for (uint64_t edge : edges)
    if (edge <= most)
      allowed.push_back(edge);
  return random.pick(allowed);
}

std::string ModelMaker::append(const std::string &type, const std::vector<std::string> &inputs,
                               const ModelShape &shape, const std::vector<GraphAttribute> &attributes) {
  std::string number = std::to_string(model.nodes.size()), output = "t" + number;
  model.nodes.push_back({type, type + "_" + number, inputs, output, 0, attributes});
  model.shapes[output] = shape;
  tensors.push_back(output);
  return output;
}

std::string ModelMaker::constant(const Tensor &tensor) {
  std::string name = "c" + std::to_string(model.constants.size());
  model.constants[name] = tensor;
  return name;
}

std::string ModelMaker::floats(const ModelShape &shape, float low, float high) {
  std::vector<float> values(elementsOf(shape));
  for (float &value : values)
    value = low + (high - low) * (random.real() + 1) / 2;
  return constant(floatTensor(shape, values));
}

std::string ModelMaker::shapeConstant(const std::vector<int64_t> &values) {
  Tensor tensor = zeroTensor("int64", {values.size()});
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return constant(tensor);
}

std::string ModelMaker::weights(const ModelShape &shape, uint64_t fanIn, unsigned axis) {
  std::vector<float> values(elementsOf(shape));
  float scale = 1 / std::sqrt(float(std::max<uint64_t>(fanIn, 1)));
  for (float &value : values)
    value = scale * random.normal();
  unsigned extreme = unsigned(random.below(16));
  uint64_t channel = random.below(shape[axis]), inner = innerOf(shape, axis);
  for (size_t i = 0; i < values.size(); ++i) {
    bool inChannel = i / inner % shape[axis] == channel;
    if (extreme == 0 && inChannel)
      values[i] = 0; // a channel without weights
    if (extreme == 1 && inChannel)
      values[i] *= 100; // one that dwarfs the others
    if (extreme == 2)
      values[i] = std::copysign(scale, values[i]); // all at the ends of the range
    if (extreme == 3 && inChannel)
      values[i] *= 1e-6f;
    if (extreme == 4 && i == 0)
      values[i] = 50 * scale; // an outlier
  }
  return constant(floatTensor(shape, values));
}

std::string ModelMaker::bias(uint64_t channels) {
  float size = random.chance(10) ? 20.0f : random.chance(15) ? 0.0f : 0.5f;
  return floats({channels}, -size, size);
}

std::string ModelMaker::someTensor() {
  size_t recent = std::min<size_t>(tensors.size(), 3);
  return random.chance(75) ? tensors[tensors.size() - 1 - random.below(recent)] : random.pick(tensors);
}

std::string ModelMaker::sameShape(const std::string &x) {
  std::vector<std::string> found;
  for (const std::string &tensor : tensors)
    if (tensor != x && shapeOf(tensor) == shapeOf(x))
      found.push_back(tensor);
  return found.empty() ? "" : random.pick(found);
}

void ModelMaker::addInputs() {
  uint64_t count = random.chance(15) ? 2 : 1;
  ModelShape shape;
  switch (random.below(10)) {
  case 0:
  case 1:
    shape = {extent(17), extent(33)};
    break;
  case 2:
  case 3:
    shape = {extent(3), extent(17), extent(33)};
    break;
  default:
    shape = {random.chance(85) ? 1u : 2u, extent(20), extent(17), extent(17)};
  }
  while (elementsOf(shape) > kMostElements)
    *std::max_element(shape.begin(), shape.end()) /= 2;
  for (uint64_t i = 0; i < count; ++i) {
    std::string name = "x" + std::to_string(i);
    model.inputs.push_back(name);
    model.shapes[name] = shape;
    tensors.push_back(name);
  }
}

bool ModelMaker::addOperator() {
  struct Choice {
    unsigned weight;
    bool (ModelMaker::*add)(const std::string &x);
  };
  static const Choice choices[] = {{14, &ModelMaker::addConv},          {7, &ModelMaker::addDepthwiseConv},
                                   {6, &ModelMaker::addPointwiseConv},  {3, &ModelMaker::addConvTranspose},
                                   {5, &ModelMaker::addBatchNorm},      {5, &ModelMaker::addPool},
                                   {2, &ModelMaker::addGlobalPool},     {8, &ModelMaker::addGemm},
                                   {8, &ModelMaker::addMatMul},         {3, &ModelMaker::addMatMulOfTwo},
                                   {14, &ModelMaker::addActivation},    {9, &ModelMaker::addBinary},
                                   {4, &ModelMaker::addBinaryConstant}, {4, &ModelMaker::addConcat},
                                   {3, &ModelMaker::addFlatten},        {3, &ModelMaker::addReshape},
                                   {3, &ModelMaker::addTranspose},      {2, &ModelMaker::addSoftmax},
                                   {2, &ModelMaker::addReduceMean},     {20, &ModelMaker::addRecurrent}};
  unsigned total = 0;
  for (const Choice &choice : choices)
    total += choice.weight;
  uint64_t drawn = random.below(total);
  for (const Choice &choice : choices) {
    if (drawn < choice.weight)
      return (this->*choice.add)(someTensor());
    drawn -= choice.weight;
  }
  return false;
}

void ModelMaker::chooseOutputs() {
  std::set<std::string> used;
  for (const ModelNode &node : model.nodes)
    used.insert(node.inputs.begin(), node.inputs.end());
  for (const ModelNode &node : model.nodes)
    if (!used.count(node.output) || random.chance(4))
      model.outputs.push_back(node.output);
}

RandomModel ModelMaker::make() {
  addInputs();
  size_t wanted = 1 + random.below(9);
  for (unsigned tries = 0; model.nodes.size() < wanted && tries < 400; ++tries)
    addOperator();
  chooseOutputs();
  return withoutUnused(std::move(model));
}

namespace {

/// Something for the matrix unit: quantization refuses a model without.
bool hasProduct(const RandomModel &model) {
  static const std::set<std::string> types = {"Conv", "ConvTranspose", "Gemm", "MatMul",
                                              "GRU",  "LSTM",          "RNN"};
  return std::any_of(model.nodes.begin(), model.nodes.end(),
                     [](const ModelNode &node) { return types.count(node.type) != 0; });
}

} // namespace

RandomModel randomModel(uint64_t seed) {
  for (uint64_t attempt = 0;; ++attempt)
    if (RandomModel model = ModelMaker(seed + (attempt << 40)).make(); hasProduct(model))
      return model;
}

} // namespace lockstep
