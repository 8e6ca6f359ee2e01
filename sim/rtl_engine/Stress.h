// Random stalls on the AXI ports: bits must be right under any of them, cycles are not promised.
#pragma once

#include <cstdint>

namespace lockstep {

/// Seed 0: off, never stalls. The chance of a stall changes every few hundred draws: none, half, most of the
/// time.
class Stress {
public:
  explicit Stress(uint64_t seed) : state(seed) {}
  bool on() const { return state != 0; }

  bool stalls() {
    if (!on())
      return false;
    if (draws++ % 256 == 0)
      level = next() % 3;
    const uint64_t value = next() % 8;
    return level == 0 ? false : level == 1 ? value < 4 : value < 7;
  }

private:
  uint64_t next() { // xorshift64*
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * 0x2545f4914f6cdd1dull) >> 32;
  }

  uint64_t state, draws = 0, level = 0;
};

} // namespace lockstep
