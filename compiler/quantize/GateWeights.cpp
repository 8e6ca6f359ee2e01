#include "compiler/quantize/GateWeights.h"

#include "compiler/quantize/WeightQuantizer.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

namespace {

/// The row of axis 1 that an element stands in.
size_t rowOf(const FloatTensor &matrix, size_t index) { return index / matrix.shape[2] % matrix.shape[1]; }

const Quantizer &quantizerOf(const FloatTensor &matrix, const QuantizedGates &quantized, size_t index) {
  return quantized.quantizers[quantized.quantizers.size() > 1 ? rowOf(matrix, index) : 0];
}

/// Absent, or a constant.
bool isKnown(const GraphEditor &editor, const onnx::NodeProto &node, int input) {
  return !hasInput(node, input) || editor.floatConstant(node.input(input));
}

} // namespace

bool isRecurrent(const onnx::NodeProto &node) {
  return node.domain().empty() &&
         (node.op_type() == "GRU" || node.op_type() == "LSTM" || node.op_type() == "RNN");
}

std::optional<GateWeights> gateWeights(const GraphEditor &editor, const onnx::NodeProto &node) {
  if (!isRecurrent(node) || !hasInput(node, 0) || !hasInput(node, 1) || !hasInput(node, 2))
    return std::nullopt;
  auto w = editor.floatConstant(node.input(1)), r = editor.floatConstant(node.input(2));
  const bool isMatrix = w && r && w->shape.size() == 3 && r->shape.size() == 3 && w->shape[1] == r->shape[1];
  if (!isMatrix || w->values.empty() || r->values.empty() || editor.constant(node.input(0)) != nullptr ||
      !editor.isFloat(node.input(0)) || !isKnown(editor, node, 3) || !isKnown(editor, node, 7) ||
      intAttribute(node, "input_forget", 0) != 0)
    return std::nullopt;
  return GateWeights{std::move(*w), std::move(*r)};
}

QuantizedGates quantizeGates(const FloatTensor &matrix, const QuantizeOptions &options) {
  std::vector<double> largest(options.per_channel ? matrix.shape[1] : 1);
  for (size_t i = 0; i < matrix.values.size(); ++i) {
    double &most = largest[options.per_channel ? rowOf(matrix, i) : 0];
    most = std::max(most, std::fabs(static_cast<double>(matrix.values[i])));
  }
  QuantizedGates quantized;
  for (double magnitude : largest)
    quantized.quantizers.push_back(symmetricQuantizer(magnitude, options.bits));
  for (size_t i = 0; i < matrix.values.size(); ++i)
    quantized.values.push_back(
        static_cast<int8_t>(quantizerOf(matrix, quantized, i).quantize(matrix.values[i])));
  return quantized;
}

TensorReport reportGates(const FloatTensor &matrix, const QuantizedGates &quantized,
                         const std::string &name) {
  const auto quantizerAt = [&](size_t i) -> const Quantizer & { return quantizerOf(matrix, quantized, i); };
  return reportQuantized(matrix.values, quantized.values, quantized.quantizers, quantizerAt, name);
}

} // namespace lockstep
