// What a QDQ graph says that each quantized tensor is, as real numbers: the judge between runtimes.
#pragma once

#include "compiler/tensor/Tensor.h"

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lockstep {

/// Real numbers with 64 bits of mantissa. Dequantized values and their products are exact; sums are to 2^-60
/// or so.
struct RealTensor {
  std::vector<uint64_t> shape;
  std::vector<long double> values;
  std::vector<long double> magnitudes; // sum of |terms| that went into each value
  unsigned terms = 1;                  // how many, at most

  static RealTensor zeros(const std::vector<uint64_t> &shape);
};

/// Of one QuantizeLinear: what it rounds, in steps (x / scale + zero point), before rounding and saturation.
struct ExactOutput {
  std::string quantized; // the name of its result
  std::string operators; // "Conv Relu": what stands between dequantize and quantize
  int64_t lowest = -128, highest = 127;
  std::vector<long double> steps;
  /// How far float32 arithmetic may take each from that: (terms + 8) 2^-24 (sum of |terms| in steps + |zero
  /// point|).
  std::vector<long double> float_bounds;
};

using TensorMap = std::map<std::string, Tensor>;

/// For each QuantizeLinear of the graph, in its order, given the values that quantized tensors and graph
/// inputs take in some execution. Understands what Lockstep's quantizer makes of models. Throws
/// std::runtime_error on others.
std::vector<ExactOutput> exactOutputs(const onnx::GraphProto &graph, const TensorMap &tensors);

// Operators, on real numbers; NCHW.
RealTensor exactOperator(const onnx::NodeProto &node, const std::vector<RealTensor> &inputs);

} // namespace lockstep
