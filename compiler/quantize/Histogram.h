// How often which magnitudes occur in a tensor: all that a calibrator sees of it.
#pragma once

#include <cstdint>
#include <vector>

namespace lockstep {

/// What must be known of a tensor before a histogram of it can be made.
struct ValueRange {
  uint64_t count = 0;
  double minimum = 0, maximum = 0;
  bool finite = true; // no value is infinite or NaN

  void add(const float *values, uint64_t number);
  double magnitude() const; // largest |x|
};

/// Bins of equal width over |x|, from 0 to the largest magnitude; bin i holds i width <= |x| < (i + 1) width,
/// the last one the largest magnitude too. Zeros are counted apart: every quantizer represents them exactly.
struct Histogram {
  Histogram(const ValueRange &range, unsigned bins);

  double width = 0; // of a bin; 0: all values are zero
  ValueRange range;
  uint64_t zeros = 0;
  std::vector<uint64_t> positive, negative; // [bins]

  void add(const float *values, uint64_t number);
  unsigned bins() const { return unsigned(positive.size()); }
  uint64_t count(unsigned bin) const { return positive[bin] + negative[bin]; }
  double center(unsigned bin) const { return (bin + 0.5) * width; }
};

} // namespace lockstep
