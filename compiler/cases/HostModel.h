// An ONNX file compiled for the processor and run: import and host compiler in one, without their headers.
#pragma once

#include "compiler/onnx/ImportOptions.h"
#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <functional>
#include <string>

namespace lockstep {

/// Thread-compatible.
class HostModel {
public:
  /// Errors (Model): those of reading, importing and compiling.
  static Result<HostModel> compile(const std::string &file, const ImportOptions &options);
  /// The same for the bytes of a file, without external data.
  static Result<HostModel> compileBytes(const std::string &bytes, const ImportOptions &options = {});
  /// All inputs that are not bound, by name; outputs in the model's order. Errors (Usage).
  Result<NamedTensors> run(const NamedTensors &inputs) const { return call(inputs); }

private:
  std::function<Result<NamedTensors>(const NamedTensors &)> call;
};

} // namespace lockstep
