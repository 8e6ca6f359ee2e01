#include "compiler/onnx/ElementwiseScalars.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>

namespace lockstep {

using namespace mlir::arith;
using mlir::Value;

namespace {
bool isFloating(Value x) { return mlir::isa<mlir::FloatType>(x.getType()); }
} // namespace

Value scalarConstant(ScalarBuilder &b, mlir::Type type, double value) {
  if (auto floating = mlir::dyn_cast<mlir::FloatType>(type)) {
    llvm::APFloat number(value);
    bool lost = false;
    number.convert(floating.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven, &lost);
    return b.create<ConstantFloatOp>(number, floating);
  }
  return integerConstant(b, type, int64_t(value));
}

Value indexConstant(ScalarBuilder &b, int64_t value) { return b.create<ConstantIndexOp>(value); }

Value integerConstant(ScalarBuilder &b, mlir::Type type, int64_t value) {
  return b.create<ConstantOp>(b.getIntegerAttr(type, value));
}

Value scalarAdd(ScalarBuilder &b, Value x, Value y) {
  return isFloating(x) ? Value(b.create<AddFOp>(x, y)) : Value(b.create<AddIOp>(x, y));
}
Value scalarSub(ScalarBuilder &b, Value x, Value y) {
  return isFloating(x) ? Value(b.create<SubFOp>(x, y)) : Value(b.create<SubIOp>(x, y));
}
Value scalarMul(ScalarBuilder &b, Value x, Value y) {
  return isFloating(x) ? Value(b.create<MulFOp>(x, y)) : Value(b.create<MulIOp>(x, y));
}

namespace {

/// A quotient or remainder that cannot trap: divisors 0 and (signed) -1 are replaced by 1 and their results
/// chosen after.
Value guarded(ScalarBuilder &b, Value x, Value y, bool isUnsigned, bool remainder) {
  Value zero = integerConstant(b, x.getType(), 0), one = integerConstant(b, x.getType(), 1);
  Value byZero = b.create<CmpIOp>(CmpIPredicate::eq, y, zero);
  Value divisor = b.create<SelectOp>(byZero, one, y);
  if (isUnsigned) {
    Value result = remainder ? Value(b.create<RemUIOp>(x, divisor)) : Value(b.create<DivUIOp>(x, divisor));
    return b.create<SelectOp>(byZero, zero, result);
  }
  Value byMinusOne = b.create<CmpIOp>(CmpIPredicate::eq, y, integerConstant(b, x.getType(), -1));
  divisor = b.create<SelectOp>(byMinusOne, one, divisor);
  Value result = remainder ? Value(b.create<RemSIOp>(x, divisor)) : Value(b.create<DivSIOp>(x, divisor));
  if (!remainder)
    result = b.create<SelectOp>(byMinusOne, b.create<SubIOp>(zero, x), result);
  return b.create<SelectOp>(byZero, zero, result);
}

} // namespace

Value scalarDiv(ScalarBuilder &b, Value x, Value y, bool isUnsigned) {
  return isFloating(x) ? Value(b.create<DivFOp>(x, y)) : guarded(b, x, y, isUnsigned, false);
}

Value scalarRemainder(ScalarBuilder &b, Value x, Value y, bool isUnsigned) {
  return isFloating(x) ? Value(b.create<RemFOp>(x, y)) : guarded(b, x, y, isUnsigned, true);
}

Value scalarModulo(ScalarBuilder &b, Value x, Value y, bool isUnsigned) {
  Value remainder = scalarRemainder(b, x, y, isUnsigned);
  if (isUnsigned)
    return remainder;
  Value zero = integerConstant(b, x.getType(), 0);
  Value isNotZero = b.create<CmpIOp>(CmpIPredicate::ne, remainder, zero);
  Value signsDiffer = b.create<CmpIOp>(CmpIPredicate::slt, b.create<XOrIOp>(remainder, y), zero);
  Value corrected = b.create<AddIOp>(remainder, y);
  return b.create<SelectOp>(b.create<AndIOp>(isNotZero, signsDiffer), corrected, remainder);
}

Value scalarMinimum(ScalarBuilder &b, Value x, Value y, bool isUnsigned) {
  if (isFloating(x))
    return b.create<MinimumFOp>(x, y);
  return isUnsigned ? Value(b.create<MinUIOp>(x, y)) : Value(b.create<MinSIOp>(x, y));
}
Value scalarMaximum(ScalarBuilder &b, Value x, Value y, bool isUnsigned) {
  if (isFloating(x))
    return b.create<MaximumFOp>(x, y);
  return isUnsigned ? Value(b.create<MaxUIOp>(x, y)) : Value(b.create<MaxSIOp>(x, y));
}

Value scalarCompare(ScalarBuilder &b, Comparison comparison, Value x, Value y, bool isUnsigned) {
  bool equal = comparison == Comparison::Equal, less = comparison == Comparison::Less;
  if (isFloating(x))
    return b.create<CmpFOp>(equal  ? CmpFPredicate::OEQ
                            : less ? CmpFPredicate::OLT
                                   : CmpFPredicate::OLE,
                            x, y);
  if (equal)
    return b.create<CmpIOp>(CmpIPredicate::eq, x, y);
  if (isUnsigned || x.getType().isInteger(1))
    return b.create<CmpIOp>(less ? CmpIPredicate::ult : CmpIPredicate::ule, x, y);
  return b.create<CmpIOp>(less ? CmpIPredicate::slt : CmpIPredicate::sle, x, y);
}

Value scalarNot(ScalarBuilder &b, Value x) {
  return b.create<XOrIOp>(x, integerConstant(b, x.getType(), -1));
}
Value scalarSelect(ScalarBuilder &b, Value condition, Value x, Value y) {
  return b.create<SelectOp>(condition, x, y);
}

namespace {

Value floatToInteger(ScalarBuilder &b, Value x, mlir::Type to, bool toUnsigned) {
  mlir::Type wide = b.getI64Type();
  if (toUnsigned && to == wide)
    return b.create<FPToUIOp>(to, x);
  Value result = b.create<FPToSIOp>(wide, x);
  return to == wide ? result : Value(b.create<TruncIOp>(to, result));
}

Value resizedInteger(ScalarBuilder &b, Value x, bool isUnsigned, mlir::Type to) {
  unsigned from = x.getType().getIntOrFloatBitWidth(), width = to.getIntOrFloatBitWidth();
  if (from == width)
    return x;
  if (from > width)
    return b.create<TruncIOp>(to, x);
  return isUnsigned ? Value(b.create<ExtUIOp>(to, x)) : Value(b.create<ExtSIOp>(to, x));
}

Value resizedFloat(ScalarBuilder &b, Value x, mlir::Type to) {
  unsigned from = x.getType().getIntOrFloatBitWidth(), width = to.getIntOrFloatBitWidth();
  if (from == width)
    return x;
  return from > width ? Value(b.create<TruncFOp>(to, x)) : Value(b.create<ExtFOp>(to, x));
}

Value toBool(ScalarBuilder &b, Value x) {
  Value zero = scalarConstant(b, x.getType(), 0);
  return isFloating(x) ? Value(b.create<CmpFOp>(CmpFPredicate::UNE, x, zero))
                       : Value(b.create<CmpIOp>(CmpIPredicate::ne, x, zero));
}

} // namespace

Value scalarCast(ScalarBuilder &b, Value x, bool fromUnsigned, mlir::Type to, bool toUnsigned) {
  if (x.getType() == to)
    return x;
  if (to.isInteger(1))
    return toBool(b, x);
  fromUnsigned |= x.getType().isInteger(1);
  bool toFloat = mlir::isa<mlir::FloatType>(to);
  if (isFloating(x))
    return toFloat ? resizedFloat(b, x, to) : floatToInteger(b, x, to, toUnsigned);
  if (!toFloat)
    return resizedInteger(b, x, fromUnsigned, to);
  return fromUnsigned ? Value(b.create<UIToFPOp>(to, x)) : Value(b.create<SIToFPOp>(to, x));
}

namespace {

/// Wraps around like a chain of multiplications; a negative exponent gives what truncation of the fraction
/// gives.
Value integerPower(ScalarBuilder &b, Value base, Value exponent, bool exponentUnsigned) {
  mlir::Type type = base.getType(), wide = b.getI64Type();
  Value bits = resizedInteger(b, exponent, exponentUnsigned, wide);
  Value zero = b.create<ConstantIndexOp>(0), one = b.create<ConstantIndexOp>(1),
        end = b.create<ConstantIndexOp>(64);
  Value unit = integerConstant(b, type, 1), unitBit = integerConstant(b, wide, 1),
        none = integerConstant(b, type, 0);
  auto loop = b.create<mlir::scf::ForOp>(
      zero, end, one, mlir::ValueRange{unit, base, bits},
      [&](mlir::OpBuilder &nested, mlir::Location loc, Value, mlir::ValueRange state) {
        ScalarBuilder inner(loc, nested);
        Value isSet = inner.create<TruncIOp>(inner.getI1Type(), state[2]);
        Value product = inner.create<MulIOp>(state[0], state[1]);
        Value result = inner.create<SelectOp>(isSet, product, state[0]);
        Value square = inner.create<MulIOp>(state[1], state[1]);
        Value rest = inner.create<ShRUIOp>(state[2], unitBit);
        inner.create<mlir::scf::YieldOp>(mlir::ValueRange{result, square, rest});
      });
  Value result = loop.getResult(0);
  if (exponentUnsigned)
    return result;
  // base^-n: 1 for 1, the power itself for -1 (its own inverse; the loop saw the same low bits), else 0.
  Value isNegative = b.create<CmpIOp>(CmpIPredicate::slt, bits, integerConstant(b, wide, 0));
  Value isUnit = b.create<CmpIOp>(CmpIPredicate::eq, b.create<MulIOp>(base, base), unit);
  Value inverse = b.create<SelectOp>(isUnit, result, none);
  return b.create<SelectOp>(isNegative, inverse, result);
}

} // namespace

Value scalarPower(ScalarBuilder &b, Value base, bool baseUnsigned, Value exponent, bool exponentUnsigned) {
  mlir::Type type = base.getType();
  if (!isFloating(base) && !isFloating(exponent))
    return integerPower(b, base, exponent, exponentUnsigned);
  if (isFloating(base) && (base.getType() == exponent.getType() || !isFloating(exponent)))
    return b.create<mlir::math::PowFOp>(base, scalarCast(b, exponent, exponentUnsigned, type, false));
  mlir::Type wide = b.getF64Type();
  Value result = b.create<mlir::math::PowFOp>(scalarCast(b, base, baseUnsigned, wide, false),
                                              scalarCast(b, exponent, exponentUnsigned, wide, false));
  return scalarCast(b, result, false, type, baseUnsigned);
}

} // namespace lockstep
