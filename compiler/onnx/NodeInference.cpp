#include "compiler/onnx/NodeInference.h"

#include <fmt/format.h>
#include <onnx/shape_inference/implementation.h>

namespace lockstep {

namespace {

const onnx::OpSchema *schemaOf(const onnx::NodeProto &node, const Opsets &opsets) {
  const auto version = opsets.find(node.domain());
  if (version == opsets.end())
    return nullptr;
  return onnx::OpSchemaRegistry::Schema(node.op_type(), version->second, node.domain());
}

std::vector<onnx::TypeProto> inferred(const onnx::OpSchema &schema, const onnx::NodeProto &node,
                                      const NodeSurroundings &surroundings, const Opsets &opsets) {
  onnx::NodeProto copy = node; // inference writes into subgraphs
  NodeSurroundings local = surroundings;
  std::unordered_map<std::string, onnx::TypeProto *> types;
  for (auto &[name, type] : local.types)
    types[name] = &type;
  std::unordered_map<std::string, const onnx::TensorProto *> values;
  for (const auto &[name, value] : local.values)
    values[name] = &value;
  onnx::shape_inference::SymbolTableImpl symbols;
  onnx::shape_inference::GraphInferenceContext graphs(types, opsets, &symbols);
  onnx::shape_inference::InferenceContextImpl context(copy, types, values, {}, nullptr, &graphs);
  schema.GetTypeAndShapeInferenceFunction()(context);
  return context.allOutputTypes_;
}

/// An empty name stands for an input that is left out, which only optional ones may be.
std::optional<Error> missingInput(const onnx::OpSchema &schema, const onnx::NodeProto &node) {
  for (int i = 0; i < node.input_size(); ++i) {
    const auto formal = std::min(static_cast<size_t>(i), schema.inputs().size() - 1);
    if (node.input(i).empty() && !schema.inputs().empty() &&
        schema.inputs()[formal].GetOption() != onnx::OpSchema::Optional)
      return Error{ErrorKind::Model, fmt::format("input {} ('{}') is left out, but required", i,
                                                 schema.inputs()[formal].GetName())};
  }
  return std::nullopt;
}

} // namespace

Result<std::vector<onnx::TypeProto>> inferNode(const onnx::NodeProto &node,
                                               const NodeSurroundings &surroundings, const Opsets &opsets) {
  std::vector<onnx::TypeProto> unknown(static_cast<size_t>(node.output_size()));
  const onnx::OpSchema *schema = schemaOf(node, opsets);
  if (!schema)
    return unknown;
  try {
    schema->Verify(node);
    if (const std::optional<Error> missing = missingInput(*schema, node))
      return *missing;
    return inferred(*schema, node, surroundings, opsets);
  } catch (const std::exception &failure) {
    const std::string text = failure.what();
    return Error{ErrorKind::Model, text.substr(0, text.find('\n'))};
  }
}

std::optional<onnx::FunctionProto> functionBody(const onnx::NodeProto &node,
                                                const NodeSurroundings &surroundings, const Opsets &opsets) {
  const onnx::OpSchema *schema = schemaOf(node, opsets);
  if (!schema)
    return std::nullopt;
  try {
    if (schema->HasFunction())
      return *schema->GetFunction();
    if (!schema->HasContextDependentFunction())
      return std::nullopt;
    std::vector<onnx::TypeProto> inputs;
    for (const std::string &name : node.input()) {
      const auto found = surroundings.types.find(name);
      inputs.push_back(found == surroundings.types.end() ? onnx::TypeProto() : found->second);
    }
    const onnx::FunctionBodyBuildContextImpl context(node, inputs);
    onnx::FunctionProto body;
    if (schema->BuildContextDependentFunction(context, body))
      return body;
  } catch (const std::exception &) {
    // A definition that does not hold for these types is none.
  }
  return std::nullopt;
}

} // namespace lockstep
