// Which operators become integer, and where quantize and dequantize pairs stand for that.
#pragma once

#include "compiler/quantize/GraphEditor.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace lockstep {

/// An operator with what is computed together with it, as one integer operator between dequantize and
/// quantize.
struct QuantizedLayer {
  onnx::NodeProto *anchor = nullptr;
  std::vector<onnx::NodeProto *> followers; // MatMul's Add of a constant, then Relu or Clip
  bool keeps_scale = false;                 // data movement, maxima: output integers are input integers

  onnx::NodeProto *last() const { return followers.empty() ? anchor : followers.back(); }
};

/// Rules: Conv, ConvTranspose, Gemm, MatMul (with a Relu or Clip behind), Add (too), Concat, AveragePool and
/// GlobalAveragePool quantize their outputs with scales of their own. MaxPool, Relu, Clip, Reshape, Flatten,
/// Squeeze, Unsqueeze, Transpose, Slice, Split and Pad with 0 keep their input's scale, and are integer where
/// an integer operator stands before or, over such operators, behind them. GRU, LSTM and RNN quantize X;
/// their results are finer than 8 bits, and are quantized for those integer operators alone that use them.
/// All else stays float, as do the nodes of `keep_float`.
struct Placement {
  std::vector<QuantizedLayer> layers; // in the graph's order
  /// Tensors that are quantized, each with the tensor whose calibration gives its scale (itself, or what a
  /// chain of scale-keeping operators begins with).
  std::map<std::string, std::string> scale_of;
  std::vector<std::string> tensors; // the same, in the graph's order
};

/// `keepFloat`: names of nodes. Constant operands (weights) are not among the tensors.
Placement placeQuantizers(GraphEditor &editor, const std::set<std::string> &keepFloat);

/// Operands of a layer's anchor that are activations: tensor names.
std::vector<std::string> activationsOf(const GraphEditor &editor, const onnx::NodeProto &anchor);

} // namespace lockstep
