// QuantizeLinear, DequantizeLinear, QLinearConv and QLinearMatMul. DynamicQuantizeLinear is a function of
// others in ONNX.
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/MatrixBuilder.h"
#include "compiler/onnx/QuantizationBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>

namespace lockstep {

namespace {

/// The attribute `axis`, counted from the front. Scales of rank 0 do not look at it.
int64_t axisOf(const NodeContext &context, llvm::ArrayRef<int64_t> shape) {
  return normalizedAxis(context.intAttribute("axis", 1), static_cast<int64_t>(shape.size())).value_or(-1);
}

/// The output's type: the zero point's, else uint8.
std::string storageType(const NodeContext &context, size_t zeroPointIndex) {
  return context.hasInput(zeroPointIndex) ? context.input(zeroPointIndex).element_type : "uint8";
}

Status setQuantized(NodeContext &context, mlir::Value value, const QuantizationScales &scales,
                    const std::string &type) {
  if (type != "int8" && type != "uint8")
    return context.unsupported(fmt::format("quantized to {}, allowed: int8, uint8", type));
  context.setOutput(0, quantized(context, value, scales, type), type);
  return {};
}

Status importQuantizeLinear(NodeContext &context) {
  const ImportedValue input = context.input(0);
  Result<QuantizationScales> scales = scalesOf(context, 1, 2, input.shape(), axisOf(context, input.shape()));
  if (!scales)
    return scales.error();
  const mlir::Value value =
      input.element_type == "float32" ? input.value : castTensor(context, input, "float32");
  return setQuantized(context, value, *scales, storageType(context, 2));
}

/// Input `index` with its scale and zero point behind it, as float32.
Result<mlir::Value> dequantizedInput(NodeContext &context, size_t index, int64_t axis) {
  const ImportedValue input = context.input(index);
  if (input.element_type != "int8" && input.element_type != "uint8" && input.element_type != "int32")
    return context.unsupported(
        fmt::format("quantized in {}, allowed: int8, uint8, int32", input.element_type));
  Result<QuantizationScales> scales = scalesOf(context, index + 1, index + 2, input.shape(), axis);
  if (!scales)
    return scales.error();
  return dequantized(context, input, *scales);
}

Status importDequantizeLinear(NodeContext &context) {
  Result<mlir::Value> value = dequantizedInput(context, 0, axisOf(context, context.input(0).shape()));
  if (!value)
    return value.error();
  context.setOutput(0, *value, "float32");
  return {};
}

/// The scales of a bias: input scale times weight scale, zero point 0.
QuantizationScales productOf(NodeContext &context, const QuantizationScales &input,
                             const QuantizationScales &weights) {
  QuantizationScales result;
  result.is_known = input.is_known && weights.is_known;
  result.axis = weights.axis < 0 ? -1 : 0;
  if (result.is_known) {
    for (float scale : weights.scales)
      result.scales.push_back(scale * input.scales[0]);
    result.zero_points.assign(result.scales.size(), 0);
    return result;
  }
  const auto valueOf = [&](size_t index, bool isScalar) {
    const mlir::Value value = context.input(index).value;
    return reshaped(context, value, isScalar ? Extents{} : Extents{shapeOf(value)[0]});
  };
  const mlir::Value first = valueOf(1, true), second = valueOf(4, weights.axis < 0);
  result.scale =
      mapElements(context, {first, second}, shapeOf(second), context.builder().getF32Type(),
                  [](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange x) { return scalarMul(b, x[0], x[1]); });
  return result;
}

/// Inputs: x, scale, zero point; w, scale, zero point; scale and zero point of y; bias.
Status importQLinearConv(NodeContext &context) {
  const ImportedValue x = context.input(0), w = context.input(3);
  Result<QuantizationScales> inputScales = scalesOf(context, 1, 2, x.shape(), -1);
  Result<QuantizationScales> weightScales = scalesOf(context, 4, 5, w.shape(), 0);
  for (const Result<QuantizationScales> *scales : {&inputScales, &weightScales})
    if (!*scales)
      return scales->error();
  std::optional<Operand> bias;
  if (context.hasInput(8)) {
    const QuantizationScales scales = productOf(context, *inputScales, *weightScales);
    if (context.input(8).shape() != w.shape().take_front(1))
      return context.unsupported("the bias must have one value for each output channel");
    bias = Operand(context, dequantized(context, context.input(8), scales));
  }
  Result<mlir::Value> result =
      convolveByAttributes(context, dequantized(context, x, *inputScales),
                           Operand(context, dequantized(context, w, *weightScales)), bias);
  if (!result)
    return result.error();
  Result<QuantizationScales> scales = scalesOf(context, 6, 7, shapeOf(*result), -1);
  if (!scales)
    return scales.error();
  return setQuantized(context, *result, *scales, storageType(context, 7));
}

/// Inputs: a, scale, zero point; b, scale, zero point; scale and zero point of y. Scales per row of a, per
/// column of b.
Status importQLinearMatMul(NodeContext &context) {
  const auto rankOf = [&](size_t index) { return static_cast<int64_t>(context.input(index).shape().size()); };
  Result<mlir::Value> a = dequantizedInput(context, 0, rankOf(0) - 2);
  Result<mlir::Value> b = dequantizedInput(context, 3, rankOf(3) - 1);
  for (const Result<mlir::Value> *value : {&a, &b})
    if (!*value)
      return value->error();
  Result<mlir::Value> product = matMul(context, Operand(context, *a), Operand(context, *b));
  if (!product)
    return product.error();
  Result<QuantizationScales> scales = scalesOf(context, 6, 7, shapeOf(*product), -1);
  if (!scales)
    return scales.error();
  return setQuantized(context, *product, *scales, storageType(context, 7));
}

} // namespace

void addQuantizationImporters(NodeImporters &importers) {
  importers["QuantizeLinear"] = importQuantizeLinear;
  importers["DequantizeLinear"] = importDequantizeLinear;
  importers["QLinearConv"] = importQLinearConv;
  importers["QLinearMatMul"] = importQLinearMatMul;
}

} // namespace lockstep
