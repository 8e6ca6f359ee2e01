#include "tests/lockstep/random/RandomRun.h"

#include "hw/isa/Assembler.h"
#include "tests/support/RandomPrograms.h"
#include "tests/support/ShrinkProgram.h"

namespace lockstep {

namespace {

/// Far beyond any random program: a machine that never ends is a difference, not a hang.
constexpr uint64_t kMaxCycles = 20000000;

Result<LockstepReport> compare(EnginePair &engines, const Program &program) {
  LockstepOptions options;
  options.max_cycles = kMaxCycles;
  return engines.compare(program, options);
}

} // namespace

RandomOutcome compareRandomProgram(EnginePair &engines, const Parameters &parameters, uint64_t seed) {
  auto report = compare(engines, randomProgram(parameters, seed));
  RandomOutcome outcome;
  outcome.difference = differenceOf(report);
  if (report) {
    outcome.cycles = report->first.total_cycles;
    outcome.events = report->equal_events;
  }
  return outcome;
}

std::string shrunkFailure(EnginePair &engines, const Parameters &parameters, uint64_t seed, unsigned trials) {
  const auto fails = [&](const Program &program) { return !differenceOf(compare(engines, program)).empty(); };
  const Program smallest = shrinkProgram(randomProgram(parameters, seed), fails, trials);
  return "; " + differenceOf(compare(engines, smallest)) + "\n" + disassembleProgram(smallest);
}

} // namespace lockstep
