#include "Comparison.h"

#include <cstdlib>

namespace lockstep {
namespace {

std::string text(const InstructionEvent &e) {
  return std::string(unitName(static_cast<Unit>(e.track))) + " " + std::to_string(e.index) +
         " (instruction " + std::to_string(e.instruction) + "): dispatched " + std::to_string(e.dispatched) +
         " started " + std::to_string(e.started) + " finished " + std::to_string(e.finished);
}

std::string text(const BurstEvent &e) {
  return "track " + std::to_string(static_cast<int>(e.track)) + " burst " + std::to_string(e.index) + " at " +
         std::to_string(e.address) + " of " + std::to_string(e.beats) + " beats: requested " +
         std::to_string(e.requested) + " first " + std::to_string(e.first_beat) + " last " +
         std::to_string(e.last_beat) + " response " + std::to_string(e.response);
}

template <typename Event>
std::string difference(const std::vector<Event> &expected, const std::vector<Event> &actual) {
  for (size_t i = 0; i < std::min(expected.size(), actual.size()); ++i)
    if (text(expected[i]) != text(actual[i]))
      return text(expected[i]) + " expected, but " + text(actual[i]);
  if (expected.size() == actual.size())
    return "";
  return std::to_string(expected.size()) + " events expected, but " + std::to_string(actual.size());
}

std::string counterDifference(const reference::ReferenceRun &expected, const UnitCounters &unit) {
  for (const auto &[name, cycles] : unit.cycles) {
    const auto &classes = expected.counters.at(unit.unit);
    const auto found = classes.find(name);
    const uint64_t wanted = found == classes.end() ? 0 : found->second;
    if (name != "idle" && wanted != cycles)
      return unit.unit + " " + name + " " + std::to_string(wanted) + " expected, but " +
             std::to_string(cycles);
  }
  return "";
}

} // namespace

Result<RunResult> runTimed(Engine &engine, const Program &program, reference::EventLog *log, unsigned fault) {
  Result<ExternalMemory> memory = buildMemory(program);
  if (!memory)
    return memory.error();
  RunOptions options;
  options.values = false;
  options.events = log;
  options.fault = fault;
  return engine.run(program, *memory, options);
}

std::string firstDifference(const reference::ReferenceRun &expected, const reference::EventLog &log) {
  for (size_t track = 0; track < kNumTracks; ++track) {
    if (std::string found = difference(expected.log.instructions[track], log.instructions[track]);
        !found.empty())
      return found;
    if (std::string found = difference(expected.log.bursts[track], log.bursts[track]); !found.empty())
      return found;
  }
  return "";
}

std::string firstDifference(const reference::ReferenceRun &expected, const RunResult &actual) {
  if (expected.total_cycles != actual.total_cycles)
    return "total_cycles " + std::to_string(expected.total_cycles) + " expected, but " +
           std::to_string(actual.total_cycles);
  for (const UnitCounters &unit : actual.units)
    if (std::string found = counterDifference(expected, unit); !found.empty())
      return found;
  return "";
}

std::string compareWithReference(Engine &engine, const Program &program, const Parameters &parameters,
                                 unsigned fault) {
  const auto expected = reference::runReference(program, parameters, 5000000);
  if (!expected.ended)
    return "the reference did not end";
  reference::EventLog log;
  for (reference::EventLog *sink : {&log, static_cast<reference::EventLog *>(nullptr)}) {
    const Result<RunResult> run = runTimed(engine, program, sink, fault);
    if (!run)
      return run.error().message;
    std::string found = sink ? firstDifference(expected, *sink) : "";
    if (found.empty())
      found = firstDifference(expected, *run);
    if (!found.empty())
      return found;
  }
  return "";
}

uint64_t fromEnvironment(const char *name, uint64_t otherwise) {
  const char *value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : otherwise;
}

} // namespace lockstep
