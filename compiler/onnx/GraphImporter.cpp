#include "compiler/onnx/GraphImporter.h"

#include "compiler/onnx/Functions.h"
#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/NodeContextOfGraph.h"
#include "compiler/onnx/OnnxModel.h"
#include "compiler/onnx/ShapeArithmetic.h"

#include <fmt/format.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/Matchers.h>

namespace lockstep {

namespace {

constexpr int kMaximumDepth = 64;
constexpr uint64_t kValuesForInference = 1024; // elements of a tensor that may decide about shapes

std::vector<int64_t> shapeOf(const Binding &binding) {
  if (binding.constant)
    return {binding.constant->shape.begin(), binding.constant->shape.end()};
  return binding.imported.shape().vec();
}

onnx::TypeProto typeOf(const Binding &binding) {
  return onnxTensorType(binding.imported.element_type, shapeOf(binding));
}

std::shared_ptr<const Tensor> valueOf(const Binding &binding) {
  mlir::DenseElementsAttr attribute;
  if (binding.constant || !mlir::matchPattern(binding.imported.value, mlir::m_Constant(&attribute)))
    return binding.constant;
  if (static_cast<uint64_t>(attribute.getNumElements()) > kValuesForInference)
    return nullptr;
  std::optional<Tensor> tensor = tensorOfAttribute(attribute, binding.imported.element_type);
  return tensor ? std::make_shared<Tensor>(std::move(*tensor)) : nullptr;
}

bool hasSubgraph(const onnx::NodeProto &node) {
  for (const onnx::AttributeProto &attribute : node.attribute())
    if (attribute.has_g() || attribute.graphs_size() > 0)
      return true;
  return false;
}

NodeSurroundings surroundingsOf(const onnx::NodeProto &node, ImportScope &scope) {
  NodeSurroundings result;
  if (hasSubgraph(node))
    scope.collectTypes(result.types);
  for (const std::string &name : node.input()) {
    if (name.empty())
      continue;
    const Binding &binding = *scope.find(name);
    result.types[name] = typeOf(binding);
    const std::shared_ptr<const Tensor> value = valueOf(binding);
    if (value && elementCount(value->shape) <= kValuesForInference)
      result.values[name] = protoOf(*value, name);
  }
  return result;
}

Error nodeError(const onnx::NodeProto &node, const std::string &label, const std::string &what) {
  return {ErrorKind::Model, fmt::format("operator {} (node {}): {}", node.op_type(), label, what)};
}

/// No tensor that is computed is beyond reason.
Status checkSizes(const onnx::NodeProto &node, const std::string &label,
                  const std::vector<onnx::TypeProto> &outputs) {
  constexpr double kMaximumBytes = 68719476736; // 2^36
  for (const onnx::TypeProto &type : outputs) {
    const std::optional<std::vector<int64_t>> shape = staticShape(type);
    double bytes = static_cast<double>(elementBytes(elementTypeName(type.tensor_type().elem_type())));
    for (int64_t extent : shape.value_or(std::vector<int64_t>()))
      bytes *= static_cast<double>(extent);
    if (bytes > kMaximumBytes)
      return nodeError(node, label, "a result is over the limit of 2^36 bytes");
  }
  return {};
}

} // namespace

NodeImporters allNodeImporters() {
  NodeImporters importers;
  addMatrixImporters(importers);
  addPoolImporters(importers);
  addQuantizationImporters(importers);
  addRecurrentImporters(importers);
  addControlFlowImporters(importers);
  addElementwiseImporters(importers);
  addReductionImporters(importers);
  addNormalizationImporters(importers);
  addShapeImporters(importers);
  addIndexingImporters(importers);
  addConstantImporters(importers);
  return importers;
}

Binding *ImportScope::find(const std::string &name) {
  for (ImportScope *scope = this; scope; scope = scope->outer)
    if (auto found = scope->bindings.find(name); found != scope->bindings.end())
      return &found->second;
  return nullptr;
}

void ImportScope::collectTypes(std::unordered_map<std::string, onnx::TypeProto> &types) const {
  for (const auto &[name, binding] : bindings)
    if (binding.problem.empty())
      types.emplace(name, typeOf(binding));
  if (outer)
    outer->collectTypes(types);
}

GraphImporter::GraphImporter(mlir::OpBuilder &builder, mlir::Block &entry, Opsets opsets)
    : irBuilder(builder), entry(entry), opsets(std::move(opsets)), importers(allNodeImporters()) {}

int64_t GraphImporter::opset(const std::string &domain) const {
  const auto found = opsets.find(domain);
  return found == opsets.end() ? 0 : found->second;
}

Status GraphImporter::importInitializers(const onnx::GraphProto &graph, ImportScope &scope) {
  for (const onnx::TensorProto &proto : graph.initializer()) {
    Result<Tensor> tensor = tensorOf(proto);
    if (tensor)
      scope.bind(proto.name(),
                 {{nullptr, tensor->element_type}, std::make_shared<Tensor>(std::move(*tensor)), ""});
    else
      scope.bind(proto.name(), {{}, nullptr, tensor.error().message});
  }
  for (const onnx::SparseTensorProto &proto : graph.sparse_initializer())
    scope.bind(proto.values().name(), {{}, nullptr, "sparse initializers are not supported"});
  return {};
}

Status GraphImporter::importNodes(const onnx::GraphProto &graph, ImportScope &scope) {
  size_t position = 0;
  for (const onnx::NodeProto &node : graph.node())
    if (Status status = importNode(node, nodeLabel(node, position++), scope); !status)
      return status;
  return {};
}

Result<ImportedValue> GraphImporter::valueOf(const std::string &name, ImportScope &scope) {
  Binding *binding = scope.find(name);
  if (!binding)
    return Error{ErrorKind::Model, fmt::format("tensor '{}' is not defined", name)};
  if (!binding->problem.empty())
    return Error{ErrorKind::Model, fmt::format("tensor '{}': {}", name, binding->problem)};
  if (!binding->imported.value)
    binding->imported.value = constant(
        *binding->constant, mlir::NameLoc::get(irBuilder.getStringAttr(name.empty() ? "constant" : name)));
  return binding->imported;
}

mlir::Value GraphImporter::constant(const Tensor &tensor, mlir::Location loc) {
  mlir::OpBuilder::InsertionGuard guard(irBuilder);
  if (lastConstant)
    irBuilder.setInsertionPointAfter(lastConstant);
  else
    irBuilder.setInsertionPointToStart(&entry);
  const mlir::DenseElementsAttr value = irAttribute(tensor, irBuilder.getContext());
  lastConstant = irBuilder.create<mlir::tosa::ConstOp>(loc, value.getType(), value);
  return lastConstant->getResult(0);
}

Result<std::vector<ImportedValue>> GraphImporter::importSubgraph(const onnx::GraphProto &graph,
                                                                 const std::vector<ImportedValue> &arguments,
                                                                 ImportScope &scope) {
  if (depth >= kMaximumDepth)
    return Error{ErrorKind::Model,
                 fmt::format("subgraphs and functions nest more than {} deep", kMaximumDepth)};
  ImportScope inner(&scope);
  for (size_t i = 0; i < arguments.size() && i < static_cast<size_t>(graph.input_size()); ++i)
    inner.bind(graph.input(static_cast<int>(i)).name(), {arguments[i], nullptr, ""});
  ++depth;
  Status status = importInitializers(graph, inner);
  if (status)
    status = importNodes(graph, inner);
  --depth;
  if (!status)
    return status.error();
  std::vector<ImportedValue> results;
  for (const onnx::ValueInfoProto &output : graph.output()) {
    Result<ImportedValue> value = valueOf(output.name(), inner);
    if (!value)
      return value.error();
    results.push_back(*value);
  }
  return results;
}

Status GraphImporter::checkInputs(const onnx::NodeProto &node, const std::string &label,
                                  ImportScope &scope) const {
  for (const std::string &name : node.input()) {
    const Binding *binding = name.empty() ? nullptr : scope.find(name);
    if (!name.empty() && !binding)
      return nodeError(node, label, fmt::format("input '{}' is not defined", name));
    if (binding && !binding->problem.empty())
      return Error{ErrorKind::Model,
                   fmt::format("operator {} (node {}, opset {}) is not supported: input '{}': {}",
                               node.op_type(), label, opset(node.domain()), name, binding->problem)};
  }
  return {};
}

Status GraphImporter::importNode(const onnx::NodeProto &original, const std::string &label,
                                 ImportScope &scope) {
  onnx::NodeProto node = original;
  if (node.domain() == "ai.onnx")
    node.clear_domain();
  if (Status status = checkInputs(node, label, scope); !status)
    return status;
  const NodeSurroundings surroundings = surroundingsOf(node, scope);
  Result<std::vector<onnx::TypeProto>> inferred = inferNode(node, surroundings, opsets);
  if (!inferred && hasSubgraph(node)) // what is in the graphs is checked where they are imported
    inferred = std::vector<onnx::TypeProto>(static_cast<size_t>(node.output_size()));
  if (!inferred)
    return nodeError(node, label, inferred.error().message);
  if (Status status = checkSizes(node, label, *inferred); !status)
    return status;
  if (evaluate(node, scope, *inferred))
    return {};
  return importOperator(node, label, scope, surroundings, *inferred);
}

bool GraphImporter::evaluate(const onnx::NodeProto &node, ImportScope &scope,
                             const std::vector<onnx::TypeProto> &inferred) {
  if (!node.domain().empty())
    return false;
  std::vector<std::optional<Tensor>> inputs;
  for (const std::string &name : node.input()) {
    const std::shared_ptr<const Tensor> value = name.empty() ? nullptr : lockstep::valueOf(*scope.find(name));
    inputs.emplace_back();
    if (value && elementCount(value->shape) <= kValuesForInference)
      inputs.back() = *value;
  }
  const std::optional<Tensor> value = evaluateNode(node, inputs);
  if (!value)
    return false;
  NodeContextOfGraph context(*this, scope, node, "", inferred);
  context.setConstantOutput(0, *value);
  return static_cast<bool>(context.bindOutputs());
}

Status GraphImporter::importOperator(const onnx::NodeProto &node, const std::string &label,
                                     ImportScope &scope, const NodeSurroundings &surroundings,
                                     const std::vector<onnx::TypeProto> &inferred) {
  NodeContextOfGraph context(*this, scope, node, label, inferred);
  const auto importer = node.domain().empty() ? importers.find(node.op_type()) : importers.end();
  if (importer != importers.end()) {
    if (Status status = importer->second(context); !status)
      return status;
    return context.bindOutputs();
  }
  if (std::optional<onnx::FunctionProto> body = functionBody(node, surroundings, opsets))
    return importFunction(node, *body, label, scope);
  return context.unsupported("");
}

Status GraphImporter::importFunction(const onnx::NodeProto &node, const onnx::FunctionProto &body,
                                     const std::string &label, ImportScope &scope) {
  if (depth >= kMaximumDepth)
    return nodeError(node, label, fmt::format("functions nest more than {} deep", kMaximumDepth));
  const Opsets outer = opsets;
  for (const onnx::OperatorSetIdProto &opset : body.opset_import())
    opsets[opset.domain()] = static_cast<int>(opset.version());
  ++depth;
  Status status;
  for (const onnx::NodeProto &inner : nodesOfCall(node, body, fmt::format("{}#{}/", label, ++functions)))
    if (status)
      status = importNode(inner, label, scope);
  --depth;
  opsets = outer;
  return status;
}

} // namespace lockstep
