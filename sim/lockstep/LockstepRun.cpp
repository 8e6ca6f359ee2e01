#include "sim/lockstep/LockstepRun.h"

#include "hw/golden/Golden.h"
#include "sim/lockstep/EventComparator.h"
#include "sim/lockstep/MemoryDifference.h"
#include "sim/lockstep/RunDifference.h"

#include <thread>

namespace lockstep {

namespace {

/// Hands each event to two sinks.
class TeeSink final : public EventSink {
public:
  TeeSink(EventSink &left, EventSink *right) : left(left), right(right) {}
  void instruction(const InstructionEvent &event) override {
    left.instruction(event);
    if (right)
      right->instruction(event);
  }
  void burst(const BurstEvent &event) override {
    left.burst(event);
    if (right)
      right->burst(event);
  }

private:
  EventSink &left;
  EventSink *right;
};

RunOptions engineOptions(const LockstepOptions &options, const EventComparator &comparator) {
  RunOptions result;
  result.values = options.values;
  result.max_cycles = options.max_cycles;
  result.progress = options.progress;
  result.stop = &comparator.stopFlag();
  return result;
}

/// The sentence for runs of which at least one failed; nothing if both failed alike.
std::optional<Difference> compareFailures(const Result<RunResult> &a, const Result<RunResult> &b,
                                          const SideNames &names) {
  if (!a && !b && a.error().kind == b.error().kind)
    return {};
  const auto outcome = [](const Result<RunResult> &result) {
    return result ? "runs to its end after " + std::to_string(result->total_cycles) + " cycles"
                  : "fails (" + result.error().message + ")";
  };
  return Difference{0, "the program " + outcome(a) + " in " + names.first + " and " + outcome(b) + " in " +
                           names.second};
}

/// A deadlocked machine has told all its events; one that was cut off has not.
bool isComplete(const Result<RunResult> &result) {
  return result || result.error().kind == ErrorKind::Deadlock;
}

/// What a failing run adds to the sentence about an event.
std::string failureText(const Result<RunResult> &result, const std::string &name) {
  const bool worth_telling = !result && result.error().kind != ErrorKind::Limit;
  return worth_telling ? "; then " + name + " fails (" + result.error().message + ")" : "";
}

std::optional<Difference> compareTimes(const RunResult &a, const RunResult &b, const SideNames &names) {
  if (auto difference = compareResults(a, b, names))
    return difference;
  if (auto difference = checkAccounting(a, names.first))
    return difference;
  return checkAccounting(b, names.second);
}

} // namespace

/// All that two finished runs leave behind, their memories excepted.
struct LockstepRun::Outcome {
  Result<RunResult> first = RunResult(), second = RunResult();
  std::optional<Difference> event_difference;
  uint64_t equal_events = 0;
};

LockstepRun::Outcome LockstepRun::runBoth(const Program &program, ExternalMemory &memory,
                                          ExternalMemory &copy, const LockstepOptions &options) {
  EventComparator comparator({first_name, second_name});
  Outcome outcome;
  std::thread other([&] {
    RunOptions own = engineOptions(options, comparator);
    own.events = &comparator.side(1);
    own.wave_file = options.wave_file;
    own.fault = options.second_fault;
    outcome.second = second.run(program, copy, own);
    comparator.finish(1, isComplete(outcome.second));
  });
  RunOptions own = engineOptions(options, comparator);
  TeeSink tee(comparator.side(0), options.events);
  own.events = &tee;
  own.fault = options.first_fault;
  own.progress = false; // the second engine, the slower one, tells
  outcome.first = first.run(program, memory, own);
  comparator.finish(0, isComplete(outcome.first));
  other.join();
  outcome.event_difference = comparator.firstDifference();
  outcome.equal_events = comparator.equalEvents();
  return outcome;
}

namespace {

/// Bytes outside and inside of both engines.
std::optional<Difference> compareBytes(const Program &program, const Engine &a,
                                       const ExternalMemory &memory_a, const Engine &b,
                                       const ExternalMemory &memory_b, const SideNames &names) {
  if (auto difference = compareMemories(program, memory_a, memory_b, names))
    return difference;
  return compareOnChip(program.parameters, a.onChipState(), b.onChipState(), names);
}

/// The first engine's bytes (equal to the second's) against the golden executor's on `initial`, which it
/// changes.
Result<std::optional<Difference>> compareGolden(const Program &program, const Engine &engine,
                                                const ExternalMemory &memory, ExternalMemory &initial,
                                                const std::string &name) {
  Golden golden(program.parameters);
  if (Status status = golden.run(program, initial); !status)
    return status.error();
  if (auto difference = compareMemories(program, memory, initial, {name, "golden"}))
    return difference;
  return compareOnChip(program.parameters, engine.onChipState(), golden.onChip(), {name, "golden"});
}

} // namespace

Result<LockstepReport> LockstepRun::run(const Program &program, ExternalMemory &memory,
                                        const LockstepOptions &options) {
  const SideNames names{first_name, second_name};
  const bool with_golden = options.golden && options.values;
  auto copy = copyMemory(memory);
  auto initial = with_golden ? copyMemory(memory) : Result<ExternalMemory>(ExternalMemory());
  if (!copy || !initial)
    return copy ? initial.error() : copy.error();
  Outcome outcome = runBoth(program, memory, *copy, options);
  LockstepReport report;
  report.equal_events = outcome.equal_events;
  report.difference = outcome.event_difference;
  if (!report.difference && (!outcome.first || !outcome.second)) {
    report.difference = compareFailures(outcome.first, outcome.second, names);
    if (!report.difference)
      return outcome.first.error();
  }
  if (report.difference && (!outcome.first || !outcome.second)) {
    if (outcome.event_difference)
      report.difference->sentence +=
          failureText(outcome.first, first_name) + failureText(outcome.second, second_name);
    return report;
  }
  report.first = *outcome.first;
  report.second = *outcome.second;
  if (!report.difference)
    report.difference = compareTimes(report.first, report.second, names);
  report.cycles_equal = !report.difference;
  std::optional<Difference> bytes;
  if (options.values)
    bytes = compareBytes(program, first, memory, second, *copy, names);
  if (with_golden && !bytes) {
    auto judged = compareGolden(program, first, memory, *initial, first_name);
    if (!judged)
      return judged.error();
    bytes = *judged;
  }
  report.bits_equal = !bytes;
  if (!report.difference)
    report.difference = bytes;
  return report;
}

} // namespace lockstep
