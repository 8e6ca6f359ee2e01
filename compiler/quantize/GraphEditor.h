// An ONNX graph with what edits need: who makes a tensor, who uses it, constants, names that are free.
#pragma once

#include "compiler/tensor/Tensor.h"

#include <onnx/onnx_pb.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lockstep {

/// Dense float32 values, row-major.
struct FloatTensor {
  std::vector<uint64_t> shape;
  std::vector<float> values;
};
Tensor tensorOf(const FloatTensor &tensor);

int64_t intAttribute(const onnx::NodeProto &node, const std::string &name, int64_t otherwise);
float floatAttribute(const onnx::NodeProto &node, const std::string &name, float otherwise);
std::vector<int64_t> intsAttribute(const onnx::NodeProto &node, const std::string &name); // empty if absent
std::string stringAttribute(const onnx::NodeProto &node, const std::string &name,
                            const std::string &otherwise);
void setIntAttribute(onnx::NodeProto &node, const std::string &name, int64_t value);
void removeAttribute(onnx::NodeProto &node, const std::string &name);
bool hasInput(const onnx::NodeProto &node, int index);

/// Looks at and edits the main graph; tensors that subgraphs use count as used. What is removed is gone after
/// finish(); node pointers stay valid until then. Producers and users are those of the last index().
class GraphEditor {
public:
  explicit GraphEditor(onnx::GraphProto &graph);
  void index();

  onnx::GraphProto &graph() { return proto; }
  std::vector<onnx::NodeProto *> nodes(); // without removed ones, in order
  /// Null: an input of the graph, a constant, or nothing.
  onnx::NodeProto *producer(const std::string &tensor) const;
  /// The node that alone uses a tensor, once, which is no output of the graph; else null.
  onnx::NodeProto *onlyUser(const std::string &tensor) const;
  std::vector<onnx::NodeProto *> users(const std::string &tensor) const;
  bool isOutput(const std::string &tensor) const { return outputs.count(tensor) > 0; }
  bool isUsedBySubgraph(const std::string &tensor) const { return captured.count(tensor) > 0; }

  /// An initializer, whatever its type.
  const onnx::TensorProto *constant(const std::string &tensor) const;
  std::optional<FloatTensor> floatConstant(const std::string &tensor) const;
  std::optional<std::vector<int64_t>> intConstant(const std::string &tensor) const; // int64
  /// Element type (ONNX's number) and number of dimensions, where shape inference knows them.
  std::optional<int> elementType(const std::string &tensor) const;
  std::optional<int> rank(const std::string &tensor) const;
  bool isFloat(const std::string &tensor) const; // float32
  /// Of what is no constant; null where shape inference does not know it.
  const onnx::TypeProto *type(const std::string &tensor) const;

  std::string uniqueName(const std::string &wanted);
  /// The name under which it was added: `wanted` or one like it.
  std::string addConstant(const std::string &wanted, const Tensor &tensor);
  /// Gives a new tensor its type; the name under which it goes: `wanted` or one like it.
  std::string addTensor(const std::string &wanted, const onnx::TypeProto &type);
  /// The new node, next to one that is there.
  onnx::NodeProto *insertBefore(const onnx::NodeProto *node, onnx::NodeProto added);
  onnx::NodeProto *insertBehind(const onnx::NodeProto *node, onnx::NodeProto added);
  void remove(const onnx::NodeProto *node) { removed.insert(node); }
  /// Drops removed nodes and initializers that nobody uses.
  void finish();

private:
  void indexValues(const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> &values);
  onnx::NodeProto *insert(int position, onnx::NodeProto added);
  int positionOf(const onnx::NodeProto *node) const;
  void indexUses(const onnx::GraphProto &subgraph);

  onnx::GraphProto &proto;
  std::map<std::string, onnx::NodeProto *> producers;
  std::map<std::string, std::vector<onnx::NodeProto *>> uses;
  std::map<std::string, const onnx::TensorProto *> constants;
  std::map<std::string, const onnx::TypeProto *> types;
  std::set<std::string> outputs, captured, names;
  std::set<const onnx::NodeProto *> removed;
};

} // namespace lockstep
