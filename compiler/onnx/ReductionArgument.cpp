// ArgMax, ArgMin, Hardmax: places of extremes.
#include "compiler/onnx/ReductionOps.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>

namespace lockstep {

using mlir::Value;
namespace arith = mlir::arith;

namespace {

Value isNan(ScalarBuilder &b, Value x) { return b.create<arith::CmpFOp>(arith::CmpFPredicate::UNO, x, x); }

/// True if x takes the place of the best one so far.
Value takesOver(ScalarBuilder &b, Value x, Value best, bool greatest, bool last, bool isUnsigned) {
  Comparison kind = last ? Comparison::LessOrEqual : Comparison::Less;
  Value better =
      greatest ? scalarCompare(b, kind, best, x, isUnsigned) : scalarCompare(b, kind, x, best, isUnsigned);
  if (!isFloat(x.getType()))
    return better;
  Value firstNan =
      last ? isNan(b, x) : Value(b.create<arith::AndIOp>(isNan(b, x), scalarNot(b, isNan(b, best))));
  return b.create<arith::OrIOp>(better, firstNan);
}

Result<int64_t> axisOf(const NodeContext &context, int64_t otherwise) {
  int64_t rank = int64_t(context.input(0).shape().size());
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", otherwise), rank);
  if (!axis)
    return context.unsupported("axis does not fit its input");
  return *axis;
}

NodeImporter extremeImporter(bool greatest) {
  return [greatest](NodeContext &context) -> Status {
    ImportedValue x = context.input(0);
    auto axis = axisOf(context, 0);
    if (!axis)
      return axis.error();
    Value result = extremePlace(context, x, *axis, greatest, context.intAttribute("select_last_index", 0));
    if (!context.intAttribute("keepdims", 1)) {
      Extents shape(x.shape());
      shape.erase(shape.begin() + *axis);
      result = reshaped(context, result, shape);
    }
    context.setOutput(0, result, "int64");
    return {};
  };
}

/// 1 at the first greatest element along the axis, 0 elsewhere. Before opset 13: of all axes from `axis` on
/// as one.
Status importHardmax(NodeContext &context) {
  ImportedValue x = context.input(0);
  bool flattens = context.opset() < 13;
  auto axis = axisOf(context, flattens ? 1 : -1);
  if (!axis)
    return axis.error();
  Extents shape(x.shape());
  if (flattens)
    shape = {countOf(x.shape().take_front(size_t(*axis))), countOf(x.shape().drop_front(size_t(*axis)))};
  size_t along = flattens ? 1 : size_t(*axis);
  ImportedValue flat{reshaped(context, x.value, shape), x.element_type};
  Value place = extremePlace(context, flat, int64_t(along), true, false);
  mlir::Type element = x.type().getElementType();
  Value result = mapElements(context, place, shape, element, [&](ScalarBuilder &b, mlir::ValueRange v) {
    Value at = b.create<arith::IndexCastOp>(b.getI64Type(), b.create<mlir::linalg::IndexOp>(along));
    mlir::Type type = computeType(element);
    return scalarSelect(b, scalarCompare(b, Comparison::Equal, at, v[0], false), scalarConstant(b, type, 1),
                        scalarConstant(b, type, 0));
  });
  context.setOutput(0, reshaped(context, result, x.shape()), x.element_type);
  return {};
}

} // namespace

Value extremePlace(NodeContext &context, const ImportedValue &x, int64_t axis, bool greatest, bool last) {
  mlir::OpBuilder &builder = context.builder();
  mlir::Type type = computeType(x.type().getElementType());
  mlir::TypedAttr start =
      greatest ? lowestAttr(builder, type, x.isUnsigned()) : highestAttr(builder, type, x.isUnsigned());
  mlir::TypedAttr zero = numberAttr(builder, builder.getI64Type(), 0);
  auto results = reduceElements(
      context, x.value, axis, {start, zero},
      [&](ScalarBuilder &b, mlir::ValueRange elements, mlir::ValueRange best) -> llvm::SmallVector<Value> {
        Value at =
            b.create<arith::IndexCastOp>(b.getI64Type(), b.create<mlir::linalg::IndexOp>(uint64_t(axis)));
        Value taken = takesOver(b, elements[0], best[0], greatest, last, x.isUnsigned());
        return {scalarSelect(b, taken, elements[0], best[0]), scalarSelect(b, taken, at, best[1])};
      });
  return reshaped(context, results[1], keptShape(x.shape(), axis));
}

void addArgumentImporters(NodeImporters &importers) {
  importers["ArgMax"] = extremeImporter(true);
  importers["ArgMin"] = extremeImporter(false);
  importers["Hardmax"] = importHardmax;
}

} // namespace lockstep
