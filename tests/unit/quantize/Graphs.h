// Small ONNX models for tests of the quantizer.
#pragma once

#include "compiler/tensor/Tensor.h"

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// Builds a model of opset 17 node by node; all tensors float32.
class GraphBuilder {
public:
  GraphBuilder();
  GraphBuilder &input(const std::string &name, const std::vector<int64_t> &shape); // -1: an open extent
  GraphBuilder &output(const std::string &name);
  GraphBuilder &constant(const std::string &name, const std::vector<uint64_t> &shape,
                         const std::vector<float> &values);
  /// Values between -1 and 1 that follow from name and place.
  GraphBuilder &noise(const std::string &name, const std::vector<uint64_t> &shape);
  GraphBuilder &ints(const std::string &name, const std::vector<int64_t> &values);
  GraphBuilder &bytes(const std::string &name, const std::vector<uint64_t> &shape,
                      const std::vector<int8_t> &values);
  GraphBuilder &ints32(const std::string &name, const std::vector<int32_t> &values);
  GraphBuilder &node(const std::string &type, const std::vector<std::string> &inputs,
                     const std::string &output);
  /// A further output of the last node; an empty name for one that is left out.
  GraphBuilder &also(const std::string &output);
  // Of the last node.
  GraphBuilder &named(const std::string &name);
  GraphBuilder &attribute(const std::string &name, int64_t value);
  GraphBuilder &attribute(const std::string &name, float value);
  GraphBuilder &attribute(const std::string &name, const std::vector<int64_t> &values);
  GraphBuilder &attribute(const std::string &name, const char *value);
  GraphBuilder &attribute(const std::string &name, const std::vector<std::string> &values);
  GraphBuilder &attribute(const std::string &name, const std::vector<float> &values);

  /// Checked, shapes inferred.
  onnx::ModelProto prepared() const;

private:
  onnx::AttributeProto &add(const std::string &name, onnx::AttributeProto::AttributeType type);
  onnx::ModelProto model;
};

/// "Conv Relu QuantizeLinear ...": the types in the graph's order.
std::string typesOf(const onnx::GraphProto &graph);
/// The node that makes a tensor; the test fails without it.
const onnx::NodeProto &makerOf(const onnx::GraphProto &graph, const std::string &tensor);
const onnx::TensorProto &initializerOf(const onnx::GraphProto &graph, const std::string &name);

/// Samples between -1 and 1 that follow from the seed.
Tensor noiseTensor(const std::vector<uint64_t> &shape, unsigned seed);
/// Outputs of the float model on the host.
NamedTensors runOnHost(const onnx::ModelProto &model, const NamedTensors &inputs);
std::vector<float> floatsOf(const Tensor &tensor);

} // namespace lockstep
