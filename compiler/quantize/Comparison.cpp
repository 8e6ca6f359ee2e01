#include "compiler/quantize/Comparison.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

void Comparison::add(double x, double y) {
  signal += x * x;
  noise += (x - y) * (x - y);
  product += x * y;
  squares += y * y;
}

double Comparison::sqnrDb() const {
  if (noise == 0)
    return kEqualDb;
  return signal == 0 ? -kEqualDb : std::clamp(10 * std::log10(signal / noise), -kEqualDb, kEqualDb);
}

double Comparison::cosine() const {
  if (signal == 0 || squares == 0)
    return signal == squares ? 1 : 0;
  return product / std::sqrt(signal * squares);
}

} // namespace lockstep
