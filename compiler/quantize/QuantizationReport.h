// How a model is quantized, and what is said of it afterwards. Without ONNX, so that everybody may include
// it.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

enum class Calibrator : uint8_t { MinMax, Percentile, Entropy, MeanSquaredError, Jeffreys };

struct QuantizeOptions {
  Calibrator calibrator = Calibrator::Entropy; // of activations; weights go by their maximum
  double percentile = 99.99;                   // percent of |values| that are not clipped (Percentile)
  unsigned bits = 8;                           // of activations and weights
  bool per_channel = true;                     // weights: a scale for each output channel
  bool symmetric = true;                       // activations: zero point 0
  bool unsigned_activations = false;           // asymmetric ones are uint8 instead of int8
  bool bias_correction = false;                // the bias makes up for the mean error of quantized weights
  bool fold_batch_norm = true;
  bool layer_sensitivity = false; // report the cost of each layer: a compilation and a run of the batch each
  unsigned recurrent_state_bits = 16; // of GRU, LSTM, RNN: 16, or 8 (one pass of the matrix unit, less exact)
  std::vector<std::string> keep_float; // labels of nodes that stay float
};

struct TensorReport {
  std::string name;
  double minimum = 0, maximum = 0; // seen in calibration
  double threshold = 0;            // largest representable magnitude
  double scale = 0;
  int64_t zero_point = 0;
  double clipped_share = 0;       // of the calibration's elements, 0 to 1
  double sqnr_db = 0, cosine = 0; // quantized and back, against float
};
/// The cell of an LSTM node in integer form: int16 with so many fraction bits.
struct CellReport {
  std::string label;
  double largest = 0; // |c| seen in calibration
  int fraction_bits = 12;
};
struct LayerReport {
  std::string label, operator_type;
  double output_sqnr_db = 0; // of the model's output if this layer alone is quantized
};
struct QuantizationReport {
  QuantizeOptions options;
  uint64_t samples = 0;
  std::vector<TensorReport> tensors;
  std::vector<CellReport> cells;                // LSTMs, in the graph's order
  std::vector<LayerReport> layers;              // costliest first
  double output_sqnr_db = 0, output_cosine = 0; // whole model, over the calibration batch
};

/// "min-max", "percentile", "entropy", "mse", "jeffreys". Errors (Usage): with what is allowed.
Result<Calibrator> calibratorNamed(const std::string &name);
const char *calibratorName(Calibrator calibrator);

} // namespace lockstep
