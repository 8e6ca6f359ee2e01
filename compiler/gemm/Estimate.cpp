#include "compiler/gemm/Estimate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lockstep {
namespace {

/// Pieces of `size` bytes that a row touches, averaged over where rows begin.
double piecesTouched(double bytes, int64_t stride, int64_t size) {
  const auto step = static_cast<double>(std::gcd(std::max<int64_t>(stride, 1), size));
  const auto whole = static_cast<double>(size);
  return (std::ceil(bytes / step) * step + whole - step) / whole;
}

/// Rows of which the last beat completes two words, as a part of all rows: the back end takes a cycle more
/// for them.
double doubleEnds(int64_t bytes, int64_t stride, int64_t chunk, int64_t beat) {
  const int64_t rest = bytes % chunk;
  if (rest == 0 || bytes < chunk || chunk < beat)
    return 0;
  const int64_t step = std::gcd(std::max<int64_t>(stride, 1), beat);
  int64_t ends = 0;
  for (int64_t offset = 0; offset < beat; offset += step)
    ends += (offset + bytes - 1) % beat + 1 > rest;
  return static_cast<double>(ends * step) / static_cast<double>(beat);
}

constexpr double kLoadBurden = 0.005, kDramLoadBurden = 0.05, kInstructionBurden = 1, kMostBurden = 0.002;
constexpr double kSequencerCycles = 2, kChunkInstructions = 8, kBlockInstructions = 10;

} // namespace

Estimate::Estimate(const GemmProblem &problem, const GemmRoles &roles, const Parameters &parameters)
    : problem(problem), roles(roles), parameters(parameters), shape(problem, roles, parameters) {}

/// The slowest of beats, words, requests, and bursts in flight against latency.
double Estimate::rowsCycles(double rows, double bytes, int64_t stride, int64_t chunk) const {
  if (stride == static_cast<int64_t>(bytes) && static_cast<int64_t>(bytes) % chunk == 0) {
    bytes *= rows;
    rows = 1;
    stride = parameters.memory_burst_bytes;
  }
  const double beats = piecesTouched(bytes, stride, parameters.memory_read_bytes_per_cycle);
  const double bursts = piecesTouched(bytes, stride, parameters.memory_burst_bytes);
  const double words = std::ceil(bytes / static_cast<double>(chunk));
  const double flight = static_cast<double>(parameters.memory_latency_cycles) + beats / bursts + 2;
  double limited = bursts * flight / static_cast<double>(parameters.memory_read_bursts_in_flight);
  if (parameters.memory_model == MemoryModelKind::Dram)
    limited = std::max(limited, dramRowCycles(bytes, stride));
  const double ends =
      doubleEnds(static_cast<int64_t>(bytes), stride, chunk, parameters.memory_read_bytes_per_cycle);
  return rows * std::max({beats + ends, words, bursts, limited});
}

/// Short rows that are far apart meet one bank group or need a row of the DRAM each.
double Estimate::dramRowCycles(double bytes, int64_t stride) const {
  const auto &p = parameters;
  const double toCycles = static_cast<double>(p.clock_core_mhz) / static_cast<double>(p.dram_clock_mhz);
  const bool oneGroup = stride % (p.dram_access_bytes * p.dram_bank_groups) == 0;
  const double accesses = piecesTouched(bytes, stride, p.dram_access_bytes);
  const double columns =
      accesses * static_cast<double>(oneGroup && accesses <= 1 ? p.dram_t_ccd_l : p.dram_access_ticks);
  const bool newRow = stride * p.dram_banks_per_group >= p.dram_row_bytes * p.dram_bank_groups &&
                      static_cast<double>(stride) > bytes;
  return toCycles * (columns + (newRow ? static_cast<double>(p.dram_t_rrd + p.dram_t_ccd_l) : 0));
}

