// Operators with one input: arithmetic, rounding, trigonometry, classification.
#include "compiler/onnx/ElementwiseOps.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using mlir::Value;
namespace math = mlir::math;
namespace tosa = mlir::tosa;

namespace {

using Body = std::function<Value(ScalarBuilder &, Value)>;

/// Floats only, same type out.
NodeImporter floatUnary(Body body) {
  return [body](NodeContext &context) -> Status {
    auto inputs = presentInputs(context, 1);
    if (!inputs)
      return inputs.error();
    const ImportedValue &x = (*inputs)[0];
    if (!isFloat(x.type().getElementType()))
      return context.unsupported("its input is " + x.element_type + "; floats are supported");
    return setMapped(context, x, x.element_type,
                     [&](ScalarBuilder &b, mlir::ValueRange v) { return body(b, v[0]); });
  };
}

template <typename Op> NodeImporter mathUnary() {
  return floatUnary([](ScalarBuilder &b, Value x) { return Value(b.create<Op>(x)); });
}

/// TOSA's operation for float32; `otherwise` for all other types.
template <typename Op> NodeImporter tosaUnary(NodeImporter otherwise) {
  return [otherwise](NodeContext &context) -> Status {
    if (context.numInputs() < 1 || !context.hasInput(0) || !isFloat32(context.input(0)))
      return otherwise(context);
    ImportedValue x = context.input(0);
    context.setOutput(0, context.builder().create<Op>(context.loc(), x.type(), x.value), x.element_type);
    return {};
  };
}

using TypedBody = std::function<Value(ScalarBuilder &, Value, bool isUnsigned)>;

/// All numeric types, same type out.
NodeImporter numericUnary(TypedBody body) {
  return [body](NodeContext &context) -> Status {
    auto inputs = presentInputs(context, 1);
    if (!inputs)
      return inputs.error();
    ImportedValue x = (*inputs)[0];
    return setMapped(context, x, x.element_type,
                     [&](ScalarBuilder &b, mlir::ValueRange v) { return body(b, v[0], x.isUnsigned()); });
  };
}

Value absolute(ScalarBuilder &b, Value x, bool isUnsigned) {
  if (isFloat(x.getType()))
    return b.create<math::AbsFOp>(x);
  Value zero = integerConstant(b, x.getType(), 0);
  return isUnsigned ? x : scalarMaximum(b, x, scalarSub(b, zero, x), false);
}

Value negated(ScalarBuilder &b, Value x, bool) {
  if (isFloat(x.getType()))
    return b.create<mlir::arith::NegFOp>(x);
  return scalarSub(b, integerConstant(b, x.getType(), 0), x);
}

/// -1, 0 or 1; NaN stays NaN.
Value sign(ScalarBuilder &b, Value x, bool isUnsigned) {
  Value zero = scalarConstant(b, x.getType(), 0), one = scalarConstant(b, x.getType(), 1);
  Value isPositive = scalarCompare(b, Comparison::Less, zero, x, isUnsigned);
  Value rest = x; // zero or NaN
  if (!isUnsigned) {
    Value isNegative = scalarCompare(b, Comparison::Less, x, zero, false);
    rest = scalarSelect(b, isNegative, scalarConstant(b, x.getType(), -1), x);
  }
  return scalarSelect(b, isPositive, one, rest);
}

Value reciprocal(ScalarBuilder &b, Value x) {
  return scalarDiv(b, scalarConstant(b, x.getType(), 1), x, false);
}

Value sigmoid(ScalarBuilder &b, Value x) {
  Value one = scalarConstant(b, x.getType(), 1);
  Value power = b.create<math::ExpOp>(b.create<mlir::arith::NegFOp>(x));
  return scalarDiv(b, one, scalarAdd(b, one, power), false);
}

Status importIsNan(NodeContext &context) {
  ImportedValue x = context.input(0);
  return setMapped(context, x, "bool", [](ScalarBuilder &b, mlir::ValueRange v) {
    return Value(b.create<mlir::arith::CmpFOp>(mlir::arith::CmpFPredicate::UNO, v[0], v[0]));
  });
}

Status importIsInf(NodeContext &context) {
  bool positive = context.intAttribute("detect_positive", 1),
       negative = context.intAttribute("detect_negative", 1);
  return setMapped(context, context.input(0), "bool", [&](ScalarBuilder &b, mlir::ValueRange v) {
    auto is = [&](double value, bool wanted) {
      Value bound = scalarConstant(b, v[0].getType(), value);
      Value wantedHere = integerConstant(b, b.getI1Type(), wanted);
      return b.create<mlir::arith::AndIOp>(scalarCompare(b, Comparison::Equal, v[0], bound, false),
                                           wantedHere);
    };
    return Value(b.create<mlir::arith::OrIOp>(is(INFINITY, positive), is(-INFINITY, negative)));
  });
}

Status importNot(NodeContext &context) {
  ImportedValue x = context.input(0);
  return setMapped(context, x, x.element_type,
                   [](ScalarBuilder &b, mlir::ValueRange v) { return scalarNot(b, v[0]); });
}

void addTrigonometry(NodeImporters &importers) {
  importers["Acos"] = mathUnary<math::AcosOp>();
  importers["Acosh"] = mathUnary<math::AcoshOp>();
  importers["Asin"] = mathUnary<math::AsinOp>();
  importers["Asinh"] = mathUnary<math::AsinhOp>();
  importers["Atan"] = mathUnary<math::AtanOp>();
  importers["Atanh"] = mathUnary<math::AtanhOp>();
  importers["Cos"] = mathUnary<math::CosOp>();
  importers["Cosh"] = mathUnary<math::CoshOp>();
  importers["Sin"] = mathUnary<math::SinOp>();
  importers["Sinh"] = mathUnary<math::SinhOp>();
  importers["Tan"] = mathUnary<math::TanOp>();
}

} // namespace

void addUnaryImporters(NodeImporters &importers) {
  addTrigonometry(importers);
  importers["Abs"] = tosaUnary<tosa::AbsOp>(numericUnary(absolute));
  importers["Neg"] = numericUnary(negated);
  importers["Sign"] = numericUnary(sign);
  importers["Ceil"] = tosaUnary<tosa::CeilOp>(mathUnary<math::CeilOp>());
  importers["Floor"] = tosaUnary<tosa::FloorOp>(mathUnary<math::FloorOp>());
  importers["Round"] = mathUnary<math::RoundEvenOp>();
  importers["Exp"] = tosaUnary<tosa::ExpOp>(mathUnary<math::ExpOp>());
  importers["Log"] = tosaUnary<tosa::LogOp>(mathUnary<math::LogOp>());
  importers["Sqrt"] = mathUnary<math::SqrtOp>();
  importers["Erf"] = tosaUnary<tosa::ErfOp>(mathUnary<math::ErfOp>());
  importers["Tanh"] = tosaUnary<tosa::TanhOp>(mathUnary<math::TanhOp>());
  importers["Sigmoid"] = tosaUnary<tosa::SigmoidOp>(floatUnary(sigmoid));
  importers["Reciprocal"] = tosaUnary<tosa::ReciprocalOp>(floatUnary(reciprocal));
  importers["Not"] = importNot;
  importers["BitwiseNot"] = importNot;
  importers["IsNaN"] = importIsNan;
  importers["IsInf"] = importIsInf;
}

} // namespace lockstep
