// Random numbers that are the same on every computer.
#pragma once

#include <cstdint>
#include <vector>

namespace lockstep {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
class ModelRandom {
public:
  explicit ModelRandom(uint64_t seed) : state(seed) {}

  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 to count - 1; `count` is small.
  uint64_t below(uint64_t count) { return next() % count; }
  int64_t between(int64_t first, int64_t last) { return first + int64_t(below(uint64_t(last - first + 1))); }
  bool chance(unsigned percent) { return below(100) < percent; }
  /// -1 to 1.
  float real() { return float(int64_t(next() >> 40) - (1 << 23)) / float(1 << 23); }
  /// Roughly normal, deviation 1.
  float normal() {
    float sum = 0;
    for (unsigned i = 0; i < 6; ++i)
      sum += real();
    return sum * 0.70710678f; // a uniform value of -1 to 1 has variance 1/3
  }
  template <typename Value> const Value &pick(const std::vector<Value> &values) {
    return values[below(values.size())];
  }

private:
  uint64_t state;
};

} // namespace lockstep
