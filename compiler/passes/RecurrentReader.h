// What a recurrent layer that was imported as a call computes, and its integer form.
#pragma once

#include "compiler/passes/Quantized.h"
#include "compiler/passes/RecurrentForm.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>

#include <optional>
#include <string>

namespace lockstep {

/// The attribute that import writes: compiler/onnx/RecurrentCall.h says what is in it.
constexpr const char *kRecurrentLayer = "lockstep.recurrent_layer";

/// A call of an imported layer: operands by the place of ONNX's inputs.
class LayerCall {
public:
  LayerCall(mlir::func::CallOp call, mlir::func::FuncOp function);

  /// Null if the layer has it not. X 0, W 1, R 2, B 3, sequence_lens 4, initial_h 5, initial_c 6, P 7.
  mlir::Value operand(int64_t input) const;
  mlir::Value result(unsigned index) const;
  mlir::DictionaryAttr attributes() const { return dictionary; }
  mlir::func::CallOp op() const { return call; }
  mlir::func::FuncOp callee() const { return function; }

private:
  mlir::func::CallOp call;
  mlir::func::FuncOp function;
  mlir::DictionaryAttr dictionary;
};

struct IntegerLayer {
  RecurrentForm form;
  Dequantized x;
  std::optional<Quantization> output; // of Y and Y_h where they are int8
};

/// Errors: one phrase that says why the layer stays float.
Result<IntegerLayer> integerLayer(const LayerCall &layer);

} // namespace lockstep
