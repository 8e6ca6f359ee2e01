// Operators with two inputs that are broadcast: arithmetic, comparison, logic, shifts; and the variadic ones.
#include "compiler/onnx/ElementwiseOps.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using mlir::Value;
namespace arith = mlir::arith;
namespace tosa = mlir::tosa;

namespace {

using Inputs = llvm::SmallVector<ImportedValue>;
using BinaryBody = std::function<Value(ScalarBuilder &, Value, Value, bool isUnsigned)>;

/// Both inputs; before opset 7 the second one is aligned at `axis` of the first.
Result<Inputs> binaryInputs(NodeContext &context) {
  auto inputs = presentInputs(context, 2);
  if (!inputs || context.opset() >= 7 || !context.intAttribute("broadcast", 0) || !context.attribute("axis"))
    return inputs;
  ImportedValue &y = (*inputs)[1];
  int64_t rank = int64_t((*inputs)[0].shape().size());
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", 0), rank);
  if (!axis || *axis + int64_t(y.shape().size()) > rank)
    return context.unsupported("axis does not fit its inputs");
  Extents shape(y.shape());
  shape.resize(size_t(rank - *axis), 1);
  y.value = reshaped(context, y.value, shape);
  return inputs;
}

Status setBinary(NodeContext &context, const Inputs &inputs, const std::string &elementType,
                 const BinaryBody &body) {
  bool isUnsigned = inputs[0].isUnsigned();
  return setMapped(context, inputs, elementType,
                   [&](ScalarBuilder &b, mlir::ValueRange v) { return body(b, v[0], v[1], isUnsigned); });
}

bool allFloat32(const Inputs &inputs) {
  return llvm::all_of(inputs, [](const ImportedValue &input) { return isFloat32(input); });
}

/// A binary operation of TOSA on float32; nothing if the shapes cannot be broadcast.
template <typename Op, typename... Attributes>
Value tosaBinary(NodeContext &context, const Inputs &inputs, mlir::Type element, Attributes... attributes) {
  auto shape = broadcastShape({inputs[0].shape(), inputs[1].shape()});
  if (!shape)
    return {};
  llvm::SmallVector<Value> values = alignedRanks(context, {inputs[0], inputs[1]});
  return context.builder().create<Op>(context.loc(), mlir::RankedTensorType::get(*shape, element), values[0],
                                      values[1], attributes...);
}

NodeImporter arithmetic(BinaryBody body, std::function<Value(NodeContext &, const Inputs &)> onFloat32 = {}) {
  return [=](NodeContext &context) -> Status {
    auto inputs = binaryInputs(context);
    if (!inputs)
      return inputs.error();
    Value result = onFloat32 && allFloat32(*inputs) ? onFloat32(context, *inputs) : Value();
    if (!result)
      return setBinary(context, *inputs, (*inputs)[0].element_type, body);
    context.setOutput(0, result, "float32");
    return {};
  };
}

template <typename Op> Value onFloat32(NodeContext &context, const Inputs &inputs) {
  return tosaBinary<Op>(context, inputs, context.builder().getF32Type());
}
Value mulOnFloat32(NodeContext &context, const Inputs &inputs) {
  return tosaBinary<tosa::MulOp>(context, inputs, context.builder().getF32Type(),
                                 context.builder().getI8IntegerAttr(0));
}

template <Value (*Function)(ScalarBuilder &, Value, Value)> BinaryBody withoutSign() {
  return [](ScalarBuilder &b, Value x, Value y, bool) { return Function(b, x, y); };
}
template <typename Op> BinaryBody bits() {
  return [](ScalarBuilder &b, Value x, Value y, bool) { return Value(b.create<Op>(x, y)); };
}

NodeImporter comparison(Comparison kind, bool swapped,
                        std::function<Value(NodeContext &, const Inputs &)> onFloat32) {
  return [=](NodeContext &context) -> Status {
    auto inputs = binaryInputs(context);
    if (!inputs)
      return inputs.error();
    if (swapped)
      std::swap((*inputs)[0], (*inputs)[1]);
    // Now `less(a, b)`; TOSA has `greater(b, a)`.
    Value result = allFloat32(*inputs) ? onFloat32(context, {(*inputs)[1], (*inputs)[0]}) : Value();
    if (!result)
      return setBinary(context, *inputs, "bool", [&](ScalarBuilder &b, Value x, Value y, bool isUnsigned) {
        return scalarCompare(b, kind, x, y, isUnsigned);
      });
    context.setOutput(0, result, "bool");
    return {};
  };
}

template <typename Op> Value compareFloat32(NodeContext &context, const Inputs &inputs) {
  return tosaBinary<Op>(context, inputs, context.builder().getI1Type());
}

Status importMod(NodeContext &context) {
  auto inputs = presentInputs(context, 2);
  if (!inputs)
    return inputs.error();
  bool truncated = context.intAttribute("fmod", 0) != 0;
  if (!truncated && isFloat((*inputs)[0].type().getElementType()))
    return context.unsupported("floats need fmod = 1");
  return setBinary(context, *inputs, (*inputs)[0].element_type, truncated ? scalarRemainder : scalarModulo);
}

Status importPow(NodeContext &context) {
  auto inputs = presentInputs(context, 2);
  if (!inputs)
    return inputs.error();
  bool exponentUnsigned = (*inputs)[1].isUnsigned();
  return setBinary(context, *inputs, (*inputs)[0].element_type,
                   [&](ScalarBuilder &b, Value x, Value y, bool isUnsigned) {
                     return scalarPower(b, x, isUnsigned, y, exponentUnsigned);
                   });
}

/// Shifts by the width or more give 0.
Status importBitShift(NodeContext &context) {
  auto inputs = presentInputs(context, 2);
  if (!inputs)
    return inputs.error();
  std::string direction = context.stringAttribute("direction", "");
  if (direction != "LEFT" && direction != "RIGHT")
    return context.unsupported("direction is neither LEFT nor RIGHT");
  return setBinary(context, *inputs, (*inputs)[0].element_type,
                   [&](ScalarBuilder &b, Value x, Value y, bool) {
                     Value width = integerConstant(b, x.getType(), x.getType().getIntOrFloatBitWidth());
                     Value fits = b.create<arith::CmpIOp>(arith::CmpIPredicate::ult, y, width);
                     Value zero = integerConstant(b, x.getType(), 0), by = scalarSelect(b, fits, y, zero);
                     Value shifted = direction == "LEFT" ? Value(b.create<arith::ShLIOp>(x, by))
                                                         : Value(b.create<arith::ShRUIOp>(x, by));
                     return scalarSelect(b, fits, shifted, zero);
                   });
}

using Accumulate = std::function<Value(ScalarBuilder &, Value, Value, bool isUnsigned)>;

/// Sum, Mean, Max, Min of any number of inputs.
NodeImporter variadic(Accumulate accumulate, bool isMean,
                      std::function<Value(NodeContext &, const Inputs &)> onFloat32) {
  return [=](NodeContext &context) -> Status {
    auto inputs = presentInputs(context, 1);
    if (!inputs)
      return inputs.error();
    const ImportedValue first = (*inputs)[0];
    Value result =
        onFloat32 && inputs->size() == 2 && allFloat32(*inputs) ? onFloat32(context, *inputs) : Value();
    if (result) {
      context.setOutput(0, result, first.element_type);
      return {};
    }
    return setMapped(context, *inputs, first.element_type, [&](ScalarBuilder &b, mlir::ValueRange v) {
      Value result = v[0];
      for (Value next : v.drop_front())
        result = accumulate(b, result, next, first.isUnsigned());
      Value count = isMean ? scalarConstant(b, result.getType(), double(v.size())) : Value();
      return isMean ? scalarDiv(b, result, count, first.isUnsigned()) : result;
    });
  };
}

} // namespace

