// The host pipeline's own passes, for lockstep-opt.
#pragma once

namespace lockstep {

/// Registers those that transform IR alone; heavy products begin at HostOptions' threshold.
void registerHostPasses();

} // namespace lockstep
