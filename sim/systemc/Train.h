// Closed forms over bursts that are alike.
#pragma once

#include <algorithm>
#include <cstdint>

namespace lockstep {

/// Of x(i) = max(x(i - 1) + own, other + i distance), i = 0, 1, ..., with x(0) = `first` >= other: the
/// distance of its values, with `count` made small enough that the first `count` of them keep it.
inline uint64_t distanceOf(uint64_t own, uint64_t first, uint64_t other, uint64_t distance, uint64_t &count) {
  if (distance <= own)
    return own;
  if (first == other)
    return distance;
  count = std::min(count, (first - other) / (distance - own) + 1);
  return own;
}

} // namespace lockstep
