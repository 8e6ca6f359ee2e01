// Softmax and LogSoftmax.
#include "compiler/onnx/ReductionOps.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Math/IR/Math.h>

namespace lockstep {

using mlir::Value;
namespace math = mlir::math;

namespace {

/// exp(x - max) / sum(exp(x - max)) along an axis, or its logarithm x - max - log(sum(...)).
Value softmax(NodeContext &context, Value x, int64_t axis, mlir::Type element, bool logarithm) {
  auto shape = shapeOf(x);
  mlir::Type type = computeType(elementOf(x));
  Value maximum = reducedMaximum(context, x, axis, false);
  Value centred = mapElements(context, {x, maximum}, shape, type,
                              [](ScalarBuilder &b, mlir::ValueRange v) { return scalarSub(b, v[0], v[1]); });
  Value powers = mapElements(context, centred, shape, type, [](ScalarBuilder &b, mlir::ValueRange v) {
    return Value(b.create<math::ExpOp>(v[0]));
  });
  Value sum = reducedSum(context, powers, axis);
  return mapElements(context, {logarithm ? centred : powers, sum}, shape, element,
                     [&](ScalarBuilder &b, mlir::ValueRange v) {
                       return logarithm ? scalarSub(b, v[0], b.create<math::LogOp>(v[1]))
                                        : scalarDiv(b, v[0], v[1], false);
                     });
}

/// Before opset 13 all axes from `axis` on count as one.
NodeImporter softmaxImporter(bool logarithm) {
  return [logarithm](NodeContext &context) -> Status {
    ImportedValue x = context.input(0);
    bool flattens = context.opset() < 13;
    int64_t rank = int64_t(x.shape().size());
    std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", flattens ? 1 : -1), rank);
    if (!axis || !isFloat(x.type().getElementType()))
      return context.unsupported("it needs a float input and an axis of it");
    Extents shape(x.shape());
    if (flattens)
      shape = {countOf(x.shape().take_front(size_t(*axis))), countOf(x.shape().drop_front(size_t(*axis)))};
    Value result = softmax(context, reshaped(context, x.value, shape), flattens ? 1 : *axis,
                           x.type().getElementType(), logarithm);
    context.setOutput(0, reshaped(context, result, x.shape()), x.element_type);
    return {};
  };
}

} // namespace

void addSoftmaxImporters(NodeImporters &importers) {
  importers["Softmax"] = softmaxImporter(false);
  importers["LogSoftmax"] = softmaxImporter(true);
}

} // namespace lockstep
