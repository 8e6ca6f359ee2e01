#include "compiler/quantize/LinearLayer.h"

#include <numeric>

namespace lockstep {

namespace {

/// Channel axis of the weights, if the operator and its weights have the form that LinearLayer describes.
std::optional<size_t> channelAxis(const onnx::NodeProto &node, const FloatTensor &weights) {
  size_t rank = weights.shape.size();
  if (node.op_type() == "Conv" && rank >= 3)
    return 0;
  if (node.op_type() == "ConvTranspose" && rank >= 3)
    return 1;
  if (node.op_type() == "MatMul" && rank >= 2)
    return rank - 1;
  bool plain = floatAttribute(node, "alpha", 1) == 1 && floatAttribute(node, "beta", 1) == 1 &&
               intAttribute(node, "transA", 0) == 0;
  if (node.op_type() == "Gemm" && rank == 2 && plain)
    return intAttribute(node, "transB", 0) != 0 ? 0 : 1;
  return std::nullopt;
}

} // namespace

uint64_t LinearLayer::channels() const {
  return node->op_type() == "ConvTranspose" ? weightChannels() * groups : weightChannels();
}

uint64_t LinearLayer::weightChannel(uint64_t index) const {
  uint64_t inner = std::accumulate(weights.shape.begin() + ptrdiff_t(channel_axis) + 1, weights.shape.end(),
                                   uint64_t(1), std::multiplies<>());
  return index / inner % weightChannels();
}

std::optional<LinearLayer> linearLayer(const GraphEditor &editor, onnx::NodeProto *node) {
  if (node == nullptr || !node->domain().empty() || node->input_size() < 2)
    return std::nullopt;
  auto weights = editor.floatConstant(node->input(1));
  auto axis = weights ? channelAxis(*node, *weights) : std::nullopt;
  if (!axis || weights->values.empty())
    return std::nullopt;
  LinearLayer layer{
      node, std::move(*weights), *axis, uint64_t(std::max<int64_t>(1, intAttribute(*node, "group", 1))), {}};
  if (hasInput(*node, 2)) {
    auto bias = editor.floatConstant(node->input(2));
    if (!bias || bias->values.size() != layer.channels() || bias->shape.size() != 1)
      return std::nullopt;
    layer.bias = std::move(bias->values);
  }
  return layer;
}

void storeLinearLayer(GraphEditor &editor, const LinearLayer &layer) {
  onnx::NodeProto &node = *layer.node;
  node.set_input(1, editor.addConstant(node.name() + "_weights", tensorOf(layer.weights)));
  if (layer.bias.empty())
    return;
  std::string bias =
      editor.addConstant(node.name() + "_bias", tensorOf(FloatTensor{{layer.bias.size()}, layer.bias}));
  if (node.input_size() > 2)
    node.set_input(2, bias);
  else
    node.add_input(bias);
}

} // namespace lockstep
