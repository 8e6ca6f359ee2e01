#include "compiler/passes/Multiplier.h"

#include <cmath>

namespace lockstep {

std::optional<FixedScale> fixedScale(double scale) {
  if (!(scale >= 0) || !std::isfinite(scale))
    return std::nullopt;
  if (scale < std::ldexp(1.0, -32))
    return FixedScale{0, 62};
  int exponent = 0;
  double mantissa = std::frexp(scale, &exponent); // [0.5, 1): scale = mantissa 2^exponent
  auto multiplier = static_cast<int64_t>(std::nearbyint(std::ldexp(mantissa, 31)));
  if (multiplier == int64_t{1} << 31) {
    multiplier /= 2;
    ++exponent;
  }
  const int shift = 31 - exponent;
  if (shift < 2)
    return std::nullopt;
  return FixedScale{static_cast<int32_t>(multiplier), shift};
}

} // namespace lockstep
