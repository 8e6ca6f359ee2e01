#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/GraphTransforms.h"

#include <algorithm>

namespace lockstep {

namespace {

const onnx::AttributeProto *valueOfConstant(const onnx::NodeProto &node) {
  for (const onnx::AttributeProto &attribute : node.attribute())
    if (attribute.name() == "value" && attribute.has_t())
      return &attribute;
  return nullptr;
}

/// A copy of the constant under the node's output name, in place of the node. An output of the graph needs a
/// node.
void becomeConstant(GraphEditor &editor, const onnx::NodeProto &node, onnx::TensorProto value) {
  if (editor.isOutput(node.output(0)))
    return;
  value.set_name(node.output(0));
  *editor.graph().add_initializer() = std::move(value);
  editor.remove(&node);
  editor.index();
}

/// Everybody who used the node's output uses its input; not for an output of the graph, which needs its name.
void becomeInput(GraphEditor &editor, const onnx::NodeProto &node) {
  const std::string output = node.output(0), input = node.input(0);
  if (editor.isOutput(output) || editor.isUsedBySubgraph(output))
    return;
  for (onnx::NodeProto *user : editor.users(output))
    for (std::string &name : *user->mutable_input())
      if (name == output)
        name = input;
  editor.remove(&node);
  editor.index();
}

std::vector<uint64_t> permutationOf(const onnx::NodeProto &node, size_t rank) {
  std::vector<int64_t> given = intsAttribute(node, "perm");
  std::vector<uint64_t> permutation(given.begin(), given.end());
  for (size_t i = rank; given.empty() && i-- > 0;)
    permutation.push_back(i);
  return permutation;
}

FloatTensor transposed(const FloatTensor &from, const std::vector<uint64_t> &permutation) {
  size_t rank = from.shape.size();
  std::vector<uint64_t> strides(rank, 1), index(rank, 0);
  for (size_t i = rank; i-- > 1;)
    strides[i - 1] = strides[i] * from.shape[i];
  FloatTensor to;
  for (uint64_t axis : permutation)
    to.shape.push_back(from.shape[axis]);
  for (size_t n = 0; n < from.values.size(); ++n) {
    uint64_t offset = 0;
    for (size_t i = 0; i < rank; ++i)
      offset += index[i] * strides[permutation[i]];
    to.values.push_back(from.values[offset]);
    for (size_t i = rank; i-- > 0 && ++index[i] == to.shape[i];)
      index[i] = 0;
  }
  return to;
}

bool isPermutation(std::vector<uint64_t> permutation, size_t rank) {
  std::sort(permutation.begin(), permutation.end());
  for (size_t i = 0; i < permutation.size(); ++i)
    if (permutation[i] != i)
      return false;
  return permutation.size() == rank;
}

void foldTranspose(GraphEditor &editor, const onnx::NodeProto &node) {
  auto value = editor.floatConstant(node.input(0));
  if (!value)
    return;
  std::vector<uint64_t> permutation = permutationOf(node, value->shape.size());
  if (isPermutation(permutation, value->shape.size()))
    becomeConstant(editor, node, protoOf(tensorOf(transposed(*value, permutation)), node.output(0)));
}

bool isIdentity(const onnx::NodeProto &node) {
  // Dropout in inference; its training mode is an input of its own.
  return node.op_type() == "Identity" ||
         (node.op_type() == "Dropout" && node.output_size() == 1 && node.input_size() < 3);
}

void foldNode(GraphEditor &editor, const onnx::NodeProto &node) {
  if (node.op_type() == "Constant") {
    if (const onnx::AttributeProto *value = valueOfConstant(node))
      becomeConstant(editor, node, value->t());
  } else if (isIdentity(node)) {
    if (const onnx::TensorProto *value = editor.constant(node.input(0)))
      becomeConstant(editor, node, *value);
    else
      becomeInput(editor, node);
  } else if (node.op_type() == "Transpose") {
    foldTranspose(editor, node);
  }
}

} // namespace

void foldConstants(GraphEditor &editor) {
  for (const onnx::NodeProto *node : editor.nodes())
    if (node->domain().empty())
      foldNode(editor, *node);
  editor.finish();
}

} // namespace lockstep
