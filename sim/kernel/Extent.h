// Lowest and highest value of a sum of count x stride terms: what an instruction can address.
#pragma once

#include <cstdint>

namespace lockstep {

/// Of {base + sum(i_k stride_k) : 0 <= i_k < count_k}, exactly. 128 bits, so that no field value can overflow
/// it.
class Extent {
public:
  explicit Extent(__int128 base) : low(base), high(base) {}

  Extent &level(uint64_t count, int64_t stride) {
    __int128 span = static_cast<__int128>(static_cast<int64_t>(count) - 1) * stride;
    (span < 0 ? low : high) += span;
    return *this;
  }
  /// Every address stands for that many consecutive ones.
  Extent &wide(uint64_t length) {
    high += static_cast<__int128>(length) - 1;
    return *this;
  }
  bool within(uint64_t size) const { return low >= 0 && high < static_cast<__int128>(size); }
  /// Whether all of it can be an address of external memory.
  bool addressable() const { return low >= 0 && high < (static_cast<__int128>(1) << 64); }
  uint64_t first() const { return static_cast<uint64_t>(low); }
  uint64_t size() const { return static_cast<uint64_t>(high - low) + 1; }

private:
  __int128 low, high;
};

} // namespace lockstep
