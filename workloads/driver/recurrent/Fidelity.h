// How near integer recurrent layers come to float: a random layer, both ways, over many steps.
#pragma once

#include "compiler/quantize/QuantizationReport.h"
#include "compiler/recurrent/RecurrentProblem.h"
#include "workloads/driver/support/Row.h"

#include <cstdint>

namespace lockstep {

/// Weights and biases uniform within +-1 / sqrt(hidden), but the bias of the gate that keeps the state
/// (update gate of a GRU, forget gate of an LSTM) is `gate_bias`; inputs standard normal, as many as hidden.
struct FidelitySpec {
  CellKind cell = CellKind::Gru;
  int64_t hidden = 64;  // 1 to 4096
  int64_t steps = 1000; // 1 to 100,000
  double gate_bias = 0;
  bool linear_before_reset = true;
  bool int16_state = true, int8_state = true; // which to measure
  uint64_t seed = 1;
  Calibrator calibrator = Calibrator::MeanSquaredError; // of the inputs' scale
  int64_t calibration_steps = 256;                      // a batch of its own, 1 to 100,000
  int64_t cell_fraction_bits = 0;                       // LSTM: 8 to 12; 0: calibrated
};

/// Errors (Usage): a number outside of its limits, named.
Status checkFidelitySpec(const FidelitySpec &spec);

/// "gru 256 bias 4".
std::string labelOf(const FidelitySpec &spec);

/// An upper estimate of the host bytes that measureFidelity uses.
uint64_t memoryOf(const FidelitySpec &spec);

/// SQNR in dB, 10 log10(sum h^2 / sum (h - h')^2) over all states of all steps, h' of the integer reference
/// and h of the same layer in double. Integers as in any program: weights to int8 by row, inputs to int8 by
/// the calibrated scale, projection and recurrent part by the manual's chapter "Recurrent cells". Keys:
/// - cell, hidden, steps, gate_bias, seed, calibrator;
/// - sqnr_int16_db, sqnr_int8_db: with a state of int16 and of int8;
/// - sqnr_exact_x_db: state of int16, and the projection of float inputs by float weights, rounded to Q3.12:
/// what the
///   recurrent part alone loses;
/// - input_sqnr_db: of the quantized inputs themselves;
/// - cell_fraction_bits: of an LSTM, as given, or for the largest |c| over the calibration batch,
///   repeated to as many steps as are measured;
/// - state_rms, and for an LSTM cell_rms, largest_cell (|c| in float), cell_saturated (part of the cells
///   that the format cannot hold: |c| >= 2^(15 - cell_fraction_bits)).
/// What is not measured is null.
Result<Row> measureFidelity(const FidelitySpec &spec);

} // namespace lockstep
