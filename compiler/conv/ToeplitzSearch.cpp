// Few decisions: blocks and rows of a step, channels of a group. The best estimates are timed as programs.
#include "compiler/conv/ToeplitzSearch.h"

#include "compiler/conv/CandidateSearch.h"
#include "compiler/conv/ToeplitzEmitter.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr size_t kTimed = 12;
constexpr int64_t kMaxSlots = 4;

double real(int64_t value) { return static_cast<double>(value); }

using Candidate = CostedSchedule<ToeplitzSchedule>;

class ToeplitzSearch {
public:
  ToeplitzSearch(const ConvProblem &problem, const Parameters &parameters)
      : problem(problem), parameters(parameters), shape(problem, parameters) {}

  Result<ConvSchedule> run();

private:
  bool fit(ToeplitzSchedule &schedule) const;
  bool grow(ToeplitzSchedule &schedule, int64_t ToeplitzSchedule::*slots, int64_t most) const;
  double cost(const ToeplitzSchedule &schedule) const;
  std::vector<Candidate> candidates() const;

  const ConvProblem &problem;
  const Parameters &parameters;
  ToeplitzShape shape;
};

bool ToeplitzSearch::grow(ToeplitzSchedule &schedule, int64_t ToeplitzSchedule::*slots, int64_t most) const {
  return growRing(schedule, slots, most, [&](const ToeplitzSchedule &grown) {
    return bool(placeToeplitz(problem, shape, grown, parameters));
  });
}

bool ToeplitzSearch::fit(ToeplitzSchedule &s) const {
  s.weight_slots = s.position_slots = s.accumulator_slots = s.output_slots = 1;
  if (!placeToeplitz(problem, shape, s, parameters))
    return false;
  grow(s, &ToeplitzSchedule::position_slots, 2);
  grow(s, &ToeplitzSchedule::output_slots, 2);
  grow(s, &ToeplitzSchedule::accumulator_slots, 2);
  if (s.channels < shape.channels)
    grow(s, &ToeplitzSchedule::weight_slots, 2);
  grow(s, &ToeplitzSchedule::accumulator_slots, 3);
  while (grow(s, &ToeplitzSchedule::position_slots, kMaxSlots) |
         grow(s, &ToeplitzSchedule::output_slots, kMaxSlots)) {
  }
  return true;
}

/// The slowest unit's cycles, more where a ring has one slot only.
double ToeplitzSearch::cost(const ToeplitzSchedule &s) const {
  const std::vector<ToeplitzStep> steps = shape.steps(problem, s);
  const double beats = std::max(1.0, real(s.channels) / real(parameters.memory_read_bytes_per_cycle));
  const double flight =
      (real(parameters.memory_latency_cycles) + beats + 2) / real(parameters.memory_read_bursts_in_flight);
  double matrix = 0, load = 0, streams = 0;
  for (const ToeplitzStep &step : steps) {
    matrix += real(shape.channels * problem.kernel_height * std::max(step.streams(), shape.lanes));
    load += real(shape.patch.vertical.length(step.rows) * step.range.count) *
            std::max(real(shape.lanes) * std::max(beats, flight), real(s.channels));
    streams += real(step.streams());
  }
  const double channelBlocks = real(ceilDivide(shape.channels, shape.block_channels));
  const double vector = streams * channelBlocks * real(shape.block_channels + 7 + shape.patch.columns);
  load = load * real(ceilDivide(shape.channels, s.channels)) +
         real(2 * shape.channels * problem.kernel_height * shape.tile_words);
  const double latency = real(parameters.memory_latency_cycles) + 20,
               numSteps = real(static_cast<int64_t>(steps.size()));
  double total = std::max({matrix, load, vector});
  if (s.position_slots == 1)
    total += load + numSteps * latency;
  if (s.accumulator_slots == 1)
    total += vector;
  if (s.output_slots == 1)
    total += numSteps * channelBlocks * latency;
  return total + (load + vector) / numSteps;
}

std::vector<Candidate> ToeplitzSearch::candidates() const {
  std::vector<Candidate> list;
  const int64_t height = problem.outHeight(), unit = shape.block_channels;
  for (int64_t channels = unit;
       channels <= std::min(parameters.memory_burst_bytes, roundUp(shape.channels, unit)); channels += unit)
    for (int64_t parts = 1; parts <= shape.blocks; parts *= 2)
      for (int64_t rowParts = 1; rowParts <= height; ++rowParts) {
        ToeplitzSchedule s;
        s.channels = channels;
        s.blocks = ceilDivide(shape.blocks, parts);
        s.rows = ceilDivide(height, rowParts);
        if (rowParts > 1 && ceilDivide(height, rowParts - 1) == s.rows)
          continue;
        if (fit(s))
          list.push_back({cost(s), s});
      }
  std::stable_sort(list.begin(), list.end());
  if (list.size() > kTimed)
    list.resize(kTimed);
  return list;
}

Result<ConvSchedule> ToeplitzSearch::run() {
  using Code = std::optional<std::vector<Instruction>>;
  const auto found = fastest(candidates(), parameters, [&](const ToeplitzSchedule &schedule) -> Code {
    const Result<ToeplitzPlacement> placement = placeToeplitz(problem, shape, schedule, parameters);
    if (!placement)
      return std::nullopt;
    return ToeplitzEmitter(problem, shape, schedule, *placement, distantAddresses(problem)).emit();
  });
  if (found) {
    ConvSchedule best;
    best.mapping = ConvMapping::Toeplitz;
    best.toeplitz = found->schedule;
    best.predicted_cycles = found->cycles;
    return best;
  }
  return Error{ErrorKind::Usage,
               "the banded weights of a block of channels do not fit into the scratchpad of " +
                   std::to_string(parameters.scratchpad_size_bytes) + " bytes of machine \"" +
                   parameters.name + "\""};
}

} // namespace

Result<ConvSchedule> searchToeplitz(const ConvProblem &problem, const Parameters &parameters) {
  if (Status s = checkToeplitzMapping(problem, parameters); !s)
    return s.error();
  return ToeplitzSearch(problem, parameters).run();
}

} // namespace lockstep
