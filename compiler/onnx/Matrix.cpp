// MatMul and Gemm.
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/MatrixBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

namespace {

/// The input for the computation, 16-bit floats widened.
Operand wideOperand(NodeContext &context, size_t index) {
  const std::string type = context.input(index).element_type;
  if (type == "float16" || type == "bfloat16")
    return Operand(context, widenedTensor(context, context.input(index)));
  return Operand(context, index);
}

Status importMatMul(NodeContext &context) {
  const std::string type = context.input(0).element_type;
  Result<mlir::Value> product = matMul(context, wideOperand(context, 0), wideOperand(context, 1));
  if (!product)
    return product.error();
  context.setOutput(0, narrowedTensor(context, *product, type), type);
  return {};
}

mlir::Value scaled(NodeContext &context, mlir::Value value, float factor) {
  if (factor == 1)
    return value;
  const Extents ones(shapeOf(value).size(), 1);
  const mlir::Type element = elementOf(value);
  if (!element.isF32())
    return mapElements(context, {value}, shapeOf(value), element,
                       [&](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange x) {
                         return scalarMul(b, x[0], scalarConstant(b, element, factor));
                       });
  return context.builder().create<mlir::tosa::MulOp>(context.loc(), value.getType(), value,
                                                     splatTensor(context, ones, element, factor), 0);
}

mlir::Value sum(NodeContext &context, mlir::Value matrix, Operand bias) {
  Extents shape(2 - bias.shape().size(), 1); // TOSA broadcasts between equal ranks
  shape.append(bias.shape().begin(), bias.shape().end());
  const mlir::Value addend = bias.reshaped(shape).value();
  if (elementOf(matrix).isF32() || elementOf(matrix).isInteger(32))
    return context.builder().create<mlir::tosa::AddOp>(context.loc(), matrix.getType(), matrix, addend);
  return mapElements(
      context, {matrix, addend}, shapeOf(matrix), elementOf(matrix),
      [](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange x) { return scalarAdd(b, x[0], x[1]); });
}

/// alpha a b + beta c, a and b perhaps transposed.
Status importGemm(NodeContext &context) {
  const std::string type = context.input(0).element_type;
  Operand a = wideOperand(context, 0), b = wideOperand(context, 1);
  if (a.shape().size() != 2 || b.shape().size() != 2)
    return context.unsupported("a and b must be matrices");
  const float alpha = context.floatAttribute("alpha", 1), beta = context.floatAttribute("beta", 1);
  const bool isInteger = type.find("int") != std::string::npos;
  if (isInteger && (alpha != 1 || beta != 1))
    return context.unsupported("alpha and beta must be 1 for integers");
  if (context.intAttribute("transA", 0))
    a = a.transposed({1, 0});
  if (context.intAttribute("transB", 0))
    b = b.transposed({1, 0});
  Result<mlir::Value> product = matMul(context, a, b);
  if (!product)
    return product.error();
  mlir::Value result = scaled(context, *product, alpha);
  if (context.hasInput(2) && beta != 0) {
    const Operand bias = wideOperand(context, 2);
    if (bias.shape().size() > 2 ||
        broadcastShape({bias.shape(), shapeOf(result)}) != Extents(shapeOf(result)))
      return context.unsupported("c does not broadcast to the product");
    result = sum(context, result, beta == 1 ? bias : Operand(context, scaled(context, bias.value(), beta)));
  }
  context.setOutput(0, narrowedTensor(context, result, type), type);
  return {};
}

} // namespace

void addMatrixImporters(NodeImporters &importers) {
  importers["MatMul"] = importMatMul;
  importers["Gemm"] = importGemm;
  addConvolutionImporters(importers);
  addIntegerMatrixImporters(importers);
  addEinsumImporter(importers);
}

} // namespace lockstep
