// An LSTM node in float, for the values of its cells.
#pragma once

#include "compiler/quantize/GateWeights.h"
#include "compiler/tensor/Tensor.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace lockstep {

/// What a node takes in one run: float32, and int32 lengths; null: absent.
struct LstmInputs {
  const Tensor *x = nullptr;         // [steps, batch, input], or [batch, steps, input] of layout 1
  const Tensor *lengths = nullptr;   // [batch]
  const Tensor *initial_h = nullptr; // [directions, batch, hidden], or [batch, directions, hidden]
  const Tensor *initial_c = nullptr;
};

class FloatLstm {
public:
  /// Expects a node that gateWeights() takes, of a model that can be imported.
  FloatLstm(const GraphEditor &editor, const onnx::NodeProto &node, const GateWeights &gates);

  /// The largest |c| of all steps, initial ones included; infinite if one is not finite.
  double largestCell(const LstmInputs &inputs) const;

private:
  struct Direction {
    bool reverse = false;
    std::vector<float> w, r;      // [input, 4 hidden], [hidden, 4 hidden]; gates i, o, f, c
    std::vector<float> bias;      // [4 hidden], Wb + Rb
    std::vector<float> peepholes; // [3 hidden] for i, o, f
    std::function<double(double)> f, g, h;
  };
  struct State {
    std::vector<float> h, c; // [hidden]
  };
  Direction direction(const GraphEditor &editor, const onnx::NodeProto &node, const GateWeights &gates,
                      uint64_t place) const;
  void setFunctions(const onnx::NodeProto &node);
  State initialState(const LstmInputs &inputs, uint64_t place, uint64_t row, uint64_t batch) const;
  void step(const Direction &direction, const float *x, State &state) const;
  double argument(double value) const;

  uint64_t hidden = 0, input = 0;
  bool batch_first = false;
  double clip = 0; // 0: none
  std::vector<Direction> directions;
};

} // namespace lockstep