double Estimate::streamedCycles(double streams, double reduction) const {
  if (!roles.streamed_turned)
    return rowsCycles(streams, reduction, roles.streamed_stream_stride,
                      std::min<int64_t>(shape.rows, roles.reduction));
  const double width = std::min(streams, static_cast<double>(parameters.memory_burst_bytes));
  const double loads = rowsCycles(reduction, width, roles.streamed_reduction_stride, shape.vector_bytes);
  const double drains = width * std::ceil(reduction / static_cast<double>(shape.rows));
  return std::max(loads, drains) * std::max(1.0, streams / width);
}

double Estimate::stationaryCycles(double columns, double reduction) const {
  if (roles.transpose_stationary)
    return rowsCycles(columns, reduction, roles.stationary_column_stride,
                      std::min<int64_t>(shape.rows, roles.reduction));
  return rowsCycles(reduction, columns, roles.stationary_reduction_stride,
                    std::min<int64_t>(shape.columns, roles.columns));
}

double Estimate::storeCycles(double streams, double columns) const {
  const auto bytes = static_cast<double>(elementBytes(problem.output));
  double rows = streams, row = columns * bytes;
  int64_t stride = roles.output_stream_stride * static_cast<int64_t>(bytes);
  double wordBytes = std::min(bytes * static_cast<double>(shape.columns),
                              static_cast<double>(bytes > 1 ? shape.vector_bytes : shape.columns));
  if (roles.transposed_output) {
    rows = columns, row = streams;
    stride = roles.output_column_stride;
    wordBytes = static_cast<double>(shape.vector_bytes);
  }
  if (static_cast<double>(stride) == row) { // one long row
    wordBytes = std::min(wordBytes, row);
    row *= rows, rows = 1, stride = parameters.memory_burst_bytes;
  }
  const double beats = piecesTouched(row, stride, parameters.memory_write_bytes_per_cycle);
  const double bursts = piecesTouched(row, stride, parameters.memory_burst_bytes);
  const double flight = static_cast<double>(parameters.memory_latency_cycles) + beats / bursts + 4;
  const double limited = bursts * flight / static_cast<double>(parameters.memory_write_bursts_in_flight);
  return rows * std::max({beats, std::ceil(row / wordBytes), limited});
}

double Estimate::vectorCycles(double streams, double columns) const {
  const double tiles = std::ceil(columns / static_cast<double>(shape.columns));
  const double rescale = static_cast<double>(shape.columns / parameters.vector_lanes);
  const double row = std::max(rescale, static_cast<double>(shape.output_words));
  double perTile = streams * row + static_cast<double>(shape.parameter_rows);
  if (roles.transposed_output)
    perTile += std::ceil(streams / static_cast<double>(shape.vector_bytes)) *
               (6 + static_cast<double>(shape.columns + shape.parameter_rows));
  return tiles * perTile + 6;
}

Estimate::Work Estimate::workOf(const GemmSchedule &s) const {
  const double streams = static_cast<double>(roles.streams) / static_cast<double>(blockCount(s.stream_split));
  const double columns = static_cast<double>(roles.columns) / static_cast<double>(blockCount(s.column_split));
  const double chunks = static_cast<double>(blockCount(s.reduction_split));
  const double reduction = static_cast<double>(largestBlock(s.reduction_split));
  const double fullChunks = static_cast<double>(roles.reduction) / reduction;
  const int64_t words = roles.transpose_stationary ? std::min(shape.columns, roles.columns)
                                                   : std::min(shape.rows, roles.reduction);
  const double load = static_cast<double>(ceilDivide(words, parameters.weightWordsPerCycle()));
  const double tiles = static_cast<double>(shape.columnTiles(roles.columns)) /
                       static_cast<double>(blockCount(s.column_split)) *
                       static_cast<double>(shape.reductionTiles(roles.reduction));
  Work work;
  work.streamed = fullChunks * streamedCycles(streams, reduction);
  work.stationary = fullChunks * stationaryCycles(columns, reduction);
  work.matrix = tiles * std::max(streams, load);
  work.vector = vectorCycles(streams, columns);
  work.store = storeCycles(streams, columns);
  work.parameters = static_cast<double>(shape.parameter_rows) * 4 *
                    (roles.channels_are_streams ? streams : columns) /
                    static_cast<double>(parameters.memory_read_bytes_per_cycle);
  work.sequencer = kSequencerCycles * (chunks * kChunkInstructions + kBlockInstructions);
  return work;
}

