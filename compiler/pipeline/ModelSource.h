// A model before it is compiled: read once, quantized once, compiled as often as wanted. Without MLIR and
// ONNX, so that everybody may include it.
#pragma once

#include "compiler/onnx/ImportOptions.h"
#include "compiler/quantize/QuantizationReport.h"
#include "hw/support/Result.h"

#include <memory>
#include <string>

namespace onnx {
class ModelProto;
}

namespace lockstep {

struct QuantizedSource;

/// An ONNX model (checked, one opset, shapes inferred) or the path of an MLIR file. Cheap to copy; never
/// changes.
class ModelSource {
public:
  /// `.onnx` or `.mlir`. Errors: those of readModel; Usage for another ending or a missing file.
  static Result<ModelSource> read(const std::string &file);
  /// An ONNX model in memory, without external data. Errors: Model.
  static Result<ModelSource> parse(const std::string &bytes, const std::string &origin);
  /// A model that prepareModel has seen.
  static ModelSource of(const onnx::ModelProto &prepared, const std::string &origin);

  const std::string &origin() const { return name; }
  bool isOnnx() const { return model != nullptr; }
  /// True if it holds quantize operators or integer products: calibration has nothing to do.
  bool isQuantized() const;

  /// `shapes` as in ImportOptions. Errors: those of quantizeModel; Usage for an MLIR file.
  Result<QuantizedSource> quantize(const NamedTensors &batch, const QuantizeOptions &options,
                                   const ImportOptions &import = {}) const;
  /// As an ONNX file. Errors: Usage for an MLIR file; System.
  Status write(const std::string &file) const;

  /// Inputs that a caller gives: names, types, shapes (open extents as ImportOptions has it), bytes empty. Of
  /// an MLIR file none: they are known when it is compiled.
  NamedTensors inputs(const ImportOptions &import = {}) const;
  /// Null for an MLIR file.
  const onnx::ModelProto *proto() const { return model.get(); }

private:
  std::string name; // the file
  std::shared_ptr<const onnx::ModelProto> model;
};

struct QuantizedSource {
  ModelSource model;
  QuantizationReport report;
};

} // namespace lockstep
