#include "tests/lockstep/random/RandomRun.h"

#include "hw/golden/Golden.h"
#include "hw/isa/Assembler.h"
#include "sim/lockstep/MemoryDifference.h"
#include "sim/trace/DigestSink.h"
#include "tests/support/RandomPrograms.h"
#include "tests/support/ShrinkProgram.h"

namespace lockstep {

namespace {

/// Far beyond any random program: a machine that never ends is a difference, not a hang.
constexpr uint64_t kMaxCycles = 20000000;

Result<LockstepReport> compare(EnginePair &engines, const Program &program, EventSink *events = nullptr) {
  LockstepOptions options;
  options.max_cycles = kMaxCycles;
  options.events = events;
  return engines.compare(program, options);
}

/// Events and cycles of the model in a timing-only run against those of a run with values.
std::string differenceWithoutValues(EnginePair &engines, const Program &program, const DigestSink &expected,
                                    uint64_t cycles) {
  auto memory = buildMemory(program);
  DigestSink digest;
  RunOptions options;
  options.values = false;
  options.events = &digest;
  auto result = engines.systemc().run(program, *memory, options);
  if (!result)
    return result.error().message;
  const bool equal = digest.digest() == expected.digest() && result->total_cycles == cycles;
  return equal ? "" : "events or cycles of systemc differ between a timing-only run and a run with values";
}

} // namespace

RandomOutcome compareRandomProgram(EnginePair &engines, const Parameters &parameters, uint64_t seed) {
  const Program program = randomProgram(parameters, seed);
  DigestSink digest;
  auto report = compare(engines, program, &digest);
  RandomOutcome outcome;
  outcome.difference = differenceOf(report);
  if (!report)
    return outcome;
  outcome.cycles = report->first.total_cycles;
  outcome.events = report->equal_events;
  if (outcome.difference.empty())
    outcome.difference = differenceWithoutValues(engines, program, digest, outcome.cycles);
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
