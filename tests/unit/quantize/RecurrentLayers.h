// Models of one recurrent layer, and what the quantizer makes of them.
#pragma once

#include "Graphs.h"
#include "compiler/passes/RecurrentForm.h"
#include "compiler/quantize/Quantize.h"

#include <string>
#include <vector>

namespace lockstep {

constexpr uint64_t kSteps = 6, kBatch = 3, kInputs = 5, kHidden = 7;

/// One layer on `x`; `extra` are its inputs from B on. Values of W and R follow from their names.
GraphBuilder layer(const std::string &type, uint64_t directions = 1,
                   const std::vector<std::string> &extra = {}, bool batchFirst = false);

NamedTensors batch(uint64_t runs = 4, bool batchFirst = false);

/// The test fails if it cannot be.
QuantizedModel quantized(const GraphBuilder &graph, const NamedTensors &samples = batch(),
                         const QuantizeOptions &options = {});

/// The model in integer form: its recurrent layers, in order, and the text of @main.
struct Forms {
  std::vector<RecurrentForm> layers;
  std::string text;

  explicit Forms(const onnx::ModelProto &model);
};

} // namespace lockstep
