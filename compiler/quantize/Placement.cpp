#include "compiler/quantize/Placement.h"

#include "compiler/quantize/GateWeights.h"
#include "compiler/quantize/LinearLayer.h"

#include <algorithm>

namespace lockstep {

namespace {

using Names = std::set<std::string>;

bool isOneOf(const onnx::NodeProto &node, const Names &types) {
  return node.domain().empty() && types.count(node.op_type()) > 0;
}

const Names linearTypes = {"Conv", "ConvTranspose", "Gemm", "MatMul"};
const Names rescalingTypes = {"Add", "Concat", "AveragePool", "GlobalAveragePool"};
const Names keepingTypes = {"MaxPool",   "Relu",      "Clip",  "Reshape", "Flatten", "Squeeze",
                            "Unsqueeze", "Transpose", "Slice", "Split",   "Pad"};
const Names functionTypes = {"Sigmoid",         "Tanh",     "LeakyRelu", "Elu",         "Selu", "Celu",
                             "ThresholdedRelu", "Softplus", "HardSwish", "HardSigmoid", "Erf",  "Softsign"};
const Names arithmeticTypes = {"Add", "Sub", "Mul", "Div"};

/// Bounds of a Clip are constants or absent.
bool hasConstantBounds(const GraphEditor &editor, const onnx::NodeProto &clip) {
  for (int i = 1; i < clip.input_size(); ++i)
    if (hasInput(clip, i) && !editor.floatConstant(clip.input(i)))
      return false;
  return true;
}

/// Pad whose new elements are 0, which every quantizer represents exactly.
bool padsWithZero(const GraphEditor &editor, const onnx::NodeProto &pad) {
  if (stringAttribute(pad, "mode", "constant") != "constant")
    return true; // copies of elements
  auto value = hasInput(pad, 2) ? editor.floatConstant(pad.input(2)) : FloatTensor{{}, {0}};
  return value && value->values.size() == 1 && value->values[0] == 0;
}

bool allFloat(const GraphEditor &editor, const std::vector<std::string> &tensors) {
  return !tensors.empty() &&
         std::all_of(tensors.begin(), tensors.end(), [&](const auto &name) { return editor.isFloat(name); });
}

/// Linear operators: constant weights in a form that LinearLayer knows, or two activations and no bias.
bool canBeLinear(const GraphEditor &editor, onnx::NodeProto *node) {
  if (linearLayer(editor, node))
    return true;
  bool product = node->op_type() == "MatMul";
  return product && editor.constant(node->input(0)) == nullptr && editor.constant(node->input(1)) == nullptr;
}

/// Add and Concat of activations alone.
bool hasConstantOperand(const GraphEditor &editor, const onnx::NodeProto &node) {
  return std::any_of(node.input().begin(), node.input().end(),
                     [&](const auto &name) { return editor.constant(name) != nullptr; });
}

bool canKeepScale(const GraphEditor &editor, const onnx::NodeProto &node) {
  if (!isOneOf(node, keepingTypes) || editor.constant(node.input(0)) != nullptr ||
      !editor.isFloat(node.input(0)))
    return false;
  if (node.op_type() == "MaxPool")
    return node.output_size() == 1;
  if (node.op_type() == "Clip")
    return hasConstantBounds(editor, node);
  return node.op_type() != "Pad" || padsWithZero(editor, node);
}

/// A function of one tensor alone: each integer has one result.
bool isFunction(const GraphEditor &editor, const onnx::NodeProto &node) {
  if (isOneOf(node, functionTypes))
    return editor.isFloat(node.input(0));
  if (!isOneOf(node, arithmeticTypes) || !editor.isFloat(node.input(0)))
    return false;
  auto constant = editor.floatConstant(node.input(1));
  return constant && constant->values.size() == 1 && constant->shape.empty();
}

bool canRescale(const GraphEditor &editor, onnx::NodeProto *node) {
  if (isRecurrent(*node))
    return gateWeights(editor, *node).has_value();
  if (!allFloat(editor, activationsOf(editor, *node)))
    return false;
  if (isOneOf(*node, linearTypes))
    return canBeLinear(editor, node);
  return isOneOf(*node, rescalingTypes) && !hasConstantOperand(editor, *node);
}

/// Builds a placement; the two kinds of layers are found one after the other.
class Placer {
public:
  Placer(GraphEditor &graph, const Names &floatNodes) : editor(graph), keepFloat(floatNodes) {}

  Placement place() {
    for (onnx::NodeProto *node : editor.nodes())
      if (isFree(*node) && canRescale(editor, node))
        addRescaling(node);
    spreadForwards();
    spreadBackwards();
    for (onnx::NodeProto *node : editor.nodes())
      if (auto layer = layers.find(node); layer != layers.end())
        record(layer->second);
    return std::move(placement);
  }

private:
  bool isFree(const onnx::NodeProto &node) const {
    return taken.count(&node) == 0 && keepFloat.count(node.name()) == 0;
  }

