#include "tests/lockstep/random/RandomRun.h"

#include "hw/golden/Golden.h"
#include "hw/isa/Assembler.h"
#include "sim/lockstep/MemoryDifference.h"
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

std::string differenceUnderStress(EnginePair &engines, const Parameters &parameters, uint64_t seed) {
  const Program program = randomProgram(parameters, seed);
  auto memory = buildMemory(program), expected = buildMemory(program);
  if (!memory || !expected)
    return "not enough memory";
  Golden golden(parameters);
  if (Status status = golden.run(program, *expected); !status)
    return status.error().message;
  RunOptions options;
  options.stress_seed = seed + 1;
  options.max_cycles = kMaxCycles;
  auto result = engines.rtl().run(program, *memory, options);
  if (!result)
    return result.error().message;
  const SideNames names{"golden", "rtl"};
  auto difference = compareMemories(program, *expected, *memory, names);
  if (!difference)
    difference = compareOnChip(parameters, golden.onChip(), engines.rtl().onChipState(), names);
  return difference ? difference->sentence : "";
}

std::string shrunkFailure(EnginePair &engines, const Parameters &parameters, uint64_t seed, unsigned trials) {
  const auto fails = [&](const Program &program) { return !differenceOf(compare(engines, program)).empty(); };
  const Program smallest = shrinkProgram(randomProgram(parameters, seed), fails, trials);
  return "; " + differenceOf(compare(engines, smallest)) + "\n" + disassembleProgram(smallest);
}

} // namespace lockstep
