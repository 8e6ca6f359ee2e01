// lockstep run of a model or a package: inputs from files, outputs to files, a profile by layer.
#pragma once

#include "workloads/driver/model/ModelOptions.h"

#include <string>
#include <vector>

namespace lockstep {

struct ModelRunOptions {
  ModelOptions model;              // file: .onnx, .mlir or a package; run: engine, trace, limits
  bool reference = false;          // the CPU reference instead of an engine
  std::vector<std::string> inputs; // files of arrays; empty: random values
  std::string output;              // folder, or an .npz file; empty: outputs are not written
  uint64_t seed = 1;
};

/// True if the file's name or content is that of a model or a package, not of a program.
bool isModelFile(const std::string &file);

/// Runs all samples and prints what they cost. The exit code: a difference between engines is exitFailed.
/// Errors: those of the compiler, the inputs and the engines.
Result<int> runModel(const ModelRunOptions &options);

} // namespace lockstep
