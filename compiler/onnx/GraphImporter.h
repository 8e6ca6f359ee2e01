// Walks a graph's nodes in order and lets each operator's importer emit its operations.
#pragma once

#include "compiler/onnx/NodeImporter.h"
#include "compiler/onnx/NodeInference.h"

#include <memory>
#include <unordered_map>

namespace lockstep {

/// A tensor of the graph: operations that compute it, a value that is known, or the reason for neither.
struct Binding {
  ImportedValue imported; // value null until somebody needs it in the IR
  std::shared_ptr<const Tensor> constant;
  std::string problem;
};

/// Tensors by name; inner graphs see those round them.
class ImportScope {
public:
  explicit ImportScope(ImportScope *outer = nullptr) : outer(outer) {}
  /// Null if there is none.
  Binding *find(const std::string &name);
  void bind(const std::string &name, Binding binding) { bindings[name] = std::move(binding); }
  void collectTypes(std::unordered_map<std::string, onnx::TypeProto> &types) const;

private:
  ImportScope *outer;
  std::unordered_map<std::string, Binding> bindings;
};

/// Emits into one function. Constants stand at its beginning, so that they dominate all uses.
class GraphImporter {
public:
  /// `entry`: the function's block, which the builder appends to.
  GraphImporter(mlir::OpBuilder &builder, mlir::Block &entry, Opsets opsets);

  Status importInitializers(const onnx::GraphProto &graph, ImportScope &scope);
  Status importNodes(const onnx::GraphProto &graph, ImportScope &scope);
  /// The tensor in the IR. Errors (Model): unknown, or not a tensor.
  Result<ImportedValue> valueOf(const std::string &name, ImportScope &scope);
  Result<std::vector<ImportedValue>> importSubgraph(const onnx::GraphProto &graph,
                                                    const std::vector<ImportedValue> &arguments,
                                                    ImportScope &scope);

  mlir::OpBuilder &builder() { return irBuilder; }
  mlir::Value constant(const Tensor &tensor, mlir::Location loc);
  int64_t opset(const std::string &domain) const;

private:
  Status importNode(const onnx::NodeProto &node, const std::string &label, ImportScope &scope);
  Status importOperator(const onnx::NodeProto &node, const std::string &label, ImportScope &scope,
                        const NodeSurroundings &surroundings, const std::vector<onnx::TypeProto> &inferred);
  Status importFunction(const onnx::NodeProto &node, const onnx::FunctionProto &body,
                        const std::string &label, ImportScope &scope);
  bool evaluate(const onnx::NodeProto &node, ImportScope &scope,
                const std::vector<onnx::TypeProto> &inferred);
  Status checkInputs(const onnx::NodeProto &node, const std::string &label, ImportScope &scope) const;

  mlir::OpBuilder &irBuilder;
  mlir::Block &entry;
  mlir::Operation *lastConstant = nullptr;
  Opsets opsets;
  NodeImporters importers;
  int depth = 0;     // of functions and subgraphs
  int functions = 0; // expanded so far: makes names unique
};

/// All families.
NodeImporters allNodeImporters();

} // namespace lockstep
