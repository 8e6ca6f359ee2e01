// The integer arithmetic of the machine: every rule of the manual's chapter "Numbers", as code, once.
// Source: TOSA specification 0.80 (apply_scale_32 with single rounding, RESCALE, MATMUL, TABLE).
#pragma once

#include <cstdint>

namespace lockstep {

/// Element types by their code in instructions.
enum class ElementType : uint8_t { Int8 = 0, Uint8 = 1, Int32 = 2 };

/// The low 32 bits as a signed value: int32 wrap-around.
constexpr int32_t wrap32(uint64_t value) { return static_cast<int32_t>(static_cast<uint32_t>(value)); }

constexpr int32_t wrapAdd32(int32_t a, int32_t b) {
  return wrap32(static_cast<uint32_t>(a) + uint64_t{static_cast<uint32_t>(b)});
}
constexpr int32_t wrapMul32(int32_t a, int32_t b) { return wrap32(static_cast<uint64_t>(int64_t{a} * b)); }

constexpr int32_t elementMinimum(ElementType type) {
  return type == ElementType::Int8 ? -128 : type == ElementType::Uint8 ? 0 : INT32_MIN;
}
constexpr int32_t elementMaximum(ElementType type) {
  return type == ElementType::Int8 ? 127 : type == ElementType::Uint8 ? 255 : INT32_MAX;
}

/// A stored byte as the value of its type (Int8 or Uint8).
constexpr int32_t readElement(uint8_t byte, ElementType type) {
  return type == ElementType::Uint8 ? int32_t{byte} : int32_t{static_cast<int8_t>(byte)};
}

/// What the array multiplies: a byte less its zero point; 9 bits signed if the zero point is a value of the
/// type.
constexpr int32_t readOperand(uint8_t byte, ElementType type, int32_t zeroPoint) {
  return readElement(byte, type) - zeroPoint;
}

/// accumulator + streamed * stationary in int32 with wrap-around.
constexpr int32_t multiplyAccumulate(int32_t accumulator, int32_t streamed, int32_t stationary) {
  return wrapAdd32(accumulator, wrapMul32(streamed, stationary));
}

/// value * multiplier / 2^shift, rounded half up, wrapped to int32. Defined for every argument: of the shift
/// the low 6 bits count, shift 0 rounds nothing, and the sum wraps around in 64 bits. TOSA asks for
/// multiplier >= 0 and shift 2 to 62, where the sum cannot wrap.
constexpr int32_t applyScale32(int32_t value, int32_t multiplier, uint32_t shift) {
  const uint32_t s = shift & 63;
  const uint64_t rounding = s == 0 ? 0 : uint64_t{1} << (s - 1);
  const uint64_t sum = static_cast<uint64_t>(int64_t{value} * multiplier) + rounding;
  return wrap32(static_cast<uint64_t>(static_cast<int64_t>(sum) >> s));
}

constexpr int64_t clampTo(int64_t value, int64_t minimum, int64_t maximum) {
  return value < minimum ? minimum : value > maximum ? maximum : value;
}

/// The nearest value of an element type.
constexpr int32_t saturate(int64_t value, ElementType type) {
  return static_cast<int32_t>(clampTo(value, elementMinimum(type), elementMaximum(type)));
}

/// How an int32 becomes 8 bits; the scale may differ by channel.
struct Rescale {
  int32_t multiplier = 0;
  uint32_t shift = 2;
  int32_t output_zero_point = 0;
  ElementType output_type = ElementType::Int8; // Int8 or Uint8
  int32_t clamp_minimum = -128;
  int32_t clamp_maximum = 127;
};

/// Rescale, add the zero point, saturate, clamp. `value` is the accumulator with its bias added.
constexpr int32_t rescaleToElement(int32_t value, const Rescale &rescale) {
  const int64_t shifted =
      int64_t{applyScale32(value, rescale.multiplier, rescale.shift)} + rescale.output_zero_point;
  return static_cast<int32_t>(
      clampTo(saturate(shifted, rescale.output_type), rescale.clamp_minimum, rescale.clamp_maximum));
}

/// TABLE on int8: 256 entries, entry 0 for value -128.
constexpr int8_t lookupTable8(int8_t value, const int8_t *table /* [256] */) { return table[value + 128]; }

/// TABLE on int16: 513 entries in steps of 128 with linear interpolation; the result has 7 fraction bits
/// more.
constexpr int32_t lookupTable16(int16_t value, const int16_t *table /* [513] */) {
  const int32_t index = (int32_t{value} + 32768) >> 7;
  const int32_t fraction = value & 127;
  return int32_t{table[index]} * 128 + (int32_t{table[index + 1]} - table[index]) * fraction;
}

} // namespace lockstep
