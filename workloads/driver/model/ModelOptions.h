// A model as a user asks for it: file, shapes, calibration, machine. Shared by every subcommand that
// compiles.
#pragma once

#include "compiler/pipeline/Compiler.h"
#include "workloads/driver/execution/RunSpec.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lockstep {

struct ModelOptions {
  std::string model;                  // .onnx or .mlir
  std::vector<std::string> shapes;    // "input=1x3x224x224"
  std::vector<std::string> calibrate; // files of arrays; empty: the model stays as it is
  QuantizeOptions quantize;
  RunSpec run; // hw and sets
};

/// "name=2x3" or "name=2,3"; "name=" is a scalar. Errors: Usage.
Result<std::pair<std::string, std::vector<uint64_t>>> parseShape(const std::string &text);
Result<ImportOptions> importOptionsOf(const ModelOptions &options);

/// The calibration's arrays under the names of the model's inputs; nothing if none are given. Errors: Usage.
Result<std::optional<NamedTensors>> calibrationOf(const ModelOptions &options, const ModelSource &source);

/// Machine, shapes, quantization and calibration. Errors: Usage, Parameter.
Result<CompileOptions> compileOptionsOf(const ModelOptions &options, const ModelSource &source);

/// --shape.
void addShapeOption(CLI::App &app, ModelOptions &options);
/// --calibrate and everything that QuantizeOptions has.
void addCalibrationOptions(CLI::App &app, ModelOptions &options);

} // namespace lockstep
