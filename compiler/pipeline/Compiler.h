// The whole compiler in sequence: what `lockstep compile`, `run` and `verify` call.
#pragma once

#include "compiler/accelerator/LayerPlan.h"
#include "compiler/onnx/ImportOptions.h"
#include "compiler/package/Package.h"
#include "compiler/pipeline/ModelSource.h"
#include "compiler/quantize/QuantizationReport.h"
#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

struct CompileOptions {
  Parameters parameters;
  ImportOptions import;
  std::optional<NamedTensors> calibration; // given: a float model is quantized first
  QuantizeOptions quantize;
  bool use_accelerator = true; // false: the CPU reference, integer where the model is quantized
  /// False: quantize and dequantize stay float arithmetic as ONNX defines them, everything runs on the host:
  /// what other runtimes compute, equal to the integer form except near ties.
  bool integer_form = true;
  std::string host_triple; // empty: this machine
  std::string stop_after;  // a phase's name: the text is all that is wanted
};

/// The phases, in order: "import", "quantized", "partitioned", "mapped", "scheduled", "program".
const std::vector<std::string> &phaseNames();

struct OperatorPlace {                          // a row of the partition's table
  std::string label, operation, target, reason; // reason: why not on the accelerator; empty if it is
};

using PieceLayers = std::map<std::string, std::vector<LayerPlan>>; // by the piece's name

struct Compilation {
  Package package;
  std::vector<OperatorPlace> places;
  PieceLayers layers; // of accelerator pieces
  std::optional<QuantizationReport> quantization;
  std::vector<std::pair<std::string, std::string>>
      phases; // text of each phase, up to stop_after if given, else empty
  std::vector<std::pair<std::string, double>> seconds; // by phase
};

/// Errors: those of the phases.
Result<Compilation> compileModel(const ModelSource &source, const CompileOptions &options);
/// `file`: .onnx or .mlir.
Result<Compilation> compileModel(const std::string &file, const CompileOptions &options);
Result<Compilation> compileModel(const onnx::ModelProto &model, const CompileOptions &options); // prepared

} // namespace lockstep
