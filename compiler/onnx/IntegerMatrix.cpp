// ConvInteger and MatMulInteger: 8-bit operands, 32-bit results.
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/MatrixBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

namespace {

Status checkTypes(const NodeContext &context) {
  for (size_t index : {0, 1}) {
    const std::string type = context.input(index).element_type;
    if (type != "int8" && type != "uint8")
      return context.unsupported(fmt::format("operands of {}, allowed: int8, uint8", type));
  }
  return {};
}

/// The zero point, 0 if absent. None: it is not known while compiling, or there are several.
std::optional<int64_t> knownZeroPoint(const NodeContext &context, size_t index) {
  if (!context.hasInput(index))
    return 0;
  const Result<std::vector<int64_t>> values = constantIntegers(context, index);
  if (!values || values->size() != 1)
    return std::nullopt;
  return values->front();
}

/// An 8-bit input as i8: unsigned ones are moved by 128, together with their zero point.
Operand signedOperand(NodeContext &context, size_t index) {
  if (!context.input(index).isUnsigned())
    return Operand(context, index);
  if (std::optional<Tensor> constant = context.constantInput(index)) {
    for (uint8_t &byte : constant->bytes)
      byte ^= 0x80;
    constant->element_type = "int8";
    return Operand(context, std::move(*constant));
  }
  const mlir::Value value = context.input(index).value;
  const mlir::Value mask =
      context.constant({"int8", std::vector<uint64_t>(shapeOf(value).size(), 1), {0x80}});
  return Operand(context, context.builder().create<mlir::tosa::BitwiseXorOp>(context.loc(), value.getType(),
                                                                             value, mask));
}

/// Zero points of i8 operands, if both are known.
std::optional<ZeroPoints> zeroPointsOf(const NodeContext &context) {
  const std::optional<int64_t> first = knownZeroPoint(context, 2), second = knownZeroPoint(context, 3);
  if (!first || !second)
    return std::nullopt;
  return ZeroPoints{*first - (context.input(0).isUnsigned() ? 128 : 0),
                    *second - (context.input(1).isUnsigned() ? 128 : 0)};
}

/// The input minus its zero point, which is scalar or stands along `axis`, in another element type.
Result<mlir::Value> centered(NodeContext &context, size_t index, int64_t axis,
                             const std::string &elementType) {
  const ImportedValue value = context.input(index);
  const mlir::Type element = irElementType(elementType, context.builder().getContext());
  const mlir::Value wide = castTensor(context, value, elementType);
  if (!context.hasInput(index + 2))
    return wide;
  const ImportedValue zeroPoint = context.input(index + 2);
  Extents shape(value.shape().size(), 1);
  if (zeroPoint.shape().size() > shape.size())
    return context.unsupported(fmt::format("zero point {} has too many axes", index + 2));
  if (zeroPoint.shape().size() == 1 && axis >= 0)
    shape[static_cast<size_t>(axis)] = zeroPoint.shape()[0];
  else
    std::copy(zeroPoint.shape().begin(), zeroPoint.shape().end(),
              shape.end() - static_cast<long>(zeroPoint.shape().size()));
  if (countOf(shape) != countOf(zeroPoint.shape()) ||
      broadcastShape({value.shape(), shape}) != Extents(value.shape()))
    return context.unsupported(fmt::format("zero point {} does not fit its operand", index + 2));
  const mlir::Value moved = reshaped(context, castTensor(context, zeroPoint, elementType), shape);
  return mapElements(
      context, {wide, moved}, value.shape(), element,
      [](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange x) { return scalarSub(b, x[0], x[1]); });
}

Status setResult(NodeContext &context, const Result<mlir::Value> &result) {
  if (!result)
    return result.error();
  context.setOutput(0, *result, "int32");
  return {};
}

Status importMatMulInteger(NodeContext &context) {
  if (Status status = checkTypes(context); !status)
    return status;
  if (const std::optional<ZeroPoints> zeroPoints = zeroPointsOf(context))
    return setResult(context,
                     matMul(context, signedOperand(context, 0), signedOperand(context, 1), *zeroPoints));
  const auto rankOf = [&](size_t index) { return static_cast<int64_t>(context.input(index).shape().size()); };
  Result<mlir::Value> a = centered(context, 0, rankOf(0) - 2, "int32");
  Result<mlir::Value> b = centered(context, 1, rankOf(1) - 1, "int32");
  for (const Result<mlir::Value> *value : {&a, &b})
    if (!*value)
      return value->error();
  return setResult(context, matMul(context, Operand(context, *a), Operand(context, *b)));
}

/// Padding counts as the zero point. Where that is not known, float64 holds all sums exactly.
Status importConvInteger(NodeContext &context) {
  if (Status status = checkTypes(context); !status)
    return status;
  if (const std::optional<ZeroPoints> zeroPoints = zeroPointsOf(context))
    return setResult(context, convolveByAttributes(context, signedOperand(context, 0).value(),
                                                   signedOperand(context, 1), std::nullopt, *zeroPoints));
  Result<mlir::Value> x = centered(context, 0, -1, "float64");
  Result<mlir::Value> w = centered(context, 1, 0, "float64");
  for (const Result<mlir::Value> *value : {&x, &w})
    if (!*value)
      return value->error();
  Result<mlir::Value> sum = convolveByAttributes(context, *x, Operand(context, *w), std::nullopt);
  if (!sum)
    return sum.error();
  return setResult(context, castTensor(context, {*sum, "float64"}, "int32"));
}

} // namespace

void addIntegerMatrixImporters(NodeImporters &importers) {
  importers["MatMulInteger"] = importMatMulInteger;
  importers["ConvInteger"] = importConvInteger;
}

} // namespace lockstep
