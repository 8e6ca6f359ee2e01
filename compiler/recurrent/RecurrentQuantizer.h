// From a float GRU, LSTM or RNN to the integer constants of the manual's chapter "Recurrent cells".
#pragma once

#include "compiler/recurrent/RecurrentProblem.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace lockstep {

/// C of a cell whose magnitudes were seen up to `largest`: the most of 8 to 12 with room for a tenth more.
int cellFractionBits(double largest);

/// A matrix quantized row by row: value = scale[row] * int8, symmetric, -127 to 127.
struct QuantizedRows {
  std::vector<int8_t> values; // [rows, columns]
  std::vector<float> scales;  // [rows], each positive
};
QuantizedRows quantizeRows(const float *matrix, int64_t rows, int64_t columns);

/// Float functions of a cell, ONNX's defaults: Sigmoid, Tanh, Tanh.
struct CellFunctions {
  std::function<double(double)> f, g, h;
  static CellFunctions defaults(CellKind cell); // RNN: g only (Tanh)
};

/// One direction of a float layer whose weights are quantized already. G gates in ONNX's order.
struct RecurrentLayer {
  QuantizedRows w;              // [G hidden, input]
  QuantizedRows r;              // [G hidden, hidden]
  std::vector<float> w_bias;    // [G hidden] or empty
  std::vector<float> r_bias;    // [G hidden] or empty
  std::vector<float> peepholes; // [3 hidden] for i, o, f, or empty
  CellFunctions functions;
  float x_scale = 1; // x = x_scale (q - x_zero_point), q int8
  int32_t x_zero_point = 0;
};

/// x projection: int16 [steps batch, G hidden] = requantize(int8 x times w transposed + bias), for each
/// column.
struct ProjectionConstants {
  std::vector<int8_t> weights;     // [G hidden, input]
  std::vector<int32_t> bias;       // [G hidden]; the zero point of x is the GEMM's affair
  std::vector<int32_t> multiplier; // [G hidden]
  std::vector<int32_t> shift;      // [G hidden], 2 to 62
};

struct QuantizedRecurrent {
  RecurrentProblem problem; // the given one with clip, shift, peephole_fraction_bits, h_is_g filled in
  RecurrentConstants constants;
  ProjectionConstants projection;
};

/// `problem`: sizes, cell and state (state_int8, state_fraction_bits, cell_fraction_bits) as wanted; `clip`:
/// ONNX's, 0 for none. Errors (Usage): a scale that no multiplier can express, a size that does not fit.
Result<QuantizedRecurrent> quantizeRecurrent(const RecurrentProblem &problem, const RecurrentLayer &layer,
                                             float clip = 0);

} // namespace lockstep
