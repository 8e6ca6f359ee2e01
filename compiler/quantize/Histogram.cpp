#include "compiler/quantize/Histogram.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

void ValueRange::add(const float *values, uint64_t number) {
  if (count == 0 && number > 0)
    minimum = maximum = values[0];
  count += number;
  for (uint64_t i = 0; i < number; ++i) {
    finite &= std::isfinite(values[i]);
    minimum = std::min(minimum, double(values[i]));
    maximum = std::max(maximum, double(values[i]));
  }
}

double ValueRange::magnitude() const { return std::max(-minimum, maximum); }

Histogram::Histogram(const ValueRange &values, unsigned bins)
    : width(values.magnitude() / bins), range(values), positive(bins), negative(bins) {}

void Histogram::add(const float *values, uint64_t number) {
  for (uint64_t i = 0; i < number; ++i) {
    double magnitude = std::fabs(double(values[i]));
    if (magnitude == 0) {
      ++zeros;
      continue;
    }
    auto bin = std::min(size_t(magnitude / width), positive.size() - 1);
    ++(values[i] > 0 ? positive : negative)[bin];
  }
}

} // namespace lockstep
