// A small generator of random numbers that gives the same numbers on every host.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace lockstep {

/// splitmix64 (Steele, Lea, Flood 2014): any seed is good, also consecutive ones.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t next() {
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// 0 to n - 1.
  uint64_t below(uint64_t n) { return next() % n; }
  /// low to high, both included.
  int64_t range(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
  }
  bool chance(unsigned percent) { return below(100) < percent; }
  int64_t pick(std::initializer_list<int64_t> list) { return *(list.begin() + below(list.size())); }
  template <typename List> auto &pickFrom(List &list) { return list[below(list.size())]; }

private:
  uint64_t state;
};

} // namespace lockstep
