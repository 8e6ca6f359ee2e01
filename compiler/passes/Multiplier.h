// A real scale as the multiplier and shift of the machine's rescale.
#pragma once

#include <cstdint>
#include <optional>

namespace lockstep {

/// multiplier / 2^shift, as TOSA's apply_scale_32 takes them.
struct FixedScale {
  int32_t multiplier = 0; // 0 to 2^31 - 1
  int32_t shift = 2;      // 2 to 62
};

/// The nearest fixed-point scale: multiplier in [2^30, 2^31), so the relative error is at most 2^-31. A scale
/// under 2^-32 becomes 0: it rounds every int32 to 0 anyway. Nothing for scales that are negative, not
/// finite, or 2^29 and more.
std::optional<FixedScale> fixedScale(double scale);

} // namespace lockstep
