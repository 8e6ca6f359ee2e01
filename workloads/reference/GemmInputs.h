// Inputs for GEMMs: the same bytes for the same seed, everywhere; and scales that suit them.
#pragma once

#include "compiler/gemm/GemmProblem.h"

#include <cstdint>

namespace lockstep {

/// A stored matrix of bytes. Element i is byte i % 8 of splitmix64's output number i / 8 of `seed`, so
/// uniform over all 256 values. Then, by a hash of the row: of 64 rows about one has a run of up to 48 minima
/// (-128, or 0 for uint8), one a run of maxima, one is all zero, and one alternates minimum and maximum. The
/// first element is the minimum, the last one the maximum. Several GB/s.
void fillMatrix(uint8_t *bytes /* [rows, columns] */, uint64_t rows, uint64_t columns, bool isUnsigned,
                uint64_t seed);

/// Uniform within +- the standard deviation of a sum over k products of uniform bytes, 5461 sqrt(k).
void fillBias(int32_t *bias /* [n] */, uint64_t n, uint64_t k, uint64_t seed);

/// multiplier / 2^shift, multiplier 2^30 to 2^31 - 1.
struct GemmScale {
  int64_t multiplier = 0;
  int64_t shift = 0;
};

/// The scale 40 / (5461 sqrt(k)): a sum over k products of uniform int8 values has the standard deviation
/// (256^2 - 1) / 12 sqrt(k) = 5461 sqrt(k); scaled, 40, so that results reach both ends of int8 (3.2 standard
/// deviations) but seldom saturate.
GemmScale scaleFor(uint64_t k);

/// The scale for results of a type: scaleFor(k), 256 times as large for int16.
GemmScale scaleFor(uint64_t k, GemmOutput output);

/// For each column scaleFor(k, output) times a factor that runs over 0.5 to 1.5.
void fillColumnScales(int32_t *multiplier /* [n] */, int32_t *shift /* [n] */, uint64_t n, uint64_t k,
                      uint64_t seed, GemmOutput output = GemmOutput::Int8);

/// `problem` with scaleFor(k, output), output zero point (0; 128 for uint8) and clamp (the whole range) of
/// its output type.
GemmProblem withDefaultScale(GemmProblem problem);

} // namespace lockstep
