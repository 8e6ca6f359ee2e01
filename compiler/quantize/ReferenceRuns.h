// A model on the host over a whole batch, with tensors from within.
#pragma once

#include "compiler/host/HostModule.h"
#include "compiler/quantize/BatchRuns.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lockstep {

/// Which arithmetic: the model's own operators, or the integer form that the compiler makes of quantized
/// ones.
enum class Arithmetic : uint8_t { AsWritten, Integer };

/// Runs all of a batch, as often as asked: results are kept while they are small (kKeptBytes), else computed
/// anew.
class ReferenceRuns {
public:
  static constexpr uint64_t kKeptBytes = uint64_t(1) << 28;

  /// `tensors`: names of tensors in the graph, results in addition to the model's outputs. Errors: those of
  /// import and compilation.
  static Result<ReferenceRuns> compile(const onnx::ModelProto &model, const BatchRuns &batch,
                                       const std::vector<std::string> &tensors, Arithmetic arithmetic);

  /// Calls visit(run, results by name) for each run, in order; results stay valid during the call.
  using Visit = std::function<void(uint64_t run, const std::map<std::string, const Tensor *> &results)>;
  Status forEach(const Visit &visit);
  uint64_t runs() const { return batch.size(); }

private:
  ReferenceRuns(HostProgram host, BatchRuns inputs) : program(std::move(host)), batch(std::move(inputs)) {}

  HostProgram program;
  BatchRuns batch;
  std::vector<NamedTensors> kept; // of the first runs
  uint64_t kept_bytes = 0;
};

} // namespace lockstep
