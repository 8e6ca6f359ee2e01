#include "compiler/quantize/QuantizationReport.h"

#include <fmt/format.h>

#include <array>

namespace lockstep {

namespace {

constexpr std::array<std::pair<Calibrator, const char *>, 5> names = {{{Calibrator::MinMax, "min-max"},
                                                                       {Calibrator::Percentile, "percentile"},
                                                                       {Calibrator::Entropy, "entropy"},
                                                                       {Calibrator::MeanSquaredError, "mse"},
                                                                       {Calibrator::Jeffreys, "jeffreys"}}};

} // namespace

Result<Calibrator> calibratorNamed(const std::string &name) {
  std::string allowed;
  for (const auto &[calibrator, known] : names) {
    if (name == known)
      return calibrator;
    allowed += (allowed.empty() ? "" : ", ") + std::string(known);
  }
  return Error{ErrorKind::Usage, fmt::format("calibrator `{}` is not known; there are {}", name, allowed)};
}

const char *calibratorName(Calibrator calibrator) {
  for (const auto &[known, name] : names)
    if (known == calibrator)
      return name;
  return "";
}

} // namespace lockstep
