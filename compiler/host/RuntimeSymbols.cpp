#include "compiler/host/RuntimeSymbols.h"

#include "compiler/host/OneDnn.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace lockstep {
namespace {

template <typename To, typename From> To bitsAs(From from) {
  static_assert(sizeof(To) == sizeof(From), "the same bits");
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

/// A binary format of 16 bits.
struct Format {
  int mantissa_bits;
  int maximum_exponent; // of finite numbers
};
constexpr Format kHalf = {10, 15}, kBfloat = {7, 127};

uint16_t specialBits(double value, const Format &format) {
  const uint16_t infinity = ((1 << (15 - format.mantissa_bits)) - 1) << format.mantissa_bits;
  return std::isnan(value) ? infinity | (1 << (format.mantissa_bits - 1)) : infinity;
}

/// The nearest number of the format, ties to even.
uint16_t roundTo(double value, const Format &format) {
  const uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  if (!std::isfinite(value))
    return sign | specialBits(value, format);
  if (value == 0)
    return sign;
  int exponent = 0;
  const double magnitude = std::fabs(value);
  std::frexp(magnitude, &exponent); // magnitude in [2^(exponent - 1), 2^exponent)
  const int lowest = 1 - format.maximum_exponent;
  const int normal = std::max(exponent - 1, lowest);
  // In units of the last place; a carry into the next binade is a carry into the exponent field.
  const double units = std::nearbyint(std::ldexp(magnitude, format.mantissa_bits - normal));
  const uint32_t bits = uint32_t(units) + (uint32_t(normal - lowest) << format.mantissa_bits);
  const uint32_t infinity = specialBits(INFINITY, format);
  return sign | uint16_t(std::min(bits, infinity));
}

float halfToFloat(uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 1023;
  const float sign = bits & 0x8000 ? -1.0f : 1.0f;
  if (exponent == 31)
    return mantissa ? sign * NAN : sign * INFINITY;
  return sign * std::ldexp(float(exponent ? mantissa + 1024 : mantissa), std::max(exponent, 1) - 25);
}

// Compilers pass 16-bit floats in the low bits of a floating-point register; so do these, as float.
float truncateToHalf(double value) { return bitsAs<float>(uint32_t{roundTo(value, kHalf)}); }
float truncateFloatToHalf(float value) { return truncateToHalf(value); }
float truncateToBfloat(double value) { return bitsAs<float>(uint32_t{roundTo(value, kBfloat)}); }
float truncateFloatToBfloat(float value) { return truncateToBfloat(value); }
float extendHalf(float bits) { return halfToFloat(uint16_t(bitsAs<uint32_t>(bits))); }

template <typename Function> void *address(Function *function) { return reinterpret_cast<void *>(function); }

} // namespace

const std::map<std::string, void *> &runtimeSymbols() {
  static const std::map<std::string, void *> symbols = {
      {"__truncdfhf2", address(truncateToHalf)},
      {"__truncsfhf2", address(truncateFloatToHalf)},
      {"__truncdfbf2", address(truncateToBfloat)},
      {"__truncsfbf2", address(truncateFloatToBfloat)},
      {"__extendhfsf2", address(extendHalf)},
      {"lockstep_onednn_matmul_f32", address(lockstep_onednn_matmul_f32)},
      {"lockstep_onednn_matmul_i8", address(lockstep_onednn_matmul_i8)},
      {"lockstep_onednn_conv_f32", address(lockstep_onednn_conv_f32)},
      {"lockstep_onednn_conv_i8", address(lockstep_onednn_conv_i8)},
  };
  return symbols;
}

} // namespace lockstep
