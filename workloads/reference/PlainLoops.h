// The inner loops of the plain code, written so that a compiler vectorizes them, for each instruction set
// that matters.
#pragma once

#include "workloads/reference/PlainGemm.h"

#include <cstdint>

namespace lockstep {

/// sum over i of (int8(bytes[i] xor flip) - zero_point) x[i], modulo 2^32.
uint32_t dotBytes(const uint8_t *bytes, PlainOperand operand, const uint32_t *x, int64_t size);
/// sums[i] += (int8(bytes[i] xor flip) - zero_point) scale, modulo 2^32.
void addScaledBytes(const uint8_t *bytes, PlainOperand operand, uint32_t scale, uint32_t *sums, int64_t size);
/// sum over i of values[i] x[i], modulo 2^32.
uint32_t dotSums(const int32_t *values, const uint32_t *x, int64_t size);
/// sum over i of int8(bytes[i] xor flip), modulo 2^32.
uint32_t sumBytes(const uint8_t *bytes, uint8_t flip, int64_t size);
/// target[i] = source[i] xor flip.
void flipBytes(const uint8_t *source, uint8_t flip, uint8_t *target, int64_t size);

/// How sums become bytes; see rescaleSums().
struct PlainScale {
  const int32_t *bias = nullptr;       // [n] or null
  const int32_t *multiplier = nullptr; // [n] or null: `one_multiplier` and `one_shift` for all
  const int32_t *shift = nullptr;
  int64_t one_multiplier = 0, one_shift = 2;
  int64_t zero_point = 0, minimum = 0, maximum = 0;
};
/// bytes[i] = clamp(int32(floor(p / 2^s) + (1 if p has bit s - 1 set)) + zero_point), p = (sums[i] + bias[i])
/// multiplier: half up by the bit that the shift drops, not by a rounding term.
void rescaleSums(const int32_t *sums, const PlainScale &scale, uint8_t *bytes, int64_t size);
/// The same to int16; the limits are those of int16, and zero_point, minimum and maximum do not count.
void rescaleSums16(const int32_t *sums, const PlainScale &scale, int16_t *values, int64_t size);
/// sums[i] += bias[i], modulo 2^32.
void addBias(const int32_t *bias, int32_t *sums, int64_t size);

} // namespace lockstep
