// What a user fixes of a model before it is imported.
#pragma once

#include "compiler/tensor/Tensor.h"

#include <map>
#include <string>
#include <vector>

namespace lockstep {

struct ImportOptions {
  /// Shapes of inputs that the model leaves open (all of them, or symbolic extents). A symbolic extent
  /// without a shape here is 1 if it is the first one (a batch), else an error that names input and extent.
  std::map<std::string, std::vector<uint64_t>> input_shapes;
  /// Inputs that become constants (shapes, axes, repeats, scales): they are no arguments of @main.
  std::map<std::string, Tensor> bound_inputs;
  /// Further tensors of the graph that become results of @main, behind the model's outputs.
  std::vector<std::string> extra_outputs;
};

} // namespace lockstep
