#include "compiler/quantize/InsertQdq.h"

#include "compiler/quantize/GateWeights.h"
#include "compiler/quantize/WeightQuantizer.h"

#include <cstring>

namespace lockstep {

namespace {

using Names = std::vector<std::string>;

template <typename T>
Tensor tensorFrom(const std::string &elementType, const std::vector<uint64_t> &shape,
                  const std::vector<T> &values) {
  Tensor tensor = zeroTensor(elementType, shape);
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

onnx::NodeProto makeNode(const std::string &type, const std::string &name, const Names &inputs,
                         const std::string &output) {
  onnx::NodeProto node;
  node.set_op_type(type);
  node.set_name(name);
  for (const std::string &input : inputs)
    node.add_input(input);
  node.add_output(output);
  return node;
}

/// Builds the new list of nodes beside the old one.
class Inserter {
public:
  Inserter(GraphEditor &graph, const Placement &places, const Calibration &calibrated,
           const QuantizeOptions &wanted)
      : editor(graph), placement(places), calibration(calibrated), options(wanted) {
    for (const QuantizedLayer &layer : placement.layers) {
      anchors[layer.anchor] = &layer;
      for (const std::string &output : layer.last()->output())
        if (!isRecurrent(*layer.anchor))
          made_by_layers.insert(output);
      for (onnx::NodeProto *follower : layer.followers)
        if (follower->op_type() == "Add")
          bias_adds[follower] = layer.anchor;
    }
  }

  std::vector<TensorReport> insert() {
    for (const onnx::ValueInfoProto &input : editor.graph().input())
      addPair(input.name());
    for (onnx::NodeProto *node : editor.nodes())
      addNode(node);
    editor.graph().mutable_node()->Clear();
    for (onnx::NodeProto &node : nodes)
      *editor.graph().add_node() = std::move(node);
    editor.finish();
    return std::move(weights);
  }

private:
  const std::string &rootOf(const std::string &tensor) const { return placement.scale_of.at(tensor); }
  const Quantizer &quantizerOf(const std::string &tensor) const {
    return calibration.at(rootOf(tensor)).quantizer;
  }

  /// Names of the constants with scale and zero point.
  Names parametersOf(const std::string &tensor) {
    const std::string &root = rootOf(tensor);
    Names &names = parameters[root];
    if (names.empty()) {
      const Quantizer &quantizer = quantizerOf(tensor);
      std::string type = quantizer.range.lowest == 0 ? "uint8" : "int8";
      names = {editor.addConstant(root + "_scale", tensorFrom<float>("float32", {}, {quantizer.scale})),
               editor.addConstant(root + "_zero_point",
                                  tensorFrom<uint8_t>(type, {}, {uint8_t(quantizer.zero_point)}))};
    }
    return names;
  }

  /// Quantize and dequantize behind a tensor of the placement, under the names that insertQdq promises.
  void addPair(const std::string &tensor) {
    if (placement.scale_of.count(tensor) == 0)
      return;
    bool keepsName = made_by_layers.count(tensor) > 0;
    std::string from = keepsName ? float_names.at(tensor) : tensor;
    std::string to =
        keepsName ? tensor : (dequantized_names[tensor] = editor.uniqueName(tensor + "_dequantized"));
    std::string quantized = editor.uniqueName(tensor + "_quantized");
    Names names = parametersOf(tensor);
    nodes.push_back(makeNode("QuantizeLinear", tensor + "_quantize", {from, names[0], names[1]}, quantized));
    nodes.push_back(
        makeNode("DequantizeLinear", tensor + "_dequantize", {quantized, names[0], names[1]}, to));
  }

  void addNode(onnx::NodeProto *original) {
    onnx::NodeProto node = *original;
    auto layer = anchors.find(original);
    if (layer != anchors.end()) {
      for (int i = 0; i < (isRecurrent(node) ? 1 : node.input_size()); ++i)
        if (auto renamed = dequantized_names.find(node.input(i)); renamed != dequantized_names.end())
          node.set_input(i, renamed->second);
      if (auto gates = gateWeights(editor, *original))
        addGates(*original, *gates, node);
      if (auto linear = linearLayer(editor, original))
        addWeights(*layer->second, std::move(*linear), node);
    }
    if (auto anchor = bias_adds.find(original); anchor != bias_adds.end())
      node.set_input(editor.constant(original->input(0)) != nullptr ? 0 : 1, bias_names.at(anchor->second));
    for (std::string &output : *node.mutable_output())
      if (made_by_layers.count(output) > 0 && placement.scale_of.count(output) > 0)
        output = float_names[output] = editor.uniqueName(output + "_float");
    nodes.push_back(std::move(node));
    for (const std::string &output : original->output())
      addPair(output);
  }

  /// The constant that a MatMul's following Add adds.
  std::vector<float> addedBias(const QuantizedLayer &layer) const {
    for (const onnx::NodeProto *follower : layer.followers)
      for (const std::string &input : follower->input())
        if (auto constant = follower->op_type() == "Add" ? editor.floatConstant(input) : std::nullopt)
          return constant->values;
    return {};
  }

  /// Weights and bias as integers, in `node` (a copy of the layer's) or for the Add behind it.
  void addWeights(const QuantizedLayer &layer, LinearLayer linear, onnx::NodeProto &node) {
    const std::string &input = layer.anchor->input(0);
    std::vector<float> added = addedBias(layer);
    if (!added.empty())
      linear.bias = added;
    QuantizedWeights quantized = quantizeWeights(linear, quantizerOf(input).scale, options);
    if (options.bias_correction)
      quantized = corrected(linear, quantized, input, added.empty());
    weights.push_back(reportWeights(linear, quantized, layer.anchor->input(1)));
    if (node.op_type() == "MatMul" && added.empty() && !quantized.bias.empty())
      node.set_op_type("Gemm"); // which has a place for the bias that the correction made
    node.set_input(1, addDequantizedWeights(layer, linear, quantized));
    if (quantized.bias.empty())
      return;
    std::string bias = addDequantizedBias(layer, linear, quantized);
    if (!added.empty())
      bias_names[layer.anchor] = bias;
    else if (node.input_size() > 2)
      node.set_input(2, bias);
    else
      node.add_input(bias);
  }

  /// W and R of a recurrent layer as integers; its bias stays float.
  void addGates(const onnx::NodeProto &original, const GateWeights &gates, onnx::NodeProto &node) {
    for (int input : {1, 2}) {
      const FloatTensor &matrix = input == 1 ? gates.w : gates.r;
      const QuantizedGates quantized = quantizeGates(matrix, options);
      weights.push_back(reportGates(matrix, quantized, original.input(input)));
      node.set_input(input,
                     addDequantize(original.name() + (input == 1 ? "_input_weights" : "_recurrent_weights"),
                                   tensorFrom("int8", matrix.shape, quantized.values),
                                   scalesOf(quantized.quantizers), 1));
    }
  }

  static std::vector<float> scalesOf(const std::vector<Quantizer> &quantizers) {
    std::vector<float> scales;
    for (const Quantizer &quantizer : quantizers)
      scales.push_back(quantizer.scale);
    return scales;
  }

  QuantizedWeights corrected(LinearLayer &linear, const QuantizedWeights &quantized, const std::string &input,
                             bool biasIsInNode) const {
    LinearLayer changed = linear;
    // A product of more than matrices has no place for a bias that was not there.
    bool hasPlace =
        linear.node->op_type() != "MatMul" || !biasIsInNode || editor.rank(input) == std::optional<int>(2);
    if (!hasPlace || !correctBias(changed, quantized, calibration.at(input).channel_means))
      return quantized;
    return quantizeWeights(changed, quantizerOf(input).scale, options);
  }

  /// DequantizeLinear of a constant; the float tensor's name. `scales`: one, or one for each place along
  /// `axis`.
  std::string addDequantize(const std::string &name, const Tensor &values, const std::vector<float> &scales,
                            size_t axis) {
    bool perChannel = scales.size() > 1;
    std::vector<uint64_t> shape = perChannel ? std::vector<uint64_t>{scales.size()} : std::vector<uint64_t>{};
    Names inputs = {editor.addConstant(name + "_quantized", values),
                    editor.addConstant(name + "_scale", tensorFrom("float32", shape, scales)),
                    editor.addConstant(name + "_zero_point", zeroTensor(values.element_type, shape))};
    std::string output = editor.uniqueName(name + "_dequantized");
    nodes.push_back(makeNode("DequantizeLinear", name + "_dequantize", inputs, output));
    if (perChannel)
      setIntAttribute(nodes.back(), "axis", int64_t(axis));
    return output;
  }

  std::string addDequantizedWeights(const QuantizedLayer &layer, const LinearLayer &linear,
                                    const QuantizedWeights &quantized) {
    return addDequantize(layer.anchor->name() + "_weights",
                         tensorFrom("int8", linear.weights.shape, quantized.values),
                         scalesOf(quantized.quantizers), linear.channel_axis);
  }

  std::string addDequantizedBias(const QuantizedLayer &layer, const LinearLayer &linear,
                                 const QuantizedWeights &quantized) {
    return addDequantize(layer.anchor->name() + "_bias",
                         tensorFrom("int32", {linear.channels()}, quantized.bias), quantized.bias_scales, 0);
  }

  GraphEditor &editor;
  const Placement &placement;
  const Calibration &calibration;
  const QuantizeOptions &options;
  std::map<const onnx::NodeProto *, const QuantizedLayer *> anchors;
  std::map<const onnx::NodeProto *, const onnx::NodeProto *> bias_adds; // Add to the MatMul before it
  std::set<std::string> made_by_layers;
  std::map<std::string, std::string> float_names, dequantized_names; // by tensor
  std::map<const onnx::NodeProto *, std::string> bias_names;         // by anchor
  std::map<std::string, Names> parameters;                           // by root
  std::vector<onnx::NodeProto> nodes;
  std::vector<TensorReport> weights;
};

} // namespace

std::vector<TensorReport> insertQdq(GraphEditor &editor, const Placement &placement,
                                    const Calibration &calibration, const QuantizeOptions &options) {
  return Inserter(editor, placement, calibration, options).insert();
}

} // namespace lockstep
