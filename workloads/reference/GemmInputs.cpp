#include "workloads/reference/GemmInputs.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lockstep {

namespace {

/// splitmix64 (Steele, Lea, Flood 2014), output number `index` of the stream `seed`.
uint64_t randomAt(uint64_t seed, uint64_t index) {
  uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

constexpr uint64_t kRowStream = 0x5bd1e9955bd1e995; // keeps the choice of rows apart from the bytes
constexpr uint64_t kLongestRun = 48;

void fillUniform(uint8_t *bytes, uint64_t size, uint64_t seed) {
  for (uint64_t i = 0; i < size / 8; ++i) {
    uint64_t word = randomAt(seed, i);
    std::memcpy(bytes + 8 * i, &word, 8);
  }
  uint64_t last = randomAt(seed, size / 8);
  std::memcpy(bytes + size / 8 * 8, &last, size % 8);
}

void fillAlternating(uint8_t *row, uint64_t columns, uint8_t minimum, uint8_t maximum) {
  for (uint64_t c = 0; c < columns; ++c)
    row[c] = c % 2 ? maximum : minimum;
}

void fillSpecialRow(uint8_t *row, uint64_t columns, uint64_t hash, uint8_t minimum, uint8_t maximum) {
  uint64_t run = std::min(columns, 1 + (hash >> 8) % kLongestRun), first = (hash >> 16) % (columns - run + 1);
  switch (hash % 64) {
  case 0:
    std::memset(row + first, minimum, run);
    break;
  case 1:
    std::memset(row + first, maximum, run);
    break;
  case 2:
    std::memset(row, 0, columns);
    break;
  case 3:
    fillAlternating(row, columns, minimum, maximum);
    break;
  }
}

constexpr double kProductDeviation = (256.0 * 256.0 - 1) / 12; // of the product of two uniform int8 values
constexpr double kOutputDeviation = 40;

GemmScale scaleOf(double scale) {
  int exponent;
  double fraction = std::frexp(scale, &exponent); // scale = fraction 2^exponent, fraction 0.5 to 1
  GemmScale result{std::llround(std::ldexp(fraction, 31)), 31 - exponent};
  result.multiplier = std::min<int64_t>(result.multiplier, 0x7fffffff);
  return result;
}

double idealScale(uint64_t k) {
  return kOutputDeviation / (kProductDeviation * std::sqrt(static_cast<double>(k)));
}

double factorOf(GemmOutput output) { return output == GemmOutput::Int16 ? 256 : 1; }

} // namespace

void fillMatrix(uint8_t *bytes, uint64_t rows, uint64_t columns, bool isUnsigned, uint64_t seed) {
  uint8_t minimum = isUnsigned ? 0x00 : 0x80, maximum = isUnsigned ? 0xff : 0x7f;
  fillUniform(bytes, rows * columns, seed);
  for (uint64_t r = 0; r < rows; ++r)
    fillSpecialRow(bytes + r * columns, columns, randomAt(seed ^ kRowStream, r), minimum, maximum);
  bytes[0] = minimum;
  bytes[rows * columns - 1] = maximum;
}

void fillBias(int32_t *bias, uint64_t n, uint64_t k, uint64_t seed) {
  int64_t range = std::llround(kProductDeviation * std::sqrt(static_cast<double>(k)));
  for (uint64_t i = 0; i < n; ++i)
    bias[i] = static_cast<int32_t>(
        static_cast<int64_t>(randomAt(seed, i) % static_cast<uint64_t>(2 * range + 1)) - range);
}

GemmScale scaleFor(uint64_t k) { return scaleOf(idealScale(k)); }

GemmScale scaleFor(uint64_t k, GemmOutput output) { return scaleOf(idealScale(k) * factorOf(output)); }

void fillColumnScales(int32_t *multiplier, int32_t *shift, uint64_t n, uint64_t k, uint64_t seed,
                      GemmOutput output) {
  for (uint64_t i = 0; i < n; ++i) {
    double factor = 0.5 + static_cast<double>(randomAt(seed, i) % 1024) / 1024;
    GemmScale scale = scaleOf(idealScale(k) * factorOf(output) * factor);
    multiplier[i] = static_cast<int32_t>(scale.multiplier);
    shift[i] = static_cast<int32_t>(scale.shift);
  }
}

GemmProblem withDefaultScale(GemmProblem problem) {
  GemmScale scale = scaleFor(static_cast<uint64_t>(problem.k), problem.output);
  bool isUnsigned = problem.output == GemmOutput::Uint8;
  problem.multiplier = scale.multiplier;
  problem.shift = scale.shift;
  problem.output_zero_point = isUnsigned ? 128 : 0;
  problem.clamp_minimum = isUnsigned ? 0 : -128;
  problem.clamp_maximum = isUnsigned ? 255 : 127;
  return problem;
}

} // namespace lockstep