  void add(QuantizedLayer layer) {
    taken.insert(layer.anchor);
    taken.insert(layer.followers.begin(), layer.followers.end());
    layers[layer.anchor] = std::move(layer);
  }

  void addRescaling(onnx::NodeProto *node) {
    QuantizedLayer layer{node, {}, false};
    bool hasChannels = linearLayer(editor, node).has_value();
    if (onnx::NodeProto *bias = node->op_type() == "MatMul" && hasChannels ? next(layer, {"Add"}) : nullptr)
      if (hasConstantOperand(editor, *bias) && addsToChannels(*bias, linearLayer(editor, node)->channels()))
        layer.followers.push_back(bias);
    onnx::NodeProto *clamp = isOneOf(*node, {"Conv", "ConvTranspose", "Gemm", "MatMul", "Add"})
                                 ? next(layer, {"Relu", "Clip"})
                                 : nullptr;
    if (clamp != nullptr && (clamp->op_type() == "Relu" || hasConstantBounds(editor, *clamp)))
      layer.followers.push_back(clamp);
    add(std::move(layer));
  }

  /// The one user of what the layer makes so far, as first operand for all but Add.
  onnx::NodeProto *next(const QuantizedLayer &layer, const Names &types) const {
    const std::string &made = layer.last()->output(0);
    onnx::NodeProto *user = editor.onlyUser(made);
    bool fits = user != nullptr && isFree(*user) && isOneOf(*user, types);
    return fits && (user->op_type() == "Add" || user->input(0) == made) ? user : nullptr;
  }

  bool addsToChannels(const onnx::NodeProto &add, uint64_t channels) const {
    auto bias = editor.floatConstant(editor.constant(add.input(0)) != nullptr ? add.input(0) : add.input(1));
    return bias && bias->shape.size() == 1 && bias->values.size() == channels;
  }

  bool isKeepingCandidate(const onnx::NodeProto &node) const {
    return isFree(node) && canKeepScale(editor, node);
  }

  /// Operators that are integer where their inputs are. Nodes are in topological order, so one pass is
  /// enough.
  void spreadForwards() {
    Names made;
    for (const auto &[anchor, layer] : layers)
      if (!isRecurrent(*anchor))
        made.insert(layer.last()->output(0));
    for (onnx::NodeProto *node : editor.nodes()) {
      bool keeps = isKeepingCandidate(*node) && made.count(node->input(0)) > 0;
      if (!keeps && !(isFree(*node) && isForwardRescaling(*node, made)))
        continue;
      made.insert(node->output().begin(), node->output().end());
      add({node, {}, keeps});
    }
  }

  bool isForwardRescaling(const onnx::NodeProto &node, const Names &made) const {
    if (isFunction(editor, node))
      return made.count(node.input(0)) > 0;
    return isOneOf(node, {"Sub", "Mul"}) && made.count(node.input(0)) > 0 && made.count(node.input(1)) > 0;
  }

  /// Scale-keeping operators before integer ones.
  void spreadBackwards() {
    Names wanted;
    for (const auto &[anchor, layer] : layers)
      for (const std::string &name : activationsOf(editor, *layer.anchor))
        wanted.insert(name);
    std::vector<onnx::NodeProto *> nodes = editor.nodes();
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
      if (isKeepingCandidate(**node) && wanted.count((*node)->output(0)) > 0) {
        wanted.insert((*node)->input(0));
        add({*node, {}, true});
      }
  }

  void record(const QuantizedLayer &layer) {
    for (const std::string &name : activationsOf(editor, *layer.anchor))
      record(name, name);
    for (const std::string &name : layer.last()->output())
      if (!name.empty() && !isRecurrent(*layer.anchor))
        record(name, layer.keeps_scale ? placement.scale_of[layer.anchor->input(0)] : name);
    placement.layers.push_back(layer);
  }

  void record(const std::string &tensor, const std::string &scale) {
    if (placement.scale_of.emplace(tensor, scale).second)
      placement.tensors.push_back(tensor);
  }

  GraphEditor &editor;
  const Names &keepFloat;
  std::map<onnx::NodeProto *, QuantizedLayer> layers; // by anchor
  std::set<const onnx::NodeProto *> taken;
  Placement placement;
};

} // namespace

std::vector<std::string> activationsOf(const GraphEditor &editor, const onnx::NodeProto &anchor) {
  int operands = 1;
  if (anchor.op_type() == "Concat")
    operands = anchor.input_size();
  else if (isOneOf(anchor, {"Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "Sub", "Mul", "Div"}))
    operands = std::min(2, anchor.input_size());
  std::vector<std::string> names;
  for (int i = 0; i < operands; ++i)
    if (hasInput(anchor, i) && editor.constant(anchor.input(i)) == nullptr)
      names.push_back(anchor.input(i));
  return names;
}

Placement placeQuantizers(GraphEditor &editor, const Names &keepFloat) {
  return Placer(editor, keepFloat).place();
}

} // namespace lockstep
