// Gemm as the operators that can be quantized each by itself.
#include "compiler/quantize/GraphTransforms.h"

namespace lockstep {

namespace {

bool isSameExtent(const onnx::TensorShapeProto::Dimension &a, const onnx::TensorShapeProto::Dimension &b) {
  if (a.has_dim_value() || b.has_dim_value())
    return a.has_dim_value() && b.has_dim_value() && a.dim_value() == b.dim_value();
  return !a.dim_param().empty() && a.dim_param() == b.dim_param();
}

/// c broadcasts to the product: what Add alone would not ask for.
bool broadcastsTo(const onnx::TensorShapeProto &c, const onnx::TensorShapeProto &product) {
  for (int i = 1; i <= c.dim_size(); ++i) {
    const auto &extent = c.dim(c.dim_size() - i);
    bool isOne = extent.has_dim_value() && extent.dim_value() == 1;
    if (i > product.dim_size() || !(isOne || isSameExtent(extent, product.dim(product.dim_size() - i))))
      return false;
  }
  return true;
}

onnx::TypeProto typeOfConstant(const onnx::TensorProto &constant) {
  onnx::TypeProto type;
  type.mutable_tensor_type()->set_elem_type(constant.data_type());
  type.mutable_tensor_type()->mutable_shape();
  for (int64_t extent : constant.dims())
    type.mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(extent);
  return type;
}

/// One Gemm. What stands beside it is named after it.
class GemmSplitter {
public:
  GemmSplitter(GraphEditor &graph, onnx::NodeProto &gemm, std::set<std::string> &takenNames)
      : editor(graph), node(gemm), last(&gemm), names(takenNames) {}

  void split() {
    bool hasWeights = editor.floatConstant(node.input(1)).has_value();
    if (editor.constant(node.input(0)) != nullptr || !areKnown(hasWeights))
      return;
    float alpha = floatAttribute(node, "alpha", 1), beta = floatAttribute(node, "beta", 1);
    std::string addend = hasInput(node, 2) && !(hasWeights && hasChannelBias()) ? node.input(2) : "";
    transpose(0, "transA");
    if (!hasWeights) {
      transpose(1, "transB");
      if (alpha != 1)
        append("Mul", scalar("alpha", alpha));
      node.set_op_type("MatMul");
      for (const char *attribute : {"alpha", "beta"})
        removeAttribute(node, attribute);
    }
    if (!addend.empty() || !hasWeights)
      while (node.input_size() > 2)
        node.mutable_input()->RemoveLast();
    if (!addend.empty() && beta != 0)
      append("Add", scaled(addend, beta));
  }

private:
  /// Float matrices of known shapes.
  bool areKnown(bool hasWeights) const {
    auto isMatrix = [&](const std::string &name) {
      const onnx::TypeProto *type = editor.type(name);
      return editor.isFloat(name) && type != nullptr && type->tensor_type().shape().dim_size() == 2;
    };
    const std::string &made = node.output(0);
    if (!isMatrix(node.input(0)) || !(hasWeights || isMatrix(node.input(1))) || !isMatrix(made))
      return false;
    if (!hasInput(node, 2))
      return true;
    const onnx::TensorProto *constant = editor.constant(node.input(2));
    const onnx::TypeProto *type = editor.type(node.input(2));
    if (constant == nullptr && (type == nullptr || !type->tensor_type().has_shape()))
      return false;
    return broadcastsTo((constant != nullptr ? typeOfConstant(*constant) : *type).tensor_type().shape(),
                        editor.type(made)->tensor_type().shape());
  }

  bool hasChannelBias() const {
    auto weights = editor.floatConstant(node.input(1));
    size_t axis = intAttribute(node, "transB", 0) != 0 ? 0 : 1;
    return weights->shape.size() == 2 &&
           channelConstant(editor.floatConstant(node.input(2)), weights->shape[axis]).has_value();
  }

  onnx::NodeProto made(const std::string &type, const std::string &output) {
    const std::string wanted = node.name() + "_" + type;
    std::string name = wanted;
    for (unsigned copy = 1; !names.insert(name).second; ++copy)
      name = wanted + "_" + std::to_string(copy);
    onnx::NodeProto created;
    created.set_op_type(type);
    created.set_name(name);
    created.add_output(output);
    return created;
  }

  /// A Transpose in front, if the attribute asks for it.
  void transpose(int input, const std::string &attribute) {
    bool isTransposed = intAttribute(node, attribute, 0) != 0;
    removeAttribute(node, attribute);
    if (!isTransposed)
      return;
    onnx::TypeProto type = *editor.type(node.input(input));
    type.mutable_tensor_type()->mutable_shape()->mutable_dim()->SwapElements(0, 1);
    onnx::NodeProto created = made("Transpose", editor.addTensor(node.input(input) + "_transposed", type));
    created.add_input(node.input(input));
    node.set_input(input, created.output(0));
    editor.insertBefore(&node, std::move(created));
  }

  /// `type`(what is made so far, `other`) makes what the Gemm made.
  void append(const std::string &type, const std::string &other) {
    const std::string output = last->output(0);
    last->set_output(0, editor.addTensor(output + "_product", *editor.type(output)));
    onnx::NodeProto created = made(type, output);
    created.add_input(last->output(0));
    created.add_input(other);
    last = editor.insertBehind(last, std::move(created));
  }

  std::string scalar(const std::string &what, float value) {
    return editor.addConstant(node.name() + "_" + what, tensorOf(FloatTensor{{}, {value}}));
  }

  /// beta c.
  std::string scaled(const std::string &c, float beta) {
    if (beta == 1)
      return c;
    if (auto constant = editor.floatConstant(c)) {
      for (float &value : constant->values)
        value *= beta;
      return editor.addConstant(node.name() + "_addend", tensorOf(*constant));
    }
    onnx::NodeProto created = made("Mul", editor.addTensor(c + "_scaled", *editor.type(c)));
    created.add_input(c);
    created.add_input(scalar("beta", beta));
    return editor.insertBefore(&node, std::move(created))->output(0);
  }

  GraphEditor &editor;
  onnx::NodeProto &node, *last;
  std::set<std::string> &names; // of nodes
};

} // namespace

void splitGemms(GraphEditor &editor, const std::set<std::string> &keepFloat) {
  std::set<std::string> names;
  for (const onnx::NodeProto *node : editor.nodes())
    names.insert(node->name());
  for (onnx::NodeProto *node : editor.nodes())
    if (node->op_type() == "Gemm" && node->domain().empty() && keepFloat.count(node->name()) == 0)
      GemmSplitter(editor, *node, names).split();
  editor.finish();
}

} // namespace lockstep
