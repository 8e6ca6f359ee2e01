#include "compiler/onnx/NodeContextOfGraph.h"

#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/OnnxModel.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <mlir/IR/Matchers.h>

namespace lockstep {

NodeContextOfGraph::NodeContextOfGraph(GraphImporter &importer, ImportScope &scope,
                                       const onnx::NodeProto &node, std::string label,
                                       const std::vector<onnx::TypeProto> &inferred)
    : importer(importer), scope(scope), proto(node), label(std::move(label)),
      location(mlir::NameLoc::get(importer.builder().getStringAttr(this->label))), inferred(inferred),
      outputs(numOutputs()) {}

bool NodeContextOfGraph::hasInput(size_t index) const {
  return index < numInputs() && !proto.input(static_cast<int>(index)).empty();
}

ImportedValue NodeContextOfGraph::input(size_t index) const {
  Result<ImportedValue> value = importer.valueOf(proto.input(static_cast<int>(index)), scope);
  assert(value && "GraphImporter has checked the inputs");
  return *value;
}

std::optional<Tensor> NodeContextOfGraph::constantInput(size_t index) const {
  if (!hasInput(index))
    return std::nullopt;
  const Binding *binding = scope.find(proto.input(static_cast<int>(index)));
  if (binding->constant)
    return *binding->constant;
  mlir::DenseElementsAttr attribute;
  if (!mlir::matchPattern(binding->imported.value, mlir::m_Constant(&attribute)))
    return std::nullopt;
  return tensorOfAttribute(attribute, binding->imported.element_type);
}

bool NodeContextOfGraph::hasOutput(size_t index) const {
  return index < numOutputs() && !proto.output(static_cast<int>(index)).empty();
}

std::string NodeContextOfGraph::outputElementType(size_t index) const {
  return index < inferred.size() ? elementTypeName(inferred[index].tensor_type().elem_type()) : "";
}

std::optional<std::vector<int64_t>> NodeContextOfGraph::outputShape(size_t index) const {
  return index < inferred.size() ? staticShape(inferred[index]) : std::nullopt;
}

void NodeContextOfGraph::setOutput(size_t index, mlir::Value value, const std::string &elementType) {
  if (index < outputs.size())
    outputs[index] = Binding{{value, elementType}, nullptr, ""};
}

void NodeContextOfGraph::setConstantOutput(size_t index, const Tensor &value) {
  if (index < outputs.size())
    outputs[index] = Binding{{nullptr, value.element_type}, std::make_shared<Tensor>(value), ""};
}

const onnx::AttributeProto *NodeContextOfGraph::attribute(const std::string &name) const {
  for (const onnx::AttributeProto &attribute : proto.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

int64_t NodeContextOfGraph::intAttribute(const std::string &name, int64_t otherwise) const {
  const onnx::AttributeProto *found = attribute(name);
  return found ? found->i() : otherwise;
}

float NodeContextOfGraph::floatAttribute(const std::string &name, float otherwise) const {
  const onnx::AttributeProto *found = attribute(name);
  return found ? found->f() : otherwise;
}

std::string NodeContextOfGraph::stringAttribute(const std::string &name, const std::string &otherwise) const {
  const onnx::AttributeProto *found = attribute(name);
  return found ? found->s() : otherwise;
}

std::vector<int64_t> NodeContextOfGraph::intsAttribute(const std::string &name) const {
  const onnx::AttributeProto *found = attribute(name);
  if (!found)
    return {};
  return {found->ints().begin(), found->ints().end()};
}

Result<std::vector<ImportedValue>>
NodeContextOfGraph::importSubgraph(const onnx::GraphProto &graph,
                                   const std::vector<ImportedValue> &arguments) {
  return importer.importSubgraph(graph, arguments, scope);
}

Error NodeContextOfGraph::unsupported(const std::string &reason) const {
  return {ErrorKind::Model, fmt::format("operator {}{}{} (node {}, opset {}) is not supported{}{}",
                                        proto.domain(), proto.domain().empty() ? "" : ".", proto.op_type(),
                                        label, opset(), reason.empty() ? "" : ": ", reason)};
}

Status NodeContextOfGraph::checkOutput(size_t index, const Binding &binding) const {
  const auto differs = [&](const std::string &found, const std::string &expected) {
    return Error{ErrorKind::Model,
                 fmt::format("operator {} (node {}): output {} is imported as {}, but ONNX says {}",
                             proto.op_type(), label, index, found, expected)};
  };
  const std::string &type = binding.imported.element_type, expected = outputElementType(index);
  if (!expected.empty() && type != expected)
    return differs(type, expected);
  std::vector<int64_t> shape;
  if (binding.constant) {
    shape.assign(binding.constant->shape.begin(), binding.constant->shape.end());
  } else {
    const auto irShaped = mlir::dyn_cast<mlir::RankedTensorType>(binding.imported.value.getType());
    if (!irShaped || !irShaped.hasStaticShape() ||
        irShaped.getElementType() != irElementType(type, location.getContext()))
      return differs("a value that is not a tensor of static shape and of its type", type);
    shape = irShaped.getShape().vec();
  }
  const std::optional<std::vector<int64_t>> known = outputShape(index);
  if (known && *known != shape)
    return differs(fmt::format("[{}]", fmt::join(shape, ", ")), fmt::format("[{}]", fmt::join(*known, ", ")));
  return {};
}

Status NodeContextOfGraph::bindOutputs() {
  for (size_t index = 0; index < outputs.size(); ++index) {
    if (!hasOutput(index))
      continue;
    if (!outputs[index])
      return unsupported(fmt::format("output {} is used", index));
    if (Status status = checkOutput(index, *outputs[index]); !status)
      return status;
    scope.bind(proto.output(static_cast<int>(index)), std::move(*outputs[index]));
  }
  return {};
}

} // namespace lockstep
