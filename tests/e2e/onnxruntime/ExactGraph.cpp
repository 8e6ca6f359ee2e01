#include "ExactGraph.h"

#include "compiler/onnx/OnnxModel.h"

#include <cmath>
#include <cstring>
#include <stdexcept>

namespace lockstep {

namespace {

template <typename T> long double element(const Tensor &tensor, size_t i) {
  T value;
  std::memcpy(&value, tensor.bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

long double elementOf(const Tensor &tensor, size_t i) {
  if (tensor.element_type == "float32")
    return element<float>(tensor, i);
  if (tensor.element_type == "int8")
    return element<int8_t>(tensor, i);
  if (tensor.element_type == "uint8")
    return element<uint8_t>(tensor, i);
  if (tensor.element_type == "int32")
    return element<int32_t>(tensor, i);
  if (tensor.element_type == "int64")
    return (long double)element<int64_t>(tensor, i);
  throw std::runtime_error("the judge does not know " + tensor.element_type);
}

/// Evaluates by recursion from a tensor back to what is given.
class Evaluator {
public:
  Evaluator(const onnx::GraphProto &graph, const TensorMap &given) : tensors(given) {
    for (const onnx::TensorProto &constant : graph.initializer())
      tensors[constant.name()] = *tensorOf(constant);
    for (const onnx::NodeProto &node : graph.node())
      for (const std::string &output : node.output())
        producers[output] = &node;
  }

  const Tensor &stored(const std::string &name) const {
    auto found = tensors.find(name);
    if (found == tensors.end())
      throw std::runtime_error("the judge was not given " + name);
    return found->second;
  }

  RealTensor real(const std::string &name) {
    auto producer = producers.find(name);
    if (producer != producers.end() && producer->second->op_type() == "DequantizeLinear")
      return dequantized(*producer->second);
    if (producer == producers.end() || tensors.count(name))
      return asReal(stored(name));
    operators = producer->second->op_type() + (operators.empty() ? "" : " ") + operators;
    std::vector<RealTensor> inputs;
    for (const std::string &input : producer->second->input())
      inputs.push_back(input.empty() ? RealTensor() : real(input));
    return exactOperator(*producer->second, inputs);
  }

  ExactOutput output(const onnx::NodeProto &quantize) {
    operators.clear();
    RealTensor x = real(quantize.input(0));
    long double scale = elementOf(stored(quantize.input(1)), 0),
                zero = elementOf(stored(quantize.input(2)), 0);
    bool isUnsigned = stored(quantize.input(2)).element_type == "uint8";
    ExactOutput exact{quantize.output(0), operators, isUnsigned ? 0 : -128, isUnsigned ? 255 : 127, {}, {}};
    for (size_t i = 0; i < x.values.size(); ++i) {
      exact.steps.push_back(x.values[i] / scale + zero);
      exact.float_bounds.push_back((x.terms + 8) * 0x1p-24L * (x.magnitudes[i] / scale + std::fabs(zero)));
    }
    return exact;
  }

private:
  static RealTensor asReal(const Tensor &tensor) {
    RealTensor x = RealTensor::zeros(tensor.shape);
    for (size_t i = 0; i < x.values.size(); ++i) {
      x.values[i] = elementOf(tensor, i);
      x.magnitudes[i] = std::fabs(x.values[i]);
    }
    return x;
  }

  RealTensor dequantized(const onnx::NodeProto &node) const {
    const Tensor &q = stored(node.input(0)), &scales = stored(node.input(1));
    const Tensor *zeros = node.input_size() > 2 ? &stored(node.input(2)) : nullptr;
    size_t axis = 1, inner = 1, channels = elementCount(scales.shape);
    for (const onnx::AttributeProto &attribute : node.attribute())
      axis = size_t(attribute.i());
    for (size_t i = axis + 1; i < q.shape.size(); ++i)
      inner *= q.shape[i];
    RealTensor x = RealTensor::zeros(q.shape);
    for (size_t i = 0; i < x.values.size(); ++i) {
      size_t channel = i / inner % channels;
      x.values[i] = (elementOf(q, i) - (zeros ? elementOf(*zeros, channel) : 0)) * elementOf(scales, channel);
      x.magnitudes[i] = std::fabs(x.values[i]);
    }
    return x;
  }

  TensorMap tensors;
  std::map<std::string, const onnx::NodeProto *> producers;
  std::string operators;
};

} // namespace

RealTensor RealTensor::zeros(const std::vector<uint64_t> &shape) {
  return {shape, std::vector<long double>(elementCount(shape)), std::vector<long double>(elementCount(shape)),
          1};
}

std::vector<ExactOutput> exactOutputs(const onnx::GraphProto &graph, const TensorMap &tensors) {
  Evaluator evaluator(graph, tensors);
  std::vector<ExactOutput> outputs;
  for (const onnx::NodeProto &node : graph.node())
    if (node.op_type() == "QuantizeLinear")
      outputs.push_back(evaluator.output(node));
  return outputs;
}

} // namespace lockstep
