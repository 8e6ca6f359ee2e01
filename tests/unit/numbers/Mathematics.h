// Integers without limits (of 128 bits), and values at the edges of 8, 16 and 32 bits.
#pragma once

#include <cstdint>
#include <vector>

namespace lockstep {

using Wide = __int128;

inline Wide power(unsigned exponent) { return Wide{1} << exponent; }

/// The value in [-2^(bits-1), 2^(bits-1)) that is congruent modulo 2^bits.
inline Wide wrapTo(Wide value, unsigned bits) {
  const Wide modulus = power(bits), half = power(bits - 1);
  Wide residue = ((value + half) % modulus + modulus) % modulus;
  return residue - half;
}

inline Wide floorDivide(Wide value, Wide divisor) {
  const Wide quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

inline const std::vector<int32_t> kExtremes = {
    INT32_MIN, INT32_MIN + 1, -65536, -129,  -128,          -3,       -2, -1, 0, 1, 2, 3,
    127,       128,           255,    65535, INT32_MAX - 1, INT32_MAX};

} // namespace lockstep
