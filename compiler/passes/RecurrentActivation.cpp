#include "compiler/passes/RecurrentActivation.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lockstep {

ScalarFunction recurrentActivation(const std::string &name, double alpha, double beta) {
  const std::map<std::string, ScalarFunction> functions = {
      {"relu", [](double x) { return std::max(x, 0.0); }},
      {"tanh", [](double x) { return std::tanh(x); }},
      {"sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
      {"softsign", [](double x) { return x / (1 + std::abs(x)); }},
      {"softplus", [](double x) { return std::log1p(std::exp(x)); }},
      {"affine", [=](double x) { return alpha * x + beta; }},
      {"leakyrelu", [=](double x) { return x < 0 ? alpha * x : x; }},
      {"thresholdedrelu", [=](double x) { return x > alpha ? x : 0; }},
      {"scaledtanh", [=](double x) { return alpha * std::tanh(beta * x); }},
      {"hardsigmoid", [=](double x) { return std::clamp(alpha * x + beta, 0.0, 1.0); }},
      {"elu", [=](double x) { return x < 0 ? alpha * (std::exp(x) - 1) : x; }},
  };
  const auto found = functions.find(name);
  return found == functions.end() ? ScalarFunction() : found->second;
}

FunctionRange rangeOf(const ScalarFunction &function, double clip) {
  const auto bound = static_cast<int>(std::min(32768.0, std::max(0.0, clip * 4096)));
  FunctionRange range{function(0), function(0)};
  for (int i = -bound; i <= bound; ++i) {
    const double value = function(i / 4096.0);
    range.minimum = std::min(range.minimum, value);
    range.maximum = std::max(range.maximum, value);
  }
  return range;
}

} // namespace lockstep
