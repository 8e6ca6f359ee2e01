// Drawing shapes and finding places for them: what the files of RandomInstructions share.
#pragma once

#include "hw/check/Footprint.h"
#include "hw/isa/Fields.h"
#include "tests/support/RandomInstructions.h"

#include <algorithm>
#include <cstring>

namespace lockstep {

/// Draws shapes until one can be placed; each failure halves the counts, so it ends.
template <typename Draw, typename Place> auto drawUntilPlaced(uint64_t most, Draw &&draw, Place &&placed) {
  while (true) {
    auto instruction = draw(most);
    if (placed(instruction))
      return instruction;
    most = std::max<uint64_t>(most / 2, 1);
  }
}

constexpr uint64_t kOrigin = uint64_t{1} << 40; // where footprints are measured from

/// The footprint with all addresses at kOrigin.
template <typename Struct> Footprint spansOf(Struct fields, const Parameters &parameters) {
  forEachField(fields, [](const char *name, unsigned, FieldKind, auto &value) {
    if (std::strstr(name, "_address"))
      value = kOrigin;
  });
  return footprintOf(fields, parameters);
}

inline int64_t lowOf(const Access &access) { return static_cast<int64_t>(access.low - Wide{kOrigin}); }
inline int64_t highOf(const Access &access) { return static_cast<int64_t>(access.high - Wide{kOrigin}); }

} // namespace lockstep
