#include "workloads/driver/gemm/Selection.h"

#include "sim/engine/Engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace lockstep {

namespace {

/// Enough to cover the cost model's ties; more cost more than they gain.
constexpr size_t usualCount = 6;
/// A timing-only run of that many cycles takes some tens of milliseconds.
constexpr uint64_t usualMeasureUpTo = 8'000'000;

std::optional<uint64_t> measure(const GemmProblem &problem, const GemmSchedule &schedule,
                                const Parameters &parameters, Engine &engine) {
  auto program = emitGemm(problem, schedule, parameters);
  if (!program)
    return std::nullopt;
  auto memory = buildMemory(*program);
  if (!memory)
    return std::nullopt;
  RunOptions options;
  options.values = false;
  auto result = engine.run(*program, *memory, options);
  return result ? std::optional<uint64_t>(result->total_cycles) : std::nullopt;
}

uint64_t rankOf(const Candidate &candidate) {
  return candidate.measured_cycles.value_or(candidate.schedule.predicted_cycles);
}

std::string keyOf(const GemmProblem &p, const Parameters &parameters) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {}", p.m, p.n, p.k, p.a_transposed, p.b_transposed,
                     int(p.a_type), int(p.b_type), int(p.output), p.has_bias, p.per_column, p.a_zero_point,
                     p.b_zero_point, printParameters(parameters));
}

} // namespace

Result<std::vector<Candidate>> rankSchedules(const GemmProblem &problem, const Parameters &parameters,
                                             size_t count, uint64_t measureUpTo) {
  std::vector<Candidate> candidates;
  for (const GemmSchedule &schedule : bestSchedules(problem, parameters, count))
    candidates.push_back({schedule, {}});
  if (candidates.empty()) {
    auto single = scheduleGemm(problem, parameters);
    if (!single)
      return single.error();
    candidates.push_back({*single, {}});
  }
  if (candidates.size() < 2 || candidates.front().schedule.predicted_cycles > measureUpTo)
    return candidates;
  std::unique_ptr<Engine> engine = makeSystemCEngine(parameters);
  for (Candidate &candidate : candidates)
    candidate.measured_cycles = measure(problem, candidate.schedule, parameters, *engine);
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate &a, const Candidate &b) { return rankOf(a) < rankOf(b); });
  return candidates;
}

Result<GemmSchedule> chooseSchedule(const GemmProblem &problem, const Parameters &parameters) {
  static std::map<std::string, GemmSchedule> chosen;
  std::string key = keyOf(problem, parameters);
  if (auto found = chosen.find(key); found != chosen.end())
    return found->second;
  auto ranked = rankSchedules(problem, parameters, usualCount, usualMeasureUpTo);
  if (!ranked)
    return ranked.error();
  chosen[key] = ranked->front().schedule;
  return ranked->front().schedule;
}

} // namespace lockstep
