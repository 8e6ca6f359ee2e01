// NodeContext for the node that GraphImporter is at.
#pragma once

#include "compiler/onnx/GraphImporter.h"

namespace lockstep {

class NodeContextOfGraph : public NodeContext {
public:
  NodeContextOfGraph(GraphImporter &importer, ImportScope &scope, const onnx::NodeProto &node,
                     std::string label, const std::vector<onnx::TypeProto> &inferred);

  const onnx::NodeProto &node() const override { return proto; }
  int64_t opset() const override { return importer.opset(proto.domain()); }
  mlir::OpBuilder &builder() override { return importer.builder(); }
  mlir::Location loc() const override { return location; }

  size_t numInputs() const override { return static_cast<size_t>(proto.input_size()); }
  bool hasInput(size_t index) const override;
  ImportedValue input(size_t index) const override;
  std::optional<Tensor> constantInput(size_t index) const override;
  size_t numOutputs() const override { return static_cast<size_t>(proto.output_size()); }
  bool hasOutput(size_t index) const override;
  std::string outputElementType(size_t index) const override;
  std::optional<std::vector<int64_t>> outputShape(size_t index) const override;

  void setOutput(size_t index, mlir::Value value, const std::string &elementType) override;
  void setConstantOutput(size_t index, const Tensor &value) override;

  int64_t intAttribute(const std::string &name, int64_t otherwise) const override;
  float floatAttribute(const std::string &name, float otherwise) const override;
  std::string stringAttribute(const std::string &name, const std::string &otherwise) const override;
  std::vector<int64_t> intsAttribute(const std::string &name) const override;
  const onnx::AttributeProto *attribute(const std::string &name) const override;

  mlir::Value constant(const Tensor &tensor) override { return importer.constant(tensor, location); }
  Result<std::vector<ImportedValue>> importSubgraph(const onnx::GraphProto &graph,
                                                    const std::vector<ImportedValue> &arguments) override;
  Error unsupported(const std::string &reason) const override;

  /// Binds the outputs that were set. Errors (Model): one is missing, or not of the type that ONNX infers.
  Status bindOutputs();

private:
  Status checkOutput(size_t index, const Binding &binding) const;

  GraphImporter &importer;
  ImportScope &scope;
  const onnx::NodeProto &proto;
  std::string label;
  mlir::Location location;
  const std::vector<onnx::TypeProto> &inferred;
  std::vector<std::optional<Binding>> outputs;
};

} // namespace lockstep
