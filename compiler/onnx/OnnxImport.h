// From a prepared ONNX model to MLIR. What the module looks like: compiler/README.md, "Import".
#pragma once

#include "compiler/onnx/ImportOptions.h"
#include "hw/support/Result.h"

#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/OwningOpRef.h>
#include <onnx/onnx_pb.h>

#include <string>

namespace lockstep {

/// Metadata of a model: "8" or "16", the bits of recurrent layers' states in integer form.
constexpr const char *kStateBitsKey = "lockstep.recurrent_state_bits";

/// Metadata of a model, this and the label of an LSTM node: "8" to "12", the fraction bits of its cell in
/// integer form; 12 where it is absent. A label that no node has means nothing.
constexpr const char *kCellBitsKey = "lockstep.cell_fraction_bits:";

/// Loads the dialects that it needs into the context. Errors (Model): "operator X (node N, opset V) is not
/// supported: reason", or a model whose shapes stay unknown.
Result<mlir::OwningOpRef<mlir::ModuleOp>>
importOnnx(const onnx::ModelProto &model, const ImportOptions &options, mlir::MLIRContext &context);

/// A `.mlir` file as an input of its own: @main with static shapes; missing attributes are added (names
/// `input_<n>`, `output_<n>`; types from the IR, signed). Errors (Model): the parser's message with its
/// place.
Result<mlir::OwningOpRef<mlir::ModuleOp>> readMlirModule(const std::string &file, mlir::MLIRContext &context);

} // namespace lockstep