namespace {

struct LoopCounts {
  double outer, inner;
};
LoopCounts loopCounts(const GemmSchedule &s) {
  const auto columns = static_cast<double>(blockCount(s.column_split));
  const auto streams = static_cast<double>(blockCount(s.stream_split));
  return s.columns_outer ? LoopCounts{columns, streams} : LoopCounts{streams, columns};
}

/// How often all chunks of an operand are loaded.
double timesLoaded(Residency residency, const LoopCounts &counts) {
  return residency == Residency::Chunk   ? counts.outer * counts.inner
         : residency == Residency::Panel ? counts.outer
                                         : counts.inner;
}

} // namespace

double Estimate::burden(const GemmSchedule &s, double cycles) const {
  const Work work = workOf(s);
  const LoopCounts counts = loopCounts(s);
  const double blocks = counts.outer * counts.inner,
               chunks = static_cast<double>(blockCount(s.reduction_split));
  const double streamed = timesLoaded(s.streamed_residency, counts);
  const double stationary = timesLoaded(s.stationary_residency, counts);
  const double instructions =
      chunks * (streamed + stationary + blocks) + 2 * blocks * static_cast<double>(s.output_pieces);
  const double perLoad = parameters.memory_model == MemoryModelKind::Dram ? kDramLoadBurden : kLoadBurden;
  const double loads = perLoad * (streamed * work.streamed + stationary * work.stationary);
  return loads + std::min(kInstructionBurden * instructions, kMostBurden * cycles);
}

/// Blocks differ in what they load: those of the first outer and the first inner iteration load more.
double Estimate::phases(const GemmSchedule &s, const Work &work) const {
  const auto [outer, inner] = loopCounts(s);
  const auto active = [](Residency residency, bool firstOuter, bool firstInner) {
    return residency == Residency::Chunk || (residency == Residency::Panel && firstInner) ||
           (residency == Residency::Whole && firstOuter);
  };
  double total = 0;
  for (bool firstOuter : {true, false})
    for (bool firstInner : {true, false}) {
      const double count = (firstOuter ? 1 : outer - 1) * (firstInner ? 1 : inner - 1);
      const double load = active(s.streamed_residency, firstOuter, firstInner) * work.streamed +
                          active(s.stationary_residency, firstOuter, firstInner) * work.stationary +
                          active(s.parameter_residency, firstOuter, firstInner) * work.parameters;
      total += count * overlapped(s, load, work, outer * inner);
    }
  return total;
}

/// Units work at the same time unless a ring with a single place makes one wait for the other.
double Estimate::overlapped(const GemmSchedule &s, double load, const Work &work, double blocks) const {
  if (s.serial)
    return load + work.matrix + work.vector + work.store;
  const double latency = static_cast<double>(parameters.memory_latency_cycles);
  const bool oneChunk = s.streamed_slots == 1 || s.stationary_slots == 1;
  const double computed =
      work.matrix + (oneChunk ? load : 0) + (s.accumulator_slots == 1 && blocks > 1 ? work.vector + 16 : 0);
  const double written = work.vector + (s.output_slots == 1 && blocks > 1 ? work.store + latency : 0);
  return std::max({load, computed, written, work.store, work.sequencer});
}

double Estimate::cycles(const GemmSchedule &s) const {
  const Work work = workOf(s);
  const double chunks = static_cast<double>(blockCount(s.reduction_split));
  const double latency = static_cast<double>(parameters.memory_latency_cycles);
  const double head = 2 * latency + 64 + (work.streamed + work.stationary) / chunks;
  const double lastLoad =
      s.streamed_residency == Residency::Chunk || s.stationary_residency == Residency::Chunk;
  const double tail = lastLoad * std::min(work.matrix, work.stationary + work.streamed) / chunks +
                      work.vector + work.store / static_cast<double>(s.output_pieces) + latency + 20;
  return head + phases(s, work) + tail;
}

} // namespace lockstep
