#include "compiler/gemm/GemmProblem.h"

namespace lockstep {
namespace {

constexpr int64_t kMaxDimension = int64_t{1} << 24;
constexpr int64_t kMaxBytes = int64_t{1}
                              << 39; // leaves room for parameters and program in a program file's 2^40

Status within(const char *name, int64_t value, int64_t minimum, int64_t maximum) {
  if (value >= minimum && value <= maximum)
    return {};
  return Error{ErrorKind::Usage, std::string("GEMM: ") + name + " is " + std::to_string(value) +
                                     "; allowed is " + std::to_string(minimum) + " to " +
                                     std::to_string(maximum) + "."};
}

struct Limits {
  int64_t minimum, maximum;
};
Limits limitsOf(bool isUnsigned) { return isUnsigned ? Limits{0, 255} : Limits{-128, 127}; }

Status checkByteRange(const GemmProblem &problem) {
  const Limits limits = limitsOf(problem.output == GemmOutput::Uint8);
  if (Status s = within("output_zero_point", problem.output_zero_point, limits.minimum, limits.maximum); !s)
    return s;
  if (Status s = within("clamp_minimum", problem.clamp_minimum, limits.minimum, problem.clamp_maximum); !s)
    return s;
  return within("clamp_maximum", problem.clamp_maximum, limits.minimum, limits.maximum);
}

Status checkRescale(const GemmProblem &problem) {
  if (elementBytes(problem.output) == 1)
    if (Status s = checkByteRange(problem); !s)
      return s;
  if (problem.per_column)
    return {};
  if (Status s = within("multiplier", problem.multiplier, 0, 2147483647); !s)
    return s;
  return within("shift", problem.shift, 2, 62);
}

} // namespace

Status checkGemmProblem(const GemmProblem &problem) {
  for (const auto &[name, value] : {std::pair{"m", problem.m}, {"n", problem.n}, {"k", problem.k}})
    if (Status s = within(name, value, 1, kMaxDimension); !s)
      return s;
  const int64_t outputBytes = elementBytes(problem.output);
  const int64_t bytes = problem.m * problem.k + problem.k * problem.n + outputBytes * problem.m * problem.n;
  if (Status s = within("the size of a, b and c in bytes", bytes, 1, kMaxBytes); !s)
    return s;
  const Limits a = limitsOf(problem.a_type == GemmElement::Uint8);
  const Limits b = limitsOf(problem.b_type == GemmElement::Uint8);
  if (Status s = within("a_zero_point", problem.a_zero_point, a.minimum, a.maximum); !s)
    return s;
  if (Status s = within("b_zero_point", problem.b_zero_point, b.minimum, b.maximum); !s)
    return s;
  if (problem.output != GemmOutput::Int32)
    return checkRescale(problem);
  if (problem.per_column)
    return Error{ErrorKind::Usage,
                 "GEMM: per_column needs an 8-bit or int16 output; with int32 output nothing is rescaled."};
  return {};
}

const char *elementTypeName(GemmElement type) { return type == GemmElement::Int8 ? "int8" : "uint8"; }
const char *elementTypeName(GemmOutput type) {
  switch (type) {
  case GemmOutput::Int8:
    return "int8";
  case GemmOutput::Uint8:
    return "uint8";
  case GemmOutput::Int32:
    return "int32";
  case GemmOutput::Int16:
    break;
  }
  return "int16";
}

} // namespace lockstep
