// The SystemC model as an engine.
#pragma once

#include "sim/engine/Engine.h"
#include "sim/systemc/Machine.h"
#include "sim/systemc/MemoryTarget.h"

#include <functional>

namespace lockstep {

/// SystemC elaborates once per process. So all engines of makeSystemCEngine() share one Machine with the
/// bundled memory: blocks take their parameters at the start of each run, and no run leaves anything behind
/// for the next one. Engines for different parameters live side by side; runs of several threads are made one
/// after the other. A process with modules of its own builds them, and a Machine, before its first run, and
/// uses the second form.
///
/// A SystemC process must not call run() from inside of the simulation.
std::unique_ptr<Engine> makeSystemCEngine(const Parameters &parameters);

/// What the owner of a machine's memory has to know before each run.
using MemoryReset = std::function<void(const Parameters &, const CycleClock &, ExternalMemory &)>;

/// Runs on the caller's machine, bound to the caller's memory; both outlive the engine.
std::unique_ptr<Engine> makeSystemCEngine(const Parameters &parameters, Machine &machine,
                                          MemoryReset resetMemory);

} // namespace lockstep
