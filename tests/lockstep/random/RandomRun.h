// Random programs on a machine, in lockstep; failures come back small and readable.
#pragma once

#include "tests/lockstep/common/EnginePair.h"

#include <string>

namespace lockstep {

/// One random program that was compared.
struct RandomOutcome {
  std::string difference; // empty: all equal
  uint64_t cycles = 0, events = 0;
};

/// randomProgram(parameters, seed) on both engines and golden; and the SystemC model without values, which
/// has to tell the same events.
RandomOutcome compareRandomProgram(EnginePair &engines, const Parameters &parameters, uint64_t seed);

/// The same program on the RTL with random AXI stalls drawn from `seed`: bytes outside and on chip have to be
/// those of the golden executor. Empty, or what differs.
std::string differenceUnderStress(EnginePair &engines, const Parameters &parameters, uint64_t seed);

/// The smallest program found that still differs, with its difference, as assembly with the machine's
/// parameters. `trials` bounds the work.
std::string shrunkFailure(EnginePair &engines, const Parameters &parameters, uint64_t seed, unsigned trials);

} // namespace lockstep
