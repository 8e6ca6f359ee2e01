#include "compiler/quantize/GraphTransforms.h"

#include "compiler/onnx/OnnxModel.h"

namespace lockstep {

void nameNodes(onnx::GraphProto &graph) {
  std::set<std::string> names;
  for (int i = 0; i < graph.node_size(); ++i) {
    onnx::NodeProto &node = *graph.mutable_node(i);
    std::string label = nodeLabel(node, size_t(i)), name = label;
    for (unsigned copy = 1; !names.insert(name).second; ++copy)
      name = label + "_" + std::to_string(copy);
    node.set_name(name);
  }
}

namespace {

/// The node that alone uses `node`'s output, if it is of this operator.
onnx::NodeProto *follower(const GraphEditor &editor, const onnx::NodeProto &node,
                          const std::string &operatorType) {
  onnx::NodeProto *next = editor.onlyUser(node.output(0));
  return next != nullptr && next->op_type() == operatorType && next->domain().empty() ? next : nullptr;
}

/// `next` vanishes; `node` makes what it made.
void takeOver(GraphEditor &editor, onnx::NodeProto &node, const onnx::NodeProto &next) {
  node.set_output(0, next.output(0));
  editor.remove(&next);
}

void normalizeGemm(GraphEditor &editor, onnx::NodeProto &node) {
  auto weights = editor.floatConstant(node.input(1));
  if (!weights || weights->shape.size() != 2)
    return;
  uint64_t channels = weights->shape[intAttribute(node, "transB", 0) != 0 ? 0 : 1];
  auto bias =
      hasInput(node, 2) ? channelConstant(editor.floatConstant(node.input(2)), channels) : std::nullopt;
  if (hasInput(node, 2) && !bias)
    return;
  float alpha = floatAttribute(node, "alpha", 1), beta = floatAttribute(node, "beta", 1);
  if (alpha != 1) {
    for (float &value : weights->values)
      value *= alpha;
    node.set_input(1, editor.addConstant(node.name() + "_weights", tensorOf(*weights)));
  }
  if (bias) {
    for (float &value : *bias)
      value *= beta;
    node.set_input(2, editor.addConstant(node.name() + "_bias", tensorOf(FloatTensor{{channels}, *bias})));
  }
  removeAttribute(node, "alpha");
  removeAttribute(node, "beta");
}

} // namespace

std::optional<std::vector<float>> channelConstant(const std::optional<FloatTensor> &constant,
                                                  uint64_t channels) {
  if (!constant || (constant->values.size() != 1 && constant->values.size() != channels))
    return std::nullopt;
  bool alongLast = constant->values.size() == 1 || constant->shape.back() == channels;
  if (!alongLast || constant->shape.size() > 2)
    return std::nullopt;
  return constant->values.size() == channels ? constant->values
                                             : std::vector<float>(channels, constant->values[0]);
}

void normalizeGemms(GraphEditor &editor) {
  for (onnx::NodeProto *node : editor.nodes())
    if (node->op_type() == "Gemm" && node->domain().empty())
      normalizeGemm(editor, *node);
  editor.finish();
}

void fuseMatMulAdd(GraphEditor &editor) {
  for (onnx::NodeProto *node : editor.nodes()) {
    if (node->op_type() != "MatMul" || !node->domain().empty() ||
        editor.rank(node->input(0)) != std::optional<int>(2))
      continue;
    auto weights = editor.floatConstant(node->input(1));
    onnx::NodeProto *add = follower(editor, *node, "Add");
    if (!weights || weights->shape.size() != 2 || add == nullptr)
      continue;
    const std::string &other = add->input(add->input(0) == node->output(0) ? 1 : 0);
    auto bias = channelConstant(editor.floatConstant(other), weights->shape[1]);
    if (!bias)
      continue;
    node->set_op_type("Gemm");
    node->add_input(editor.addConstant(node->name() + "_bias", tensorOf(FloatTensor{{bias->size()}, *bias})));
    takeOver(editor, *node, *add);
  }
  editor.finish();
}

void simplifyGraph(onnx::GraphProto &graph, bool foldNorms, const std::set<std::string> &keepFloat) {
  nameNodes(graph);
  GraphEditor editor(graph);
  foldConstants(editor);
  splitGemms(editor, keepFloat);
  normalizeGemms(editor);
  if (foldNorms)
    foldBatchNorms(editor);
  fuseMatMulAdd(editor);
}

} // namespace lockstep
