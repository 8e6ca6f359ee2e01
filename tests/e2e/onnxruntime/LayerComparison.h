// Two executions of a QDQ graph, layer by layer, each judged by what the graph says exactly.
#pragma once

#include "ExactGraph.h"

#include <string>
#include <vector>

namespace lockstep {

/// An element of a quantized tensor that an execution rounded to another integer than the exact value's
/// nearest.
struct RoundingCase {
  std::string tensor;
  size_t element = 0;
  int64_t got = 0;
  long double steps = 0;    // exact value in steps of the output's scale, zero point added
  long double distance = 0; // from the tie between `got` and the nearest integer
  long double bound = 0;    // what the execution's arithmetic explains
};

struct LayerResult {
  std::string tensor, operators;
  size_t elements = 0;
  size_t ties = 0;                    // exact values in the middle between two integers (within 2^-40)
  std::vector<RoundingCase> cases;    // explained: distance <= bound
  std::vector<RoundingCase> failures; // distance > bound, or further away than the neighbouring integer
};

/// `tensors`: what the execution made of each quantized tensor, and the graph's inputs. A layer is judged by
/// the execution's own inputs of it, so one rounding does not count twice. `boundScale`: the share of
/// ExactOutput's float_bounds that its arithmetic may need (1 for float32).
std::vector<LayerResult> judge(const onnx::GraphProto &graph, const TensorMap &tensors,
                               long double boundScale);

std::string describe(const RoundingCase &rounding);

} // namespace lockstep
