#include "sim/lockstep/RunDifference.h"

namespace lockstep {

namespace {

std::optional<Difference> compareNumbers(const std::string &what, uint64_t a, uint64_t b,
                                         const SideNames &names) {
  if (a == b)
    return {};
  return Difference{0, what + " is " + std::to_string(a) + " in " + names.first + ", " + std::to_string(b) +
                           " in " + names.second + "; all events are equal"};
}

std::optional<Difference> compareUnits(const UnitCounters &a, const UnitCounters &b, const SideNames &names) {
  if (a.unit != b.unit || a.cycles.size() != b.cycles.size())
    return Difference{0, "the counters of " + a.unit + " in " + names.first + " stand where " + names.second +
                             " has those of " + b.unit};
  for (size_t i = 0; i < a.cycles.size(); ++i)
    if (auto difference = compareNumbers("counter " + a.cycles[i].first + " of " + a.unit, a.cycles[i].second,
                                         b.cycles[i].second, names))
      return difference;
  return {};
}

} // namespace

std::optional<Difference> compareResults(const RunResult &first, const RunResult &second,
                                         const SideNames &names) {
  if (auto difference = compareNumbers("total_cycles", first.total_cycles, second.total_cycles, names))
    return difference;
  for (size_t i = 0; i < first.units.size() && i < second.units.size(); ++i)
    if (auto difference = compareUnits(first.units[i], second.units[i], names))
      return difference;
  const std::pair<const char *, uint64_t RunResult::*> totals[] = {
      {"instructions", &RunResult::instructions},
      {"read_bursts", &RunResult::read_bursts},
      {"write_bursts", &RunResult::write_bursts},
      {"read_bytes", &RunResult::read_bytes},
      {"written_bytes", &RunResult::written_bytes},
      {"fetched_instructions", &RunResult::fetched_instructions},
      {"macs", &RunResult::macs}};
  for (const auto &[name, member] : totals)
    if (auto difference = compareNumbers(name, first.*member, second.*member, names))
      return difference;
  return {};
}

std::optional<Difference> checkAccounting(const RunResult &result, const std::string &name) {
  for (const UnitCounters &unit : result.units) {
    uint64_t sum = 0;
    for (const auto &counter : unit.cycles)
      sum += counter.second;
    if (sum != result.total_cycles)
      return Difference{0, "the counters of " + unit.unit + " in " + name + " add up to " +
                               std::to_string(sum) +
                               " and not to total_cycles = " + std::to_string(result.total_cycles)};
  }
  return {};
}

} // namespace lockstep
