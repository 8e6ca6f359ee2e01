// Arithmetic on scalars inside of a body: integers signless with the sign told, floats of 32 or 64 bits.
#pragma once

#include <mlir/IR/ImplicitLocOpBuilder.h>
#include <mlir/IR/Value.h>

#include <cstdint>

namespace lockstep {

using ScalarBuilder = mlir::ImplicitLocOpBuilder;

enum class Comparison { Equal, Less, LessOrEqual };

mlir::Value scalarConstant(ScalarBuilder &b, mlir::Type type, double value);
mlir::Value indexConstant(ScalarBuilder &b, int64_t value);
mlir::Value integerConstant(ScalarBuilder &b, mlir::Type type, int64_t value);

mlir::Value scalarAdd(ScalarBuilder &b, mlir::Value x, mlir::Value y);
mlir::Value scalarSub(ScalarBuilder &b, mlir::Value x, mlir::Value y);
mlir::Value scalarMul(ScalarBuilder &b, mlir::Value x, mlir::Value y);
/// Integers: truncates; a division by zero gives 0 and the least number by -1 wraps, as nothing here may
/// trap.
mlir::Value scalarDiv(ScalarBuilder &b, mlir::Value x, mlir::Value y, bool isUnsigned);
/// The remainder with the dividend's sign; by zero: 0 for integers, NaN for floats.
mlir::Value scalarRemainder(ScalarBuilder &b, mlir::Value x, mlir::Value y, bool isUnsigned);
/// The remainder with the divisor's sign, of integers.
mlir::Value scalarModulo(ScalarBuilder &b, mlir::Value x, mlir::Value y, bool isUnsigned);
/// NaN if one is.
mlir::Value scalarMinimum(ScalarBuilder &b, mlir::Value x, mlir::Value y, bool isUnsigned);
mlir::Value scalarMaximum(ScalarBuilder &b, mlir::Value x, mlir::Value y, bool isUnsigned);
/// False if one is NaN.
mlir::Value scalarCompare(ScalarBuilder &b, Comparison comparison, mlir::Value x, mlir::Value y,
                          bool isUnsigned);
mlir::Value scalarNot(ScalarBuilder &b, mlir::Value x);
mlir::Value scalarSelect(ScalarBuilder &b, mlir::Value condition, mlir::Value x, mlir::Value y);

/// ONNX's Cast: to float rounds to nearest even, to integer truncates (and wraps what is narrower than 64
/// bits), to bool is `not zero`.
mlir::Value scalarCast(ScalarBuilder &b, mlir::Value x, bool fromUnsigned, mlir::Type to, bool toUnsigned);
/// base ^ exponent with the base's type, whatever the exponent's.
mlir::Value scalarPower(ScalarBuilder &b, mlir::Value base, bool baseUnsigned, mlir::Value exponent,
                        bool exponentUnsigned);

} // namespace lockstep
