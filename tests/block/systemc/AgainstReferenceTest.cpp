// The event-driven model against the machine written down cycle by cycle.
#include "CycleReference.h"
#include "RandomStreams.h"
#include "sim/systemc/SystemCEngine.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace lockstep {
namespace {

using reference::EventLog;

std::string text(const InstructionEvent &e) {
  return std::string(unitName(static_cast<Unit>(e.track))) + " " + std::to_string(e.index) + " (instruction " +
         std::to_string(e.instruction) + ") " + std::to_string(e.dispatched) + " " + std::to_string(e.started) + " " +
         std::to_string(e.finished);
}

std::string text(const BurstEvent &e) {
  return "burst " + std::to_string(static_cast<int>(e.track)) + " " + std::to_string(e.index) + " at " +
         std::to_string(e.address) + " x " + std::to_string(e.beats) + ": " + std::to_string(e.requested) + " " +
         std::to_string(e.first_beat) + " " + std::to_string(e.last_beat) + " " + std::to_string(e.response);
}

template <typename Event>
void expectSame(const std::vector<Event> &expected, const std::vector<Event> &actual, const std::string &what) {
  for (size_t i = 0; i < std::min(expected.size(), actual.size()); ++i)
    ASSERT_EQ(text(expected[i]), text(actual[i])) << what;
  ASSERT_EQ(expected.size(), actual.size()) << what;
}

void expectSameRun(const reference::ReferenceRun &expected, const RunResult &actual, const EventLog &log,
                   const std::string &what) {
  for (size_t track = 0; track < kNumTracks; ++track) {
    expectSame(expected.log.instructions[track], log.instructions[track], what);
    expectSame(expected.log.bursts[track], log.bursts[track], what);
  }
  ASSERT_EQ(expected.total_cycles, actual.total_cycles) << what;
  for (const UnitCounters &unit : actual.units)
    for (const auto &[name, cycles] : unit.cycles) {
      if (name == "idle")
        continue;
      const auto &classes = expected.counters.at(unit.unit);
      const auto found = classes.find(name);
      ASSERT_EQ(found == classes.end() ? 0 : found->second, cycles) << what << " " << unit.unit << " " << name;
    }
}

/// The first seed and how many: LOCKSTEP_SEED and LOCKSTEP_COUNT.
uint64_t fromEnvironment(const char *name, uint64_t otherwise) {
  const char *value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : otherwise;
}

TEST(SystemC, KeepsEveryCycleOfTheManualOnRandomStreams) {
  const uint64_t first = fromEnvironment("LOCKSTEP_SEED", 1), count = fromEnvironment("LOCKSTEP_COUNT", 300);
  for (uint64_t seed = first; seed < first + count && !HasFatalFailure(); ++seed) {
    RandomStreams random(seed);
    const Parameters parameters = random.parameters();
    const Program program = random.program(parameters, 12);
    const std::string what = "seed " + std::to_string(seed);
    const auto expected = reference::runReference(program, parameters, 3000000);
    ASSERT_TRUE(expected.ended) << what;
    Result<ExternalMemory> memory = buildMemory(program);
    ASSERT_TRUE(memory);
    EventLog log;
    RunOptions options;
    options.values = false;
    options.events = &log;
    options.fault = static_cast<unsigned>(fromEnvironment("LOCKSTEP_FAULT", 0));
    const auto run = makeSystemCEngine(parameters)->run(program, *memory, options);
    ASSERT_TRUE(run) << what << ": " << run.error().message;
    expectSameRun(expected, *run, log, what);
  }
}

} // namespace
} // namespace lockstep