void addBinaryImporters(NodeImporters &importers) {
  importers["Add"] = arithmetic(withoutSign<scalarAdd>(), onFloat32<tosa::AddOp>);
  importers["Sub"] = arithmetic(withoutSign<scalarSub>(), onFloat32<tosa::SubOp>);
  importers["Mul"] = arithmetic(withoutSign<scalarMul>(), mulOnFloat32);
  importers["Div"] = arithmetic(scalarDiv);
  importers["And"] = importers["BitwiseAnd"] = arithmetic(bits<arith::AndIOp>());
  importers["Or"] = importers["BitwiseOr"] = arithmetic(bits<arith::OrIOp>());
  importers["Xor"] = importers["BitwiseXor"] = arithmetic(bits<arith::XOrIOp>());
  importers["Equal"] = comparison(Comparison::Equal, false, compareFloat32<tosa::EqualOp>);
  importers["Less"] = comparison(Comparison::Less, false, compareFloat32<tosa::GreaterOp>);
  importers["LessOrEqual"] = comparison(Comparison::LessOrEqual, false, compareFloat32<tosa::GreaterEqualOp>);
  importers["Greater"] = comparison(Comparison::Less, true, compareFloat32<tosa::GreaterOp>);
  importers["GreaterOrEqual"] =
      comparison(Comparison::LessOrEqual, true, compareFloat32<tosa::GreaterEqualOp>);
  importers["Mod"] = importMod;
  importers["Pow"] = importPow;
  importers["BitShift"] = importBitShift;
}

void addVariadicImporters(NodeImporters &importers) {
  importers["Sum"] = variadic(withoutSign<scalarAdd>(), false, onFloat32<tosa::AddOp>);
  importers["Mean"] = variadic(withoutSign<scalarAdd>(), true, {});
  importers["Max"] = variadic(scalarMaximum, false, onFloat32<tosa::MaximumOp>);
  importers["Min"] = variadic(scalarMinimum, false, onFloat32<tosa::MinimumOp>);
}

} // namespace lockstep
