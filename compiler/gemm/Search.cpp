// Exhaustive search: every candidate is estimated, the best ones are timed as programs, the best of these
// refined.
#include "compiler/gemm/Candidates.h"
#include "compiler/gemm/Emitter.h"
#include "compiler/gemm/Estimate.h"
#include "compiler/gemm/GemmScheduler.h"
#include "compiler/gemm/Splits.h"
#include "compiler/gemm/TimingModel.h"

#include <algorithm>
#include <limits>

namespace lockstep {

uint64_t boundCycles(const GemmProblem &p, const Parameters &machine) {
  using Wide = __int128; // m n k may have 72 bits
  const auto cycles = [](Wide work, Wide perCycle) { return (work + perCycle - 1) / perCycle; };
  const Wide outputBytes = elementBytes(p.output);
  const Wide compute = cycles(Wide{p.m} * p.n * p.k, machine.array_rows * machine.array_columns);
  const Wide in = cycles(Wide{p.m} * p.k + Wide{p.k} * p.n, machine.memory_read_bytes_per_cycle);
  const Wide out = cycles(Wide{p.m} * p.n * outputBytes, machine.memory_write_bytes_per_cycle);
  return static_cast<uint64_t>(std::max({compute, in, out}));
}

namespace {

/// Timing costs more for longer runs, and begin and end matter less for them.
struct Effort {
  size_t timed, refined;
  bool both_codes; // every candidate in straight line, too
};
Effort effortFor(const GemmProblem &problem, const Parameters &parameters) {
  const uint64_t bound = boundCycles(problem, parameters);
  if (parameters.memory_model == MemoryModelKind::Dram) // the estimate does not know of its rows
    return {bound < 2000000 ? size_t{160} : size_t{40}, 2, false};
  if (bound < 5000)
    return {1500, 12, true};
  if (bound < 20000)
    return {400, 8, true};
  if (bound < 200000)
    return {120, 4, false};
  if (bound < 2000000)
    return {40, 3, false};
  if (bound < 10000000)
    return {40, 1, false};
  return {24, 0, false};
}

constexpr int64_t kMaxUnrolledChunks = 48;

int64_t chunksOf(const GemmSchedule &s) {
  return blockCount(s.stream_split) * blockCount(s.column_split) * blockCount(s.reduction_split);
}

struct Estimated {
  double cycles;
  GemmSchedule schedule;
  bool operator<(const Estimated &other) const { return cycles < other.cycles; }
};

/// The search for one problem. Roles by stationary operand; empty where the machine cannot.
class GemmSearch {
public:
  GemmSearch(const GemmProblem &problem, const Parameters &parameters)
      : problem(problem), parameters(parameters), effort(effortFor(problem, parameters)) {}

  /// Only schedules with that operand stationary, and only the one with the best estimate.
  GemmSearch(const GemmProblem &problem, const Parameters &parameters, bool stationaryIsA)
      : problem(problem), parameters(parameters), effort{1, 0, false}, orientations{stationaryIsA} {}

  std::vector<Estimated> run() {
    Program program;
    addresses = layOutGemm(problem, program);
    for (bool stationaryIsA : orientations)
      if (Result<GemmRoles> assigned = assignRoles(problem, stationaryIsA)) {
        roles[stationaryIsA] = *assigned;
        collect(roles[stationaryIsA]);
      }
    for (const Estimated &candidate : estimated)
      timeInAllCodes(candidate.schedule);
    sortTimed();
    refine();
    return timed;
  }

private:
  void collect(const GemmRoles &assigned);
  void timeInAllCodes(const GemmSchedule &schedule);
  bool time(GemmSchedule schedule);
  void refine();
  void sortTimed();
  std::vector<GemmSchedule> variants(const GemmSchedule &schedule) const;
  std::vector<GemmSchedule> codeVariants(const GemmSchedule &schedule) const;
  bool refit(GemmSchedule &schedule) const;

