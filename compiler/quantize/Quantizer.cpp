#include "compiler/quantize/Quantizer.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace lockstep {

namespace {

/// The product of two such scales (a bias has it) is still a normal float32.
constexpr double leastScale = 1e-18;

/// Never 0, tiny or infinite: quant's types and other runtimes divide by it.
float usableScale(double scale) {
  return scale > 0 ? float(std::clamp(scale, leastScale, double(FLT_MAX))) : 1.0F;
}

} // namespace

IntegerRange integerRange(unsigned bits, bool isUnsigned) {
  int64_t half = int64_t(1) << (bits - 1);
  return isUnsigned ? IntegerRange{0, 2 * half - 1} : IntegerRange{-half, half - 1};
}

int64_t Quantizer::quantize(float x) const {
  // The range's ends are exact in float32, so saturating before the conversion loses nothing.
  float level = std::nearbyint(x / scale);
  float least = float(range.lowest - zero_point), most = float(range.highest - zero_point);
  return int64_t(std::clamp(level, least, most)) + zero_point;
}

double Quantizer::threshold() const {
  bool symmetric = zero_point == 0 && range.lowest < 0;
  return symmetric ? highest() : std::max(-lowest(), highest());
}

int64_t symmetricLevels(unsigned bits) { return integerRange(bits, false).highest; }

Quantizer symmetricQuantizer(double threshold, unsigned bits) {
  return {usableScale(threshold / double(symmetricLevels(bits))), 0, integerRange(bits, false)};
}

Quantizer asymmetricQuantizer(double low, double high, unsigned bits, bool isUnsigned) {
  low = std::min(low, 0.0);
  high = std::max(high, 0.0);
  Quantizer quantizer{1, 0, integerRange(bits, isUnsigned)};
  quantizer.scale = usableScale((high - low) / double(quantizer.range.highest - quantizer.range.lowest));
  double zero = double(quantizer.range.lowest) - low / double(quantizer.scale);
  quantizer.zero_point = int64_t(
      std::clamp(std::nearbyint(zero), double(quantizer.range.lowest), double(quantizer.range.highest)));
  return quantizer;
}

} // namespace lockstep
