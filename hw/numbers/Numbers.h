// The integer arithmetic of the machine: every rule of the manual's chapter "Numbers", as code, once.
// Source: TOSA specification 0.80 (apply_scale_32 with single rounding, RESCALE, MATMUL, TABLE).
#pragma once

#include <cstdint>

namespace lockstep {

/// Element types by their code in instructions.
enum class ElementType : uint8_t { Int8 = 0, Uint8 = 1, Int32 = 2, Int16 = 3 };

/// Types of the vector unit's operands and results by their code; the first four are those of ElementType.
enum class LaneType : uint8_t { Int8 = 0, Uint8 = 1, Int32 = 2, Int16 = 3, Pair = 4, Wide = 5, Immediate = 7 };

/// The low 32 bits as a signed value: int32 wrap-around.
constexpr int32_t wrap32(uint64_t value) { return static_cast<int32_t>(static_cast<uint32_t>(value)); }

constexpr int32_t wrapAdd32(int32_t a, int32_t b) {
  return wrap32(static_cast<uint32_t>(a) + uint64_t{static_cast<uint32_t>(b)});
}
constexpr int32_t wrapMul32(int32_t a, int32_t b) { return wrap32(static_cast<uint64_t>(int64_t{a} * b)); }

constexpr int32_t elementMinimum(ElementType type) {
  return type == ElementType::Int8    ? -128
         : type == ElementType::Uint8 ? 0
         : type == ElementType::Int16 ? INT16_MIN
                                      : INT32_MIN;
}
constexpr int32_t elementMaximum(ElementType type) {
  return type == ElementType::Int8    ? 127
         : type == ElementType::Uint8 ? 255
         : type == ElementType::Int16 ? INT16_MAX
                                      : INT32_MAX;
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

// ---- values of the vector unit ----

constexpr int32_t wrapSubtract32(int32_t a, int32_t b) {
  return wrap32(static_cast<uint64_t>(int64_t{a} - b));
}

/// The value of a pair of a high and a low half (an int16 split for the matrix unit, or its product with 1).
constexpr int32_t pairValue(int32_t high, int32_t low) {
  return wrap32(static_cast<uint64_t>(int64_t{high} * 256 + low + 128));
}
/// The halves of an int16: pairValue(pairHigh(v), pairLow(v)) = v, both of them int8.
constexpr int32_t pairHigh(int32_t value) { return value >> 8; }
constexpr int32_t pairLow(int32_t value) { return (value & 255) - 128; }

/// Sums of a product with a pair, in units of the high half.
constexpr int32_t wideValue(int32_t high, int32_t low) {
  return wrapAdd32(high, static_cast<int32_t>((int64_t{low} + 128) >> 8));
}

/// (value + 2^(shift - 1)) >> shift, the value itself for shift 0; shift 0 to 62, |value| at most 2^62.
constexpr int64_t roundingShift(int64_t value, uint32_t shift) {
  return shift == 0 ? value : (value + (int64_t{1} << (shift - 1))) >> shift;
}

/// lookupTable16 rounded back to int16.
constexpr int32_t functionOfTable16(int16_t value, const int16_t *table /* [513] */) {
  return saturate(roundingShift(lookupTable16(value, table), 7), ElementType::Int16);
}

enum class LaneOperation : uint8_t { Add = 0, Subtract = 1, Multiply = 2, Minimum = 3, Maximum = 4 };
enum class LaneFunction : uint8_t { None = 0, Table16 = 1, Table8 = 2 };

/// What `elementwise` does to each lane.
struct LaneArithmetic {
  LaneOperation operation = LaneOperation::Add;
  LaneFunction function = LaneFunction::None;
  int32_t multiplier = 1; // not with Multiply
  uint32_t shift = 0;     // 0 to 62
  int32_t output_zero_point = 0;
  int32_t clamp_minimum = INT32_MIN, clamp_maximum = INT32_MAX; // within the function's argument type
  const int16_t *table = nullptr; // [513], or [256] for Table8
};

constexpr int32_t combineLanes(int32_t a, int32_t b, LaneOperation operation) {
  switch (operation) {
  case LaneOperation::Subtract:
    return wrapSubtract32(a, b);
  case LaneOperation::Minimum:
    return a < b ? a : b;
  case LaneOperation::Maximum:
    return a < b ? b : a;
  default:
    return wrapAdd32(a, b);
  }
}

constexpr int32_t applyFunction(int32_t value, LaneFunction function, const int16_t *table) {
  if (function == LaneFunction::Table16)
    return functionOfTable16(static_cast<int16_t>(value), table);
  if (function == LaneFunction::Table8)
    return static_cast<int8_t>(table[value + 128]);
  return value;
}

constexpr int32_t elementwiseLane(int32_t a, int32_t b, const LaneArithmetic &with) {
  const int64_t product = with.operation == LaneOperation::Multiply
                              ? int64_t{a} * b
                              : int64_t{combineLanes(a, b, with.operation)} * with.multiplier;
  const int32_t scaled = wrap32(static_cast<uint64_t>(roundingShift(product, with.shift)));
  const int64_t moved = int64_t{scaled} + with.output_zero_point;
  const int64_t clamped = clampTo(moved, with.clamp_minimum, with.clamp_maximum);
  return applyFunction(static_cast<int32_t>(clamped), with.function, with.table);
}

} // namespace lockstep
