#include "workloads/reference/PlainLoops.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define LOCKSTEP_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define LOCKSTEP_CLONES
#endif

namespace lockstep {

namespace {

inline uint32_t valueOf(uint8_t byte, uint8_t flip, uint32_t zeroPoint) {
  return static_cast<uint32_t>(static_cast<int32_t>(static_cast<int8_t>(byte ^ flip))) - zeroPoint;
}

inline int64_t rescaleOne(int32_t sum, int32_t bias, int64_t multiplier, int64_t shift, int64_t zeroPoint,
                          int64_t minimum, int64_t maximum) {
  int64_t biased = static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(bias));
  int64_t product = biased * multiplier;
  int64_t rounded = (product >> shift) + ((product >> (shift - 1)) & 1);
  int64_t result = static_cast<int64_t>(static_cast<int32_t>(rounded)) + zeroPoint;
  result = result < minimum ? minimum : result;
  return result > maximum ? maximum : result;
}

/// `scale` is a copy: stores could alias the original.
template <typename Element>
inline __attribute__((always_inline)) void rescaleAll(const int32_t *sums, const PlainScale s,
                                                      Element *values, int64_t size) {
  if (s.multiplier) {
    for (int64_t i = 0; i < size; ++i)
      values[i] = static_cast<Element>(rescaleOne(sums[i], s.bias ? s.bias[i] : 0, s.multiplier[i],
                                                  s.shift[i], s.zero_point, s.minimum, s.maximum));
    return;
  }
  for (int64_t i = 0; i < size; ++i)
    values[i] = static_cast<Element>(rescaleOne(sums[i], s.bias ? s.bias[i] : 0, s.one_multiplier,
                                                s.one_shift, s.zero_point, s.minimum, s.maximum));
}

} // namespace

LOCKSTEP_CLONES uint32_t dotBytes(const uint8_t *bytes, PlainOperand operand, const uint32_t *x,
                                  int64_t size) {
  const uint8_t flip = operand.flip;
  const uint32_t zeroPoint = static_cast<uint32_t>(operand.zero_point);
  uint32_t sum = 0;
  for (int64_t i = 0; i < size; ++i)
    sum += valueOf(bytes[i], flip, zeroPoint) * x[i];
  return sum;
}

LOCKSTEP_CLONES void addScaledBytes(const uint8_t *bytes, PlainOperand operand, uint32_t scale,
                                    uint32_t *sums, int64_t size) {
  const uint8_t flip = operand.flip;
  const uint32_t zeroPoint = static_cast<uint32_t>(operand.zero_point);
  for (int64_t i = 0; i < size; ++i)
    sums[i] += valueOf(bytes[i], flip, zeroPoint) * scale;
}

LOCKSTEP_CLONES uint32_t dotSums(const int32_t *values, const uint32_t *x, int64_t size) {
  uint32_t sum = 0;
  for (int64_t i = 0; i < size; ++i)
    sum += static_cast<uint32_t>(values[i]) * x[i];
  return sum;
}

LOCKSTEP_CLONES uint32_t sumBytes(const uint8_t *bytes, uint8_t flip, int64_t size) {
  uint32_t sum = 0;
  for (int64_t i = 0; i < size; ++i)
    sum += valueOf(bytes[i], flip, 0);
  return sum;
}

LOCKSTEP_CLONES void flipBytes(const uint8_t *source, uint8_t flip, uint8_t *target, int64_t size) {
  for (int64_t i = 0; i < size; ++i)
    target[i] = source[i] ^ flip;
}

LOCKSTEP_CLONES void addBias(const int32_t *bias, int32_t *sums, int64_t size) {
  for (int64_t i = 0; i < size; ++i)
    sums[i] = static_cast<int32_t>(static_cast<uint32_t>(sums[i]) + static_cast<uint32_t>(bias[i]));
}

LOCKSTEP_CLONES void rescaleSums(const int32_t *sums, const PlainScale &scale, uint8_t *bytes, int64_t size) {
  rescaleAll(sums, scale, bytes, size);
}

LOCKSTEP_CLONES void rescaleSums16(const int32_t *sums, const PlainScale &scale, int16_t *values,
                                   int64_t size) {
  PlainScale whole = scale;
  whole.zero_point = 0, whole.minimum = -32768, whole.maximum = 32767;
  rescaleAll(sums, whole, values, size);
}

} // namespace lockstep
