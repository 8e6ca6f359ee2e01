// Recurrent layers in double precision, as ONNX defines them with its default functions: what integers are
// measured against.
#pragma once

#include "compiler/recurrent/RecurrentProblem.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// One direction of a layer; gates in ONNX's order.
struct FloatRecurrentLayer {
  CellKind cell = CellKind::Gru;
  int64_t hidden = 1, input = 1;
  bool linear_before_reset = true;   // GRU
  std::vector<float> w;              // [G hidden, input]
  std::vector<float> r;              // [G hidden, hidden]
  std::vector<float> w_bias, r_bias; // [G hidden]
};

/// W x + Wb for every step: [steps, G hidden].
std::vector<double> projectInput(const FloatRecurrentLayer &layer,
                                 const std::vector<float> &x /* [steps, input] */);

struct FloatRecurrentRun {
  std::vector<double> states; // [steps, hidden]
  std::vector<double> cells;  // [steps, hidden], LSTM
};

/// All steps from a state of zero, one sequence.
FloatRecurrentRun runRecurrent(const FloatRecurrentLayer &layer, const std::vector<double> &projected);

} // namespace lockstep
