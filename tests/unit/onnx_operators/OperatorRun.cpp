#include "tests/unit/onnx_operators/OperatorRun.h"

#include "compiler/cases/HostModel.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace lockstep {

Result<std::vector<Tensor>> runOperator(const OperatorCase &given) {
  GraphBuilder graph("test");
  NamedTensors arguments;
  std::vector<std::string> inputs, outputs;
  for (size_t i = 0; i < given.inputs.size(); ++i) {
    const Tensor &tensor = given.inputs[i];
    std::string name = tensor.element_type.empty() ? "" : "in_" + std::to_string(i);
    inputs.push_back(name);
    if (std::count(given.constants.begin(), given.constants.end(), i)) {
      graph.initializer(name, tensor);
    } else if (!name.empty()) {
      graph.input(name, tensor.element_type, tensor.shape);
      arguments.push_back({name, tensor});
    }
  }
  for (size_t i = 0; i < given.outputs.size(); ++i) {
    outputs.push_back("out_" + std::to_string(i));
    graph.output(outputs.back(), given.outputs[i].first, given.outputs[i].second);
  }
  graph.node(given.type, "node", inputs, outputs, given.attributes);
  auto model = HostModel::compileBytes(graph.serialize());
  if (!model)
    return model.error();
  auto results = model->run(arguments);
  if (!results)
    return results.error();
  std::vector<Tensor> tensors;
  for (const NamedTensor &result : *results)
    tensors.push_back(result.tensor);
  return tensors;
}

Tensor outputOf(const OperatorCase &given) {
  auto results = runOperator(given);
  if (!results) {
    ADD_FAILURE() << results.error().message;
    return zeroTensor(given.outputs[0].first, given.outputs[0].second);
  }
  return results->front();
}

} // namespace lockstep
