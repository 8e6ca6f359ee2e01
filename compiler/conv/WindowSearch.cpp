// Few decisions: tiles of a step and blocks of channels. The best estimates are timed as programs.
#include "compiler/conv/WindowSearch.h"

#include "compiler/conv/CandidateSearch.h"
#include "compiler/conv/WindowEmitter.h"
#include "compiler/gemm/Splits.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr int64_t kMaxTilesOfStep = 64, kMaxSlots = 6;
constexpr size_t kTimed = 10;

using Candidate = CostedSchedule<WindowSchedule>;

class WindowSearch {
public:
  WindowSearch(const ConvProblem &problem, const Parameters &parameters)
      : problem(problem), parameters(parameters), shape(problem, parameters) {}

  Result<ConvSchedule> run();

private:
  bool fit(WindowSchedule &schedule) const;
  bool grow(WindowSchedule &schedule, int64_t WindowSchedule::*slots, int64_t most) const;
  double cost(const WindowSchedule &schedule) const;
  std::vector<Candidate> candidates() const;

  const ConvProblem &problem;
  const Parameters &parameters;
  WindowShape shape;
};

bool WindowSearch::grow(WindowSchedule &schedule, int64_t WindowSchedule::*slots, int64_t most) const {
  return growRing(schedule, slots, most, [&](const WindowSchedule &grown) {
    return bool(placeWindows(problem, shape, grown, parameters));
  });
}

bool WindowSearch::fit(WindowSchedule &s) const {
  const int64_t steps = ceilDivide(shape.totalTiles(), s.tiles), blocks = steps * blockCount(s.column_split);
  s.window_slots = s.accumulator_slots = s.output_slots = 1;
  if (!placeWindows(problem, shape, s, parameters))
    return false;
  grow(s, &WindowSchedule::window_slots, std::min<int64_t>(steps, 2));
  grow(s, &WindowSchedule::output_slots, std::min<int64_t>(blocks, 2));
  while (grow(s, &WindowSchedule::accumulator_slots, std::min<int64_t>(blocks, 3))) {
  }
  while (grow(s, &WindowSchedule::window_slots, std::min(steps, kMaxSlots))) {
  }
  while (grow(s, &WindowSchedule::output_slots, std::min(blocks, kMaxSlots))) {
  }
  return true;
}

/// The slowest unit's cycles, more where it cannot overlap with the others.
double WindowSearch::cost(const WindowSchedule &s) const {
  const auto real = [](int64_t value) { return static_cast<double>(value); };
  const double steps = real(ceilDivide(shape.totalTiles(), s.tiles)),
               blocks = steps * real(blockCount(s.column_split));
  const int64_t channels = largestBlock(s.column_split), vector = shape.patch.vector_bytes;
  const double groups = real(ceilDivide(problem.out_channels, vector)) * real(shape.totalTiles());
  const double turned = groups * real(vector * (shape.patch.columns / parameters.vector_lanes) +
                                      shape.patch.parameter_rows + 6 + shape.patch.columns);
  const double streams = real(std::max(channels, shape.patch.rows / shape.patch.words_per_cycle));
  const double matrix =
      real(shape.totalTiles() * shape.tap_tiles) * streams * real(blockCount(s.column_split));
  const double latency = real(parameters.memory_latency_cycles) + 20;
  double total = std::max(turned, matrix) + 20 * blocks;
  if (s.window_slots == 1)
    total += steps * latency;
  if (s.accumulator_slots == 1)
    total += turned;
  if (s.output_slots == 1)
    total += blocks * latency;
  // The first step's loads and the last one's output are seen.
  return total + (matrix + turned) / steps;
}

std::vector<Candidate> WindowSearch::candidates() const {
  std::vector<Candidate> list;
  const int64_t columnTiles = shape.patch.columnTiles(problem.out_channels);
  for (int64_t parts : {int64_t{1}, int64_t{2}, int64_t{4}, ceilDivide(columnTiles, 4), columnTiles}) {
    WindowSchedule s;
    s.column_split = evenSplit(problem.out_channels, shape.patch.columns, std::min(parts, columnTiles));
    const int64_t most = std::min(
        {shape.totalTiles(), kMaxTilesOfStep, parameters.accumulatorWords() / largestBlock(s.column_split)});
    for (int64_t tiles = 1; tiles <= most; ++tiles) {
      s.tiles = tiles;
      if (fit(s))
        list.push_back({cost(s), s});
    }
  }
  std::stable_sort(list.begin(), list.end());
  if (list.size() > kTimed)
    list.resize(kTimed);
  return list;
}

Result<ConvSchedule> WindowSearch::run() {
  using Code = std::optional<std::vector<Instruction>>;
  const auto found = fastest(candidates(), parameters, [&](const WindowSchedule &schedule) -> Code {
    const Result<WindowPlacement> placement = placeWindows(problem, shape, schedule, parameters);
    if (!placement)
      return std::nullopt;
    return WindowEmitter(problem, shape, schedule, *placement, distantAddresses(problem), parameters).emit();
  });
  if (found) {
    ConvSchedule best;
    best.mapping = ConvMapping::Windows;
    best.window = found->schedule;
    best.predicted_cycles = found->cycles;
    return best;
  }
  return Error{ErrorKind::Usage, "weights and windows of one tile do not fit into the scratchpad of " +
                                     std::to_string(parameters.scratchpad_size_bytes) +
                                     " bytes of machine \"" + parameters.name + "\""};
}

} // namespace

Result<ConvSchedule> searchWindows(const ConvProblem &problem, const Parameters &parameters) {
  if (Status s = checkWindowMapping(problem, parameters); !s)
    return s.error();
  return WindowSearch(problem, parameters).run();
}

} // namespace lockstep
