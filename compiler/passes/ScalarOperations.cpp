#include "compiler/passes/ScalarOperations.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringSwitch.h>

#include <algorithm>
#include <cmath>

namespace lockstep {

using namespace mlir;

namespace {

using Operands = std::vector<float>;
using Plain = float (*)(const Operands &);

/// Of NaN and a number the result is NaN.
float maximum(float a, float b) { return std::isnan(a) || a > b ? a : b; }
float minimum(float a, float b) { return std::isnan(a) || a < b ? a : b; }

/// Names without dialect that mean the same in tosa, arith and math.
const llvm::StringMap<Plain> &plainOperations() {
  static const llvm::StringMap<Plain> operations = {
      {"tosa.add", [](const Operands &x) { return x[0] + x[1]; }},
      {"arith.addf", [](const Operands &x) { return x[0] + x[1]; }},
      {"tosa.sub", [](const Operands &x) { return x[0] - x[1]; }},
      {"arith.subf", [](const Operands &x) { return x[0] - x[1]; }},
      {"tosa.mul", [](const Operands &x) { return x[0] * x[1]; }},
      {"arith.mulf", [](const Operands &x) { return x[0] * x[1]; }},
      {"arith.divf", [](const Operands &x) { return x[0] / x[1]; }},
      {"tosa.maximum", [](const Operands &x) { return maximum(x[0], x[1]); }},
      {"arith.maximumf", [](const Operands &x) { return maximum(x[0], x[1]); }},
      {"arith.maxnumf", [](const Operands &x) { return std::fmax(x[0], x[1]); }},
      {"tosa.minimum", [](const Operands &x) { return minimum(x[0], x[1]); }},
      {"arith.minimumf", [](const Operands &x) { return minimum(x[0], x[1]); }},
      {"arith.minnumf", [](const Operands &x) { return std::fmin(x[0], x[1]); }},
      {"tosa.negate", [](const Operands &x) { return -x[0]; }},
      {"arith.negf", [](const Operands &x) { return -x[0]; }},
      {"tosa.abs", [](const Operands &x) { return std::fabs(x[0]); }},
      {"math.absf", [](const Operands &x) { return std::fabs(x[0]); }},
      {"tosa.sigmoid", [](const Operands &x) { return 1.0f / (1.0f + std::exp(-x[0])); }},
      {"tosa.tanh", [](const Operands &x) { return std::tanh(x[0]); }},
      {"math.tanh", [](const Operands &x) { return std::tanh(x[0]); }},
      {"tosa.erf", [](const Operands &x) { return std::erf(x[0]); }},
      {"math.erf", [](const Operands &x) { return std::erf(x[0]); }},
      {"tosa.exp", [](const Operands &x) { return std::exp(x[0]); }},
      {"math.exp", [](const Operands &x) { return std::exp(x[0]); }},
      {"math.exp2", [](const Operands &x) { return std::exp2(x[0]); }},
      {"math.expm1", [](const Operands &x) { return std::expm1(x[0]); }},
      {"tosa.log", [](const Operands &x) { return std::log(x[0]); }},
      {"math.log", [](const Operands &x) { return std::log(x[0]); }},
      {"math.log1p", [](const Operands &x) { return std::log1p(x[0]); }},
      {"math.log2", [](const Operands &x) { return std::log2(x[0]); }},
      {"tosa.reciprocal", [](const Operands &x) { return 1.0f / x[0]; }},
      {"tosa.rsqrt", [](const Operands &x) { return 1.0f / std::sqrt(x[0]); }},
      {"math.rsqrt", [](const Operands &x) { return 1.0f / std::sqrt(x[0]); }},
      {"math.sqrt", [](const Operands &x) { return std::sqrt(x[0]); }},
      {"math.cbrt", [](const Operands &x) { return std::cbrt(x[0]); }},
      {"tosa.pow", [](const Operands &x) { return std::pow(x[0], x[1]); }},
      {"math.powf", [](const Operands &x) { return std::pow(x[0], x[1]); }},
      {"tosa.floor", [](const Operands &x) { return std::floor(x[0]); }},
      {"math.floor", [](const Operands &x) { return std::floor(x[0]); }},
      {"tosa.ceil", [](const Operands &x) { return std::ceil(x[0]); }},
      {"math.ceil", [](const Operands &x) { return std::ceil(x[0]); }},
      {"math.roundeven", [](const Operands &x) { return std::nearbyint(x[0]); }},
      {"math.round", [](const Operands &x) { return std::round(x[0]); }},
      {"math.trunc", [](const Operands &x) { return std::trunc(x[0]); }},
      {"math.copysign", [](const Operands &x) { return std::copysign(x[0], x[1]); }},
      {"math.fma", [](const Operands &x) { return std::fma(x[0], x[1], x[2]); }},
      {"math.sin", [](const Operands &x) { return std::sin(x[0]); }},
      {"math.cos", [](const Operands &x) { return std::cos(x[0]); }},
      {"math.tan", [](const Operands &x) { return std::tan(x[0]); }},
      {"math.atan", [](const Operands &x) { return std::atan(x[0]); }},
      {"math.sinh", [](const Operands &x) { return std::sinh(x[0]); }},
      {"math.cosh", [](const Operands &x) { return std::cosh(x[0]); }},
      {"math.asinh", [](const Operands &x) { return std::asinh(x[0]); }},
      {"tosa.greater", [](const Operands &x) { return x[0] > x[1] ? 1.0f : 0.0f; }},
      {"tosa.greater_equal", [](const Operands &x) { return x[0] >= x[1] ? 1.0f : 0.0f; }},
      {"tosa.equal", [](const Operands &x) { return x[0] == x[1] ? 1.0f : 0.0f; }},
      {"tosa.logical_not", [](const Operands &x) { return x[0] == 0 ? 1.0f : 0.0f; }},
      {"tosa.logical_and", [](const Operands &x) { return x[0] != 0 && x[1] != 0 ? 1.0f : 0.0f; }},
      {"tosa.logical_or", [](const Operands &x) { return x[0] != 0 || x[1] != 0 ? 1.0f : 0.0f; }},
      {"tosa.select", [](const Operands &x) { return x[0] != 0 ? x[1] : x[2]; }},
      {"arith.select", [](const Operands &x) { return x[0] != 0 ? x[1] : x[2]; }},
      {"tosa.identity", [](const Operands &x) { return x[0]; }},
  };
  return operations;
}

bool compare(arith::CmpFPredicate predicate, float a, float b) {
  using P = arith::CmpFPredicate;
  const bool unordered = std::isnan(a) || std::isnan(b);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
    return a == b;
  case P::OGT:
    return a > b;
  case P::OGE:
    return a >= b;
  case P::OLT:
    return a < b;
  case P::OLE:
    return a <= b;
  case P::ONE:
    return !unordered && a != b;
  case P::UEQ:
    return unordered || a == b;
  case P::UGT:
    return unordered || a > b;
  case P::UGE:
    return unordered || a >= b;
  case P::ULT:
    return unordered || a < b;
  case P::ULE:
    return unordered || a <= b;
  case P::UNE:
    return a != b;
  }
  return false;
}

/// float32 and bool only: of other types the same names mean other arithmetic.
bool computesFloats(Operation *op) {
  auto known = [](Type type) {
    Type element = getElementTypeOrSelf(type);
    return element.isF32() || element.isInteger(1);
  };
  return llvm::all_of(op->getOperandTypes(), known) && llvm::all_of(op->getResultTypes(), known);
}

} // namespace

ScalarOperation scalarOperation(Operation *op) {
  if (!computesFloats(op))
    return {};
  if (auto clamp = dyn_cast<tosa::ClampOp>(op)) {
    const float low = clamp.getMinFp().convertToFloat(), high = clamp.getMaxFp().convertToFloat();
    return [=](const Operands &x) { return std::optional(minimum(maximum(x[0], low), high)); };
  }
  if (auto comparison = dyn_cast<arith::CmpFOp>(op)) {
    const auto predicate = comparison.getPredicate();
    return [=](const Operands &x) { return std::optional(compare(predicate, x[0], x[1]) ? 1.0f : 0.0f); };
  }
  const auto &operations = plainOperations();
  auto found = operations.find(op->getName().getStringRef());
  if (found == operations.end())
    return {};
  return [plain = found->second](const Operands &x) { return std::optional(plain(x)); };
}

} // namespace lockstep
