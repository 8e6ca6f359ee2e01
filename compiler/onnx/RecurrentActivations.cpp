#include "compiler/onnx/RecurrentActivations.h"

#include <cctype>
#include <fmt/format.h>
#include <map>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>

namespace lockstep {

namespace {

/// Which parameters a function has, and their defaults.
struct Parameters {
  bool has_alpha = false, has_beta = false;
  float alpha = 0, beta = 0;
};

const std::map<std::string, Parameters> &knownFunctions() {
  static const std::map<std::string, Parameters> table = {{"relu", {}},
                                                          {"tanh", {}},
                                                          {"sigmoid", {}},
                                                          {"softsign", {}},
                                                          {"softplus", {}},
                                                          {"affine", {true, true, 1, 0}},
                                                          {"leakyrelu", {true, false, 0.01f, 0}},
                                                          {"thresholdedrelu", {true, false, 1, 0}},
                                                          {"scaledtanh", {true, true, 1, 1}},
                                                          {"hardsigmoid", {true, true, 0.2f, 0.5f}},
                                                          {"elu", {true, false, 1, 0}}};
  return table;
}

std::string lowerCase(std::string text) {
  for (char &letter : text)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

/// The formulas, on one scalar type.
class Formula {
public:
  Formula(ScalarBuilder &b, mlir::Type type, const CellActivation &activation)
      : b(b), type(type), activation(activation) {}

  mlir::Value of(mlir::Value x) {
    const std::string &name = activation.name;
    if (name == "tanh")
      return tanh(x);
    if (name == "sigmoid")
      return scalarDiv(b, number(1), add(number(1), exp(scalarSub(b, number(0), x))), false);
    if (name == "relu")
      return scalarMaximum(b, x, number(0), false);
    if (name == "affine")
      return add(mul(alpha(), x), beta());
    if (name == "scaledtanh")
      return mul(alpha(), tanh(mul(beta(), x)));
    if (name == "hardsigmoid")
      return scalarMinimum(b, scalarMaximum(b, add(mul(alpha(), x), beta()), number(0), false), number(1),
                           false);
    if (name == "softsign")
      return scalarDiv(b, x, add(number(1), b.create<mlir::math::AbsFOp>(x)), false);
    if (name == "softplus")
      return b.create<mlir::math::Log1pOp>(exp(x));
    return piecewise(x);
  }

private:
  mlir::Value piecewise(mlir::Value x) {
    const std::string &name = activation.name;
    const mlir::Value negative = scalarCompare(b, Comparison::Less, x, number(0), false);
    if (name == "leakyrelu")
      return scalarSelect(b, negative, mul(alpha(), x), x);
    if (name == "elu")
      return scalarSelect(b, negative, mul(alpha(), scalarSub(b, exp(x), number(1))), x);
    return scalarSelect(b, scalarCompare(b, Comparison::Less, alpha(), x, false), x,
                        number(0)); // thresholdedrelu
  }

  mlir::Value number(double value) { return scalarConstant(b, type, value); }
  mlir::Value alpha() { return number(static_cast<double>(activation.alpha)); }
  mlir::Value beta() { return number(static_cast<double>(activation.beta)); }
  mlir::Value add(mlir::Value x, mlir::Value y) { return scalarAdd(b, x, y); }
  mlir::Value mul(mlir::Value x, mlir::Value y) { return scalarMul(b, x, y); }
  mlir::Value exp(mlir::Value x) { return b.create<mlir::math::ExpOp>(x); }
  mlir::Value tanh(mlir::Value x) { return b.create<mlir::math::TanhOp>(x); }

  ScalarBuilder &b;
  mlir::Type type;
  const CellActivation &activation;
};

/// The next value of a list that functions take from in turn.
float taken(const onnx::AttributeProto *list, int &position, bool isNeeded, float otherwise) {
  if (!isNeeded || !list || position >= list->floats_size())
    return otherwise;
  return list->floats(position++);
}

const onnx::AttributeProto *attributeOf(const onnx::NodeProto &node, const std::string &name) {
  for (const onnx::AttributeProto &attribute : node.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

} // namespace

mlir::Value CellActivation::apply(ScalarBuilder &b, mlir::Value x) const {
  return Formula(b, x.getType(), *this).of(x);
}

Result<std::vector<CellActivation>> activationsOf(const onnx::NodeProto &node, size_t directions,
                                                  const std::vector<std::string> &defaults) {
  std::vector<std::string> names;
  if (const onnx::AttributeProto *given = attributeOf(node, "activations"))
    names.assign(given->strings().begin(), given->strings().end());
  if (names.empty())
    for (size_t i = 0; i < directions * defaults.size(); ++i)
      names.push_back(defaults[i % defaults.size()]);
  if (names.size() != directions * defaults.size())
    return Error{ErrorKind::Model,
                 fmt::format("{} activations, not {}", names.size(), directions * defaults.size())};
  const onnx::AttributeProto *alphas = attributeOf(node, "activation_alpha");
  const onnx::AttributeProto *betas = attributeOf(node, "activation_beta");
  int alpha = 0, beta = 0;
  std::vector<CellActivation> result;
  for (const std::string &name : names) {
    const auto known = knownFunctions().find(lowerCase(name));
    if (known == knownFunctions().end())
      return Error{ErrorKind::Model, fmt::format("activation '{}'", name)};
    const Parameters &parameters = known->second;
    result.push_back({known->first, taken(alphas, alpha, parameters.has_alpha, parameters.alpha),
                      taken(betas, beta, parameters.has_beta, parameters.beta)});
  }
  return result;
}

Result<std::vector<CellActivation>> cellActivations(const NodeContext &context, size_t directions,
                                                    const std::vector<std::string> &defaults) {
  auto result = activationsOf(context.node(), directions, defaults);
  if (!result)
    return context.unsupported(result.error().message);
  return result;
}

} // namespace lockstep
