// The RTL under Verilator as an Engine: what sim/engine/Engine.h offers, and the variants that tests need.
#pragma once

#include "sim/engine/Engine.h"

namespace lockstep {

/// What is compiled into a model. Each variant of each configuration is built once and cached by content.
struct RtlVariant {
  bool assertions = false;
  bool trace = false;       // waves to FST
  bool faults = false;      // deliberate faults, selected by RunOptions::fault
  bool quick_build = false; // compiled for few cycles: builds faster, runs slower
};

/// Errors: the build failed (names its log).
Result<std::unique_ptr<Engine>> makeRtlEngine(const Parameters &parameters, const RtlVariant &variant);

} // namespace lockstep
