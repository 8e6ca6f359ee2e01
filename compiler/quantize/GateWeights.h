// The constant matrices of a recurrent layer (GRU, LSTM, RNN), and their integers.
#pragma once

#include "compiler/quantize/GraphEditor.h"
#include "compiler/quantize/QuantizationReport.h"
#include "compiler/quantize/Quantizer.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep {

/// W [directions, gates hidden, input] and R [directions, gates hidden, hidden].
struct GateWeights {
  FloatTensor w, r;
};

bool isRecurrent(const onnx::NodeProto &node);

/// Nothing if the node is no recurrent layer, or one that has no integer form: X is no float32 activation; W,
/// R, B or P are no constants; gates are coupled (input_forget).
std::optional<GateWeights> gateWeights(const GraphEditor &editor, const onnx::NodeProto &node);

struct QuantizedGates {
  std::vector<Quantizer> quantizers; // one for each row of axis 1, or one for all; both directions share them
  std::vector<int8_t> values;
};

/// Symmetric, by the largest magnitude of each row of all directions (or of all weights).
QuantizedGates quantizeGates(const FloatTensor &matrix, const QuantizeOptions &options);

/// What the report says of them; scale: the largest.
TensorReport reportGates(const FloatTensor &matrix, const QuantizedGates &quantized, const std::string &name);

} // namespace lockstep