  const GemmProblem &problem;
  const Parameters &parameters;
  const Effort effort;
  const std::vector<bool> orientations = {false, true};
  GemmAddresses addresses;
  std::array<GemmRoles, 2> roles;
  std::vector<Estimated> estimated; // best first
  std::vector<Estimated> timed;     // cycles are predicted ones and burden
  uint64_t best_cycles = std::numeric_limits<uint64_t>::max() / 4;
};

/// Keeps the best estimates of each kind of stationary operand, ordered.
void GemmSearch::collect(const GemmRoles &assigned) {
  const Estimate estimate(problem, assigned, parameters);
  std::vector<Estimated> heap;
  Candidates(problem, assigned, parameters).forEach([&](const GemmSchedule &schedule) {
    const double time = estimate.cycles(schedule), cycles = time + estimate.burden(schedule, time);
    if (heap.size() == effort.timed && cycles >= heap.front().cycles)
      return;
    if (heap.size() == effort.timed) {
      std::pop_heap(heap.begin(), heap.end());
      heap.pop_back();
    }
    heap.push_back({cycles, schedule});
    std::push_heap(heap.begin(), heap.end());
  });
  estimated.insert(estimated.end(), heap.begin(), heap.end());
  std::stable_sort(estimated.begin(), estimated.end());
  if (estimated.size() > effort.timed)
    estimated.resize(effort.timed);
}

/// Late output matters where blocks have few chunks, straight code in short runs.
void GemmSearch::timeInAllCodes(const GemmSchedule &schedule) {
  time(schedule);
  GemmSchedule other = schedule;
  other.late_output = true;
  if (blockCount(schedule.reduction_split) <= 2)
    time(other);
  other = schedule;
  other.unrolled = true;
  if (effort.both_codes && chunksOf(schedule) <= kMaxUnrolledChunks)
    time(other);
}

/// Returns whether the schedule was timed to its end.
bool GemmSearch::time(GemmSchedule schedule) {
  const GemmRoles &assigned = roles[schedule.stationary_is_a];
  const Result<Placement> placement = placeGemm(problem, assigned, schedule, parameters);
  if (!placement)
    return false;
  const std::vector<Instruction> code =
      GemmEmitter(problem, assigned, schedule, *placement, addresses, parameters).emit();
  const uint64_t limit = best_cycles + best_cycles / 32 + 200;
  schedule.predicted_cycles = predictCycles(parameters, code, limit);
  if (schedule.predicted_cycles > limit)
    return false;
  for (const Instruction &instruction : code)
    if (!encode(instruction))
      return false;
  best_cycles = std::min(best_cycles, schedule.predicted_cycles);
  schedule.bound_cycles = boundCycles(problem, parameters);
  schedule.scratchpad_peak_words = placement->scratchpad_words;
  schedule.scratchpad_peak_banks = placement->scratchpad_banks;
  schedule.accumulator_peak_words = placement->accumulator_words;
  schedule.accumulator_peak_banks = placement->accumulator_banks;
  const auto cycles = static_cast<double>(schedule.predicted_cycles);
  const double burden = Estimate(problem, assigned, parameters).burden(schedule, cycles);
  timed.push_back({cycles + burden, std::move(schedule)});
  return true;
}

void GemmSearch::sortTimed() { std::stable_sort(timed.begin(), timed.end()); }

void GemmSearch::refine() {
  const std::vector<Estimated> seeds(
      timed.begin(), timed.begin() + static_cast<long>(std::min(effort.refined, timed.size())));
  for (const Estimated &seed : seeds)
    for (const GemmSchedule &variant : variants(seed.schedule))
      time(variant);
  sortTimed();
  const std::vector<Estimated> best(
      timed.begin(), timed.begin() + static_cast<long>(std::min(effort.refined, timed.size()) + 2) / 3);
  for (const Estimated &seed : best)
    for (const GemmSchedule &variant : codeVariants(seed.schedule))
      time(variant);
  sortTimed();
}

bool GemmSearch::refit(GemmSchedule &schedule) const {
  return Candidates(problem, roles[schedule.stationary_is_a], parameters).fitSlots(schedule);
}

/// Other ends and begins: tapered blocks, output in pieces, first chunks that are small.
std::vector<GemmSchedule> GemmSearch::variants(const GemmSchedule &seed) const {
  std::vector<GemmSchedule> list;
  for (int64_t columnParts : {1, 2, 3})
    for (int64_t streamParts : {1, 2})
      for (int64_t pieces : {1, 2, 4}) {
        GemmSchedule s = seed;
        s.column_split = taperedSplit(seed.column_split, parameters.array_columns, columnParts);
        s.stream_split = taperedSplit(seed.stream_split, 16, streamParts);
        s.output_pieces = pieces;
        if (refit(s))
          list.push_back(s);
      }
  return list;
}

std::vector<GemmSchedule> GemmSearch::codeVariants(const GemmSchedule &seed) const {
  std::vector<GemmSchedule> list;
  for (bool late : {false, true})
    for (bool unrolled : {false, true})
      for (bool peeled : {false, true})
        for (int64_t parts : {1, 2, 3}) {
          GemmSchedule s = seed;
          s.late_output = late;
          s.unrolled = unrolled;
          s.peeled_start = peeled;
          s.reduction_split = risingSplit(seed.reduction_split, parameters.array_rows, parts);
          if ((unrolled && (peeled || chunksOf(s) > kMaxUnrolledChunks)) || !refit(s))
            continue;
          list.push_back(s);
        }
  return list;
}

/// Estimates and fetches know `fixed` memory only: `dram` is taken for one with the latency of a closed row.
Parameters withDramLatency(Parameters machine) {
  if (machine.memory_model != MemoryModelKind::Dram)
    return machine;
  const int64_t ticks = machine.dram_t_rcd + machine.dram_cl + machine.dram_access_ticks;
  machine.memory_latency_cycles =
      2 * machine.dram_controller_cycles + ceilDivide(ticks * machine.clock_core_mhz, machine.dram_clock_mhz);
  return machine;
}

std::vector<Estimated> search(const GemmProblem &problem, const Parameters &parameters) {
  const Parameters machine = withDramLatency(parameters);
  return GemmSearch(problem, machine).run();
}

Status checkInputs(const GemmProblem &problem, const Parameters &parameters) {
  if (Status s = checkGemmProblem(problem); !s)
    return s;
  return checkParameters(parameters);
}

/// The kind of a schedule: candidates of the same kind differ in sizes only.
std::string kindOf(const GemmSchedule &s) {
  std::string kind;
  for (bool flag : {s.stationary_is_a, s.columns_outer, s.unrolled, s.peeled_start})
    kind += flag ? '1' : '0';
  for (Residency residency : {s.streamed_residency, s.stationary_residency})
    kind += static_cast<char>('a' + static_cast<int>(residency));
  for (int64_t size :
       {largestBlock(s.stream_split), largestBlock(s.column_split), largestBlock(s.reduction_split)})
    kind += "/" + std::to_string(size);
  return kind;
}

Error noSchedule(const GemmProblem &problem, const Parameters &parameters) {
  return Error{ErrorKind::Usage,
               "GEMM: no schedule of " + std::to_string(problem.m) + " x " + std::to_string(problem.n) +
                   " x " + std::to_string(problem.k) + " fits into the scratchpad of " +
                   std::to_string(parameters.scratchpad_size_bytes) + " bytes and the accumulator of " +
                   std::to_string(parameters.accumulator_size_bytes) + " bytes of machine \"" +
                   parameters.name + "\"."};
}

} // namespace

std::vector<GemmSchedule> bestSchedules(const GemmProblem &problem, const Parameters &parameters,
                                        size_t count) {
  std::vector<GemmSchedule> list;
  if (!checkInputs(problem, parameters))
    return list;
  std::vector<std::string> kinds;
  for (const auto &[cycles, schedule] : search(problem, parameters)) {
    const std::string kind = kindOf(schedule);
    if (list.size() == count || std::find(kinds.begin(), kinds.end(), kind) != kinds.end())
      continue;
    kinds.push_back(kind);
    list.push_back(schedule);
  }
  return list;
}

Result<GemmSchedule> scheduleGemm(const GemmProblem &problem, const Parameters &parameters) {
  if (Status s = checkInputs(problem, parameters); !s)
    return s.error();
  const std::vector<Estimated> list = search(problem, parameters);
  if (!list.empty())
    return list.front().schedule;
  return noSchedule(problem, parameters);
}

Result<GemmSchedule> scheduleGemmWith(bool stationaryIsA, const GemmProblem &problem,
                                      const Parameters &parameters) {
  if (Status s = checkInputs(problem, parameters); !s)
    return s.error();
  if (const Result<GemmRoles> roles = assignRoles(problem, stationaryIsA); !roles)
    return roles.error();
  const std::vector<Estimated> list = GemmSearch(problem, withDramLatency(parameters), stationaryIsA).run();
  if (!list.empty())
    return list.front().schedule;
  return noSchedule(problem, parameters);
}

} // namespace lockstep
