// Two records of one track: equal, or what differs, in words.
#pragma once

#include "sim/engine/Events.h"
#include "sim/lockstep/Difference.h"

#include <variant>

namespace lockstep {

using Event = std::variant<InstructionEvent, BurstEvent>;

/// What the two executions are called in sentences ("systemc", "rtl").
struct SideNames {
  std::string first, second;
  const std::string &of(unsigned side) const { return side == 0 ? first : second; }
};

/// "load", "fetch burst", ...
const char *trackName(Track track);

Track trackOf(const Event &event);
/// The largest cycle that the record names.
uint64_t lastCycleOf(const Event &event);

/// Nothing if equal; else the first field that differs, in the order in which its cycles pass.
std::optional<Difference> compareEvents(const Event &first, const Event &second, const SideNames &names);

/// A record that only one side has.
Difference missingEvent(const Event &event, const std::string &owner);

} // namespace lockstep
