// Activations with attributes, and Clip.
#include "compiler/onnx/ElementwiseOps.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <cmath>

namespace lockstep {

using mlir::Value;
namespace math = mlir::math;

namespace {

/// Scalars of one type and the node's attributes, so that a formula reads like ONNX's.
struct Formula {
  ScalarBuilder &b;
  NodeContext &context;
  mlir::Type type;
  bool isUnsigned;

  Value number(double value) const { return scalarConstant(b, type, value); }
  Value attribute(const char *name, float otherwise) const {
    return number(context.floatAttribute(name, otherwise));
  }
  Value exp(Value x) const { return b.create<math::ExpOp>(x); }
  Value add(Value x, Value y) const { return scalarAdd(b, x, y); }
  Value sub(Value x, Value y) const { return scalarSub(b, x, y); }
  Value mul(Value x, Value y) const { return scalarMul(b, x, y); }
  Value div(Value x, Value y) const { return scalarDiv(b, x, y, isUnsigned); }
  Value min(Value x, Value y) const { return scalarMinimum(b, x, y, isUnsigned); }
  Value max(Value x, Value y) const { return scalarMaximum(b, x, y, isUnsigned); }
  Value less(Value x, Value y) const { return scalarCompare(b, Comparison::Less, x, y, isUnsigned); }
  Value select(Value condition, Value x, Value y) const { return scalarSelect(b, condition, x, y); }
};

using FormulaBody = Value (*)(const Formula &, Value x);

NodeImporter activation(FormulaBody body) {
  return [body](NodeContext &context) -> Status {
    auto inputs = presentInputs(context, 1);
    if (!inputs)
      return inputs.error();
    ImportedValue x = (*inputs)[0];
    if (!isFloat(x.type().getElementType()))
      return context.unsupported("its input is " + x.element_type + "; floats are supported");
    return setMapped(context, x, x.element_type, [&](ScalarBuilder &b, mlir::ValueRange v) {
      return body(Formula{b, context, v[0].getType(), false}, v[0]);
    });
  };
}

Value leakyRelu(const Formula &f, Value x) {
  return f.select(f.less(x, f.number(0)), f.mul(f.attribute("alpha", 0.01f), x), x);
}
/// exp(x) - 1 without losing small x.
Value expMinusOne(const Formula &f, Value x) { return f.b.create<math::ExpM1Op>(x); }
Value elu(const Formula &f, Value x) {
  return f.select(f.less(x, f.number(0)), f.mul(f.attribute("alpha", 1), expMinusOne(f, x)), x);
}
Value selu(const Formula &f, Value x) {
  Value negative = f.mul(f.attribute("alpha", 1.67326319217681884765625f), expMinusOne(f, x));
  return f.mul(f.attribute("gamma", 1.05070102214813232421875f),
               f.select(f.less(f.number(0), x), x, negative));
}
Value celu(const Formula &f, Value x) {
  Value alpha = f.attribute("alpha", 1);
  Value negative = f.mul(alpha, expMinusOne(f, f.div(x, alpha)));
  return f.add(f.max(x, f.number(0)), f.min(negative, f.number(0)));
}
Value hardSigmoid(const Formula &f, Value x) {
  Value line = f.add(f.mul(f.attribute("alpha", 0.2f), x), f.attribute("beta", 0.5f));
  return f.max(f.number(0), f.min(f.number(1), line));
}
Value hardSwish(const Formula &f, Value x) {
  Value line = f.add(f.mul(f.number(1.0f / 6.0f), x), f.number(0.5));
  return f.mul(x, f.max(f.number(0), f.min(f.number(1), line)));
}
/// log(1 + exp(x)) that does not overflow: max(x, 0) + log1p(exp(-|x|)).
Value softplus(const Formula &f, Value x) {
  Value distance = f.b.create<math::AbsFOp>(x);
  Value rest = f.b.create<math::Log1pOp>(f.exp(f.sub(f.number(0), distance)));
  return f.add(f.max(x, f.number(0)), rest);
}
Value softsign(const Formula &f, Value x) {
  return f.div(x, f.add(f.number(1), f.b.create<math::AbsFOp>(x)));
}
Value thresholdedRelu(const Formula &f, Value x) {
  return f.select(f.less(f.attribute("alpha", 1), x), x, f.number(0));
}

Status importShrink(NodeContext &context) {
  ImportedValue x = context.input(0);
  return setMapped(context, x, x.element_type, [&](ScalarBuilder &b, mlir::ValueRange v) {
    Formula f{b, context, v[0].getType(), x.isUnsigned()};
    float lambd = context.floatAttribute("lambd", 0.5f);
    Value bias = f.attribute("bias", 0);
    Value over = f.select(f.less(f.number(lambd), v[0]), f.sub(v[0], bias), f.number(0));
    if (x.isUnsigned())
      return over;
    // An integer is under -lambd if it is under the next integer above it.
    double under = isFloat(f.type) ? -double(lambd) : std::ceil(-double(lambd));
    return f.select(f.less(v[0], f.number(under)), f.add(v[0], bias), over);
  });
}

Value clamped(NodeContext &context, const ImportedValue &x, double least, double most) {
  auto number = [&](double value) { return context.builder().getF32FloatAttr(float(value)); };
  return context.builder().create<mlir::tosa::ClampOp>(
      context.loc(), x.type(), x.value, context.builder().getI64IntegerAttr(INT32_MIN),
      context.builder().getI64IntegerAttr(INT32_MAX), number(least), number(most));
}

Status importRelu(NodeContext &context) {
  ImportedValue x = context.input(0);
  if (isFloat32(x)) {
    context.setOutput(0, clamped(context, x, 0, INFINITY), x.element_type);
    return {};
  }
  return setMapped(context, x, x.element_type, [&](ScalarBuilder &b, mlir::ValueRange v) {
    return scalarMaximum(b, v[0], scalarConstant(b, v[0].getType(), 0), x.isUnsigned());
  });
}

Status importPRelu(NodeContext &context) {
  auto inputs = presentInputs(context, 2);
  if (!inputs)
    return inputs.error();
  ImportedValue x = (*inputs)[0], slope = (*inputs)[1];
  if (context.opset() < 7 && slope.shape().size() == 1 &&
      x.shape().size() > 2) { // one slope for each channel
    llvm::SmallVector<int64_t> shape(x.shape().size() - 1, 1);
    shape[0] = slope.shape()[0];
    (*inputs)[1].value = reshaped(context, slope.value, shape);
  }
  return setMapped(context, *inputs, x.element_type, [&](ScalarBuilder &b, mlir::ValueRange v) {
    Value isNegative =
        scalarCompare(b, Comparison::Less, v[0], scalarConstant(b, v[0].getType(), 0), x.isUnsigned());
    return scalarSelect(b, isNegative, scalarMul(b, v[0], v[1]), v[0]);
  });
}

/// A bound that is known: the attribute of old opsets, a constant input, or `otherwise` if there is none.
std::optional<double> knownBound(NodeContext &context, size_t index, const char *attribute,
                                 double otherwise) {
  if (context.attribute(attribute))
    return context.floatAttribute(attribute, float(otherwise));
  if (!context.hasInput(index))
    return otherwise;
  auto numbers =
      context.constantInput(index) ? constantNumbers(context, index) : needsConstant(context, index);
  return numbers && numbers->size() == 1 ? std::optional<double>((*numbers)[0]) : std::nullopt;
}

/// max(minimum input, ...), then min(maximum input, ...): a maximum below the minimum wins, as in NumPy.
Status importClip(NodeContext &context) {
  ImportedValue x = context.input(0);
  if (isFloat32(x)) {
    std::optional<double> least = knownBound(context, 1, "min", -INFINITY),
                          most = knownBound(context, 2, "max", INFINITY);
    if (least && most && *least <= *most) {
      context.setOutput(0, clamped(context, x, *least, *most), x.element_type);
      return {};
    }
  }
  bool hasMinimum = context.hasInput(1), hasMaximum = context.hasInput(2);
  llvm::SmallVector<ImportedValue> inputs{x};
  for (size_t i = 1; i < 3; ++i)
    if (context.hasInput(i))
      inputs.push_back(context.input(i));
  return setMapped(context, inputs, x.element_type, [&](ScalarBuilder &b, mlir::ValueRange v) {
    Formula f{b, context, v[0].getType(), x.isUnsigned()};
    Value result = v[0];
    if (hasMinimum)
      result = f.max(result, v[1]);
    else if (context.attribute("min"))
      result = f.max(result, f.attribute("min", 0));
    if (hasMaximum)
      result = f.min(result, v[hasMinimum ? 2 : 1]);
    else if (context.attribute("max"))
      result = f.min(result, f.attribute("max", 0));
    return result;
  });
}

} // namespace

void addActivationImporters(NodeImporters &importers) {
  importers["LeakyRelu"] = activation(leakyRelu);
  importers["Elu"] = activation(elu);
  importers["Selu"] = activation(selu);
  importers["Celu"] = activation(celu);
  importers["HardSigmoid"] = activation(hardSigmoid);
  importers["HardSwish"] = activation(hardSwish);
  importers["Softplus"] = activation(softplus);
  importers["Softsign"] = activation(softsign);
  importers["ThresholdedRelu"] = activation(thresholdedRelu);
  importers["Shrink"] = importShrink;
  importers["Relu"] = importRelu;
  importers["PRelu"] = importPRelu;
  importers["Clip"] = importClip;
}

} // namespace lockstep
