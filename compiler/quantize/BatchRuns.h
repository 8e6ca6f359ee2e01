// A batch of samples cut into the runs that a model needs for it.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <vector>

namespace lockstep {

/// Axis 0 of each model input counts samples: a model whose batch extent is b takes b at a time (b is 1 where
/// the model leaves it open). Inputs without axes go into each run as they are.
class BatchRuns {
public:
  /// Tensors that are no inputs of the model (labels) are ignored. Errors (Usage): an input is missing, of
  /// another type or shape; numbers of samples that differ or are no multiple of the model's batch.
  static Result<BatchRuns> of(const onnx::GraphProto &graph, const NamedTensors &batch);

  uint64_t size() const { return count; }
  uint64_t samples() const { return count * samples_per_run; }
  NamedTensors run(uint64_t index) const;
  /// Of each input in one run: what the importer needs where the model leaves extents open.
  const std::map<std::string, std::vector<uint64_t>> &shapes() const { return input_shapes; }

private:
  Status addInput(const onnx::ValueInfoProto &input, const NamedTensors &batch);

  NamedTensors inputs; // whole batch
  std::map<std::string, std::vector<uint64_t>> input_shapes;
  uint64_t count = 0, samples_per_run = 1;
};

} // namespace lockstep
