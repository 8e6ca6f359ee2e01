#include "compiler/quantize/GraphTransforms.h"
#include "compiler/quantize/LinearLayer.h"

#include <cmath>

namespace lockstep {

namespace {

/// y = factor x + offset for each channel.
struct Affine {
  std::vector<float> factor, offset;
};

std::optional<Affine> affineOf(const GraphEditor &editor, const onnx::NodeProto &norm, uint64_t channels) {
  std::vector<std::vector<float>> parts; // scale, bias, mean, variance
  for (int i = 1; i <= 4; ++i) {
    auto part = editor.floatConstant(norm.input(i));
    if (!part || part->values.size() != channels)
      return std::nullopt;
    parts.push_back(std::move(part->values));
  }
  Affine affine;
  double epsilon = floatAttribute(norm, "epsilon", 1e-5F);
  for (uint64_t c = 0; c < channels; ++c) {
    double factor = parts[0][c] / std::sqrt(double(parts[3][c]) + epsilon);
    affine.factor.push_back(float(factor));
    affine.offset.push_back(float(parts[1][c] - parts[2][c] * factor));
  }
  return affine;
}

bool isInference(const onnx::NodeProto &norm) {
  return norm.op_type() == "BatchNormalization" && norm.domain().empty() && norm.input_size() == 5 &&
         norm.output_size() == 1 && intAttribute(norm, "training_mode", 0) == 0;
}

/// True if the batch norm's channels (axis 1) are the layer's output channels.
bool channelsAgree(const GraphEditor &editor, const LinearLayer &layer) {
  const std::string &type = layer.node->op_type();
  if (type == "ConvTranspose")
    return layer.groups == 1;
  return type != "MatMul" ||
         (layer.weights.shape.size() == 2 && editor.rank(layer.node->input(0)) == std::optional<int>(2));
}

/// The layer and the norm behind it as one; a MatMul that gets a bias becomes a Gemm.
void fold(GraphEditor &editor, LinearLayer layer, const Affine &affine, const onnx::NodeProto &norm) {
  for (uint64_t i = 0; i < layer.weights.values.size(); ++i)
    layer.weights.values[i] *= affine.factor[layer.weightChannel(i)];
  layer.bias.resize(layer.channels(), 0);
  for (uint64_t c = 0; c < layer.channels(); ++c)
    layer.bias[c] = layer.bias[c] * affine.factor[c] + affine.offset[c];
  if (layer.node->op_type() == "MatMul")
    layer.node->set_op_type("Gemm");
  storeLinearLayer(editor, layer);
  layer.node->set_output(0, norm.output(0));
  editor.remove(&norm);
}

} // namespace

void foldBatchNorms(GraphEditor &editor) {
  fuseMatMulAdd(editor);
  for (onnx::NodeProto *norm : editor.nodes()) {
    if (!isInference(*norm) || editor.onlyUser(norm->input(0)) != norm)
      continue;
    auto layer = linearLayer(editor, editor.producer(norm->input(0)));
    auto affine = layer ? affineOf(editor, *norm, layer->channels()) : std::nullopt;
    if (affine && channelsAgree(editor, *layer)) {
      fold(editor, std::move(*layer), *affine, *norm);
      editor.index(); // a norm behind this one sees the layer as its producer
    }
  }
  editor.finish();
}

} // namespace lockstep
