#include "compiler/conv/PatchSearch.h"

#include "compiler/conv/PatchCandidates.h"
#include "compiler/conv/PatchEmitter.h"
#include "compiler/conv/PatchEstimate.h"
#include "compiler/conv/ScheduleTiming.h"
#include "compiler/gemm/Splits.h"

#include <algorithm>
#include <limits>
#include <string>

namespace lockstep {
namespace {

constexpr double kTimingSteps = 3e6; // all programs together that are timed; about a fifth of a second
constexpr size_t kMostTimed = 32, kRefined = 3;

struct Estimated {
  double cost, cycles; // with burden, and without
  PatchSchedule schedule;
  bool operator<(const Estimated &other) const { return cost < other.cost; }
};

class PatchSearch {
public:
  PatchSearch(const ConvProblem &problem, const Parameters &parameters, int64_t merged)
      : problem(problem), parameters(parameters), shape(problem, merged, parameters),
        candidates(problem, shape, merged, parameters), estimate(problem, shape, parameters),
        addresses(distantAddresses(problem)) {}

  bool run(ConvSchedule &best);

private:
  void collect();
  void time(const PatchSchedule &schedule);
  void refine();
  std::vector<PatchSchedule> variants(const PatchSchedule &seed) const;

  const ConvProblem &problem;
  const Parameters &parameters;
  PatchShape shape;
  PatchCandidates candidates;
  PatchEstimate estimate;
  ConvAddresses addresses;
  std::vector<Estimated> estimated, timed; // best first
  double steps_left = kTimingSteps;
  uint64_t best_cycles = std::numeric_limits<uint64_t>::max() / 4;
};

void PatchSearch::collect() {
  candidates.forEach([&](const PatchSchedule &schedule) {
    const double cycles = estimate.cycles(schedule);
    if (estimated.size() == kMostTimed && cycles >= estimated.front().cost)
      return;
    if (estimated.size() == kMostTimed) {
      std::pop_heap(estimated.begin(), estimated.end());
      estimated.pop_back();
    }
    estimated.push_back({cycles, cycles, schedule});
    std::push_heap(estimated.begin(), estimated.end());
  });
  std::stable_sort(estimated.begin(), estimated.end());
}

void PatchSearch::time(const PatchSchedule &schedule) {
  const double steps = estimate.timingSteps(schedule);
  if (steps > steps_left && !timed.empty())
    return;
  steps_left -= steps;
  const Result<PatchPlacement> placement = placePatch(shape, schedule, parameters);
  if (!placement)
    return;
  const std::optional<uint64_t> cycles = timedCycles(
      PatchEmitter(problem, shape, schedule, *placement, addresses).emit(), parameters, best_cycles);
  if (!cycles)
    return;
  best_cycles = std::min(best_cycles, *cycles);
  const double expected = std::max(static_cast<double>(*cycles), estimate.busCycles(schedule));
  timed.push_back({expected + estimate.burden(schedule, expected), expected, schedule});
}

/// Other ends: tapered blocks, output in pieces.
std::vector<PatchSchedule> PatchSearch::variants(const PatchSchedule &seed) const {
  std::vector<PatchSchedule> list;
  for (int64_t columnParts : {1, 2, 3})
    for (int64_t rowParts : {1, 2})
      for (int64_t pieces : {1, 2, 4}) {
        PatchSchedule s = seed;
        s.column_split = taperedSplit(seed.column_split, shape.columns, columnParts);
        s.row_split = taperedSplit(seed.row_split, 1, rowParts);
        s.output_pieces = pieces;
        if (candidates.fitSlots(s))
          list.push_back(s);
      }
  return list;
}

void PatchSearch::refine() {
  std::stable_sort(timed.begin(), timed.end());
  const std::vector<Estimated> seeds(timed.begin(),
                                     timed.begin() + static_cast<long>(std::min(kRefined, timed.size())));
  for (const Estimated &seed : seeds)
    for (const PatchSchedule &variant : variants(seed.schedule))
      time(variant);
  std::stable_sort(timed.begin(), timed.end());
}

bool PatchSearch::run(ConvSchedule &best) {
  collect();
  for (const Estimated &candidate : estimated)
    time(candidate.schedule);
  if (timed.empty())
    return false;
  steps_left = std::max(steps_left, kTimingSteps / 2);
  refine();
  best.mapping = ConvMapping::Channels;
  best.patch = timed.front().schedule;
  best.predicted_cycles = static_cast<uint64_t>(timed.front().cycles);
  return true;
}

} // namespace

int64_t mergedGroups(const ConvProblem &problem, const Parameters &parameters) {
  int64_t best = 1;
  double least = std::numeric_limits<double>::max();
  for (int64_t merged = 1; merged <= problem.groups; ++merged) {
    if (problem.groups % merged != 0)
      continue;
    const double tiles =
        static_cast<double>(ceilDivide(merged * problem.in_channels, parameters.array_rows) *
                            ceilDivide(merged * problem.out_channels, parameters.array_columns));
    if (tiles / static_cast<double>(merged) > least)
      continue;
    least = tiles / static_cast<double>(merged);
    best = merged;
  }
  return best;
}

Result<ConvSchedule> searchPatch(const ConvProblem &problem, const Parameters &parameters) {
  ConvSchedule best;
  for (int64_t merged : {mergedGroups(problem, parameters), int64_t{1}})
    if (PatchSearch(problem, parameters, merged).run(best))
      return best;
  return Error{ErrorKind::Usage, "even the smallest block does not fit into the scratchpad of " +
                                     std::to_string(parameters.scratchpad_size_bytes) +
                                     " bytes and the accumulator of " +
                                     std::to_string(parameters.accumulator_size_bytes) +
                                     " bytes of machine \"" + parameters.name + "\""};
}

} // namespace lockstep
