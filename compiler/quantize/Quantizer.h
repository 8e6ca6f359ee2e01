// The arithmetic of QuantizeLinear and DequantizeLinear, and scales from ranges; any bit width.
#pragma once

#include <cstdint>

namespace lockstep {

/// The integers of a storage type: signed -2^(bits-1) to 2^(bits-1) - 1, unsigned 0 to 2^bits - 1.
struct IntegerRange {
  int64_t lowest = 0, highest = 0;
};
IntegerRange integerRange(unsigned bits, bool isUnsigned);

/// q = saturate(roundeven(x / scale) + zero_point), x = (q - zero_point) scale. Scale and arithmetic are
/// float32, as ONNX defines them.
struct Quantizer {
  float scale = 1;
  int64_t zero_point = 0;
  IntegerRange range;

  int64_t quantize(float x) const;
  float dequantize(int64_t q) const { return float(q - zero_point) * scale; }
  float roundTrip(float x) const { return dequantize(quantize(x)); }
  /// The values that are not clipped.
  double lowest() const { return double(range.lowest - zero_point) * scale; }
  double highest() const { return double(range.highest - zero_point) * scale; }
  /// The largest magnitude that is not clipped on either side (around zero point 0), or on the wider one.
  double threshold() const;
};

/// The largest integer magnitude that a symmetric quantizer uses: 2^(bits-1) - 1.
int64_t symmetricLevels(unsigned bits);

/// Zero point 0, `threshold` at the largest integer. A threshold of 0 (a tensor of zeros) gives scale 1.
Quantizer symmetricQuantizer(double threshold, unsigned bits);
/// The lowest integer at or near `low`, the highest at or near `high`; 0 is exact. The range is widened to
/// hold 0.
Quantizer asymmetricQuantizer(double low, double high, unsigned bits, bool isUnsigned);

} // namespace lockstep
