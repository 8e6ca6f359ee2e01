// Code of others that may crash on hostile data, tried in a process of its own first.
#pragma once

#include <functional>

namespace lockstep {

/// Runs `work` in a copy of this process, with bounded time, and tells whether it came to its end there. What
/// is deterministic and survives does so here as well. Nothing of its results comes back. True also where no
/// process can be made.
bool survives(const std::function<void()> &work);

} // namespace lockstep
