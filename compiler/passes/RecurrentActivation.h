// Activation functions of recurrent cells by ONNX's names, in float64.
#pragma once

#include <functional>
#include <string>

namespace lockstep {

using ScalarFunction = std::function<double(double)>;

/// `name`: lower case, as in ONNX. Empty for a name that is none.
ScalarFunction recurrentActivation(const std::string &name, double alpha, double beta);

/// What a function gives for arguments of Q3.12 from -clip to clip.
struct FunctionRange {
  double minimum = 0, maximum = 0;
};
FunctionRange rangeOf(const ScalarFunction &function, double clip);

} // namespace lockstep
