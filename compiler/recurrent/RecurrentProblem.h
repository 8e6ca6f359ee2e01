// A recurrent layer to be scheduled: its cell, sizes, numbers, and where its tensors stand.
#pragma once

#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

enum class CellKind : uint8_t { Gru, Lstm, Rnn };
/// 3 (z, r, n), 4 (i, o, f, c), 1: ONNX's order.
int64_t gatesOf(CellKind cell);
const char *cellName(CellKind cell); // "gru", "lstm", "rnn"

enum class RecurrentOutput : uint8_t { Int16, Int8 };

/// Functions of a cell as tables of the manual's chapter "Recurrent cells": f (gates), g (candidate), h (an
/// LSTM's output). Equal tables are held once; the machine's vector.tables bounds how many differ.
using FunctionTable = std::array<int16_t, 513>;

/// One direction of one layer. The arithmetic: manual, chapter "Recurrent cells"; float meaning: ONNX.
struct RecurrentProblem {
  CellKind cell = CellKind::Gru;
  int64_t hidden = 1, batch = 1, steps = 1;  // hidden and batch 1 to 2^16, steps 1 to 2^24
  bool linear_before_reset = true;           // GRU
  bool peepholes = false;                    // LSTM
  bool reverse = false;                      // from the last step to the first
  bool has_lengths = false;                  // a mask for each step and row of the batch
  bool initial_h = false, initial_c = false; // from memory; else zero
  bool state_int8 = false;                   // the state as int8: one pass
  bool h_is_g = true;                        // LSTM: the tables h and g are equal, and held once
  bool writes_y = true, writes_y_h = true, writes_y_c = false;
  int state_fraction_bits = 15;    // F
  int32_t clip = 32767;            // Q3.12, 1 to 32767; 32767: none
  int peephole_fraction_bits = 12; // p
  int cell_fraction_bits = 12;     // C, LSTM: 8 to 12; p + C at least 12
  uint32_t shift = 38;             // of the gates' multipliers, 2 to 62
  RecurrentOutput output = RecurrentOutput::Int16;
  int32_t output_multiplier = 128, output_zero_point = 0; // M, z of int8 outputs (Y and Y_h)
  uint32_t output_shift = 15;                             // s
};

/// Errors (Usage): a size or number outside of its limits, named.
Status checkRecurrentProblem(const RecurrentProblem &problem);

/// The layer's constants. G = gatesOf(cell).
struct RecurrentConstants {
  std::vector<int8_t> weights;     // [G, hidden (output), hidden (input)]
  std::vector<int32_t> bias;       // [G, hidden], with the sum of weights / 2 of an int16 state
  std::vector<int32_t> multiplier; // [G, hidden], 0 to 2^31 - 1
  std::vector<int16_t> peepholes;  // [3, hidden] for i, o, f; empty without
  FunctionTable f{}, g{}, h{};     // h: LSTM only
};

/// In external memory, multiples of 64 unless said. All tensors row-major and dense up to the given strides.
struct RecurrentAddresses {
  uint64_t x = 0;            // int16 [steps, batch, G hidden], Q3.12: the input projection
  uint64_t y = 0;            // [steps, batch, hidden] of the output type
  int64_t y_step_bytes = 0;  // from step to step of y; 0: dense (ONNX's [steps, directions, batch, hidden])
  uint64_t y_h = 0, y_c = 0; // [batch, hidden] of the output type; int16
  uint64_t initial_h = 0, initial_c = 0; // int16 [batch, hidden]; c with C fraction bits, as y_c
  uint64_t mask = 0;      // int8 [steps, batch, array columns]: all lanes of (t, b) are t < length[b]
  uint64_t constants = 0; // packRecurrentConstants
  uint64_t cells = 0;     // workspace of cellBytes(), if that is not 0
};

} // namespace lockstep
