#include "compiler/conv/PatchEstimate.h"

#include "compiler/gemm/Placement.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lockstep {
namespace {

double real(int64_t value) { return static_cast<double>(value); }

/// Pieces of `size` bytes that a row touches, averaged over where rows begin.
double piecesTouched(double bytes, int64_t stride, int64_t size) {
  const double step = real(std::gcd(stride, size));
  return (std::ceil(bytes / step) * step + real(size) - step) / real(size);
}

constexpr double kLoadBurden = 0.005, kDramLoadBurden = 0.05, kMostBurden = 0.001;

double times(Residency residency, double outer, double inner) {
  return residency == Residency::Chunk ? outer * inner : residency == Residency::Panel ? outer : inner;
}

} // namespace

/// The slowest of beats, words, requests, and bursts in flight against latency.
double PatchEstimate::rowCycles(double bytes, int64_t stride, int64_t word) const {
  const double beats = piecesTouched(bytes, stride, parameters.memory_read_bytes_per_cycle);
  const double bursts = piecesTouched(bytes, stride, parameters.memory_burst_bytes);
  const double flight = real(parameters.memory_latency_cycles) + beats / bursts + 2;
  const double limited = bursts * flight / real(parameters.memory_read_bursts_in_flight);
  return std::max({beats, std::ceil(bytes / real(word)), bursts, limited, dramCycles(bytes, stride)});
}

/// What a row takes of the DRAM's data bus: whole accesses. 0 on `fixed` memory.
double PatchEstimate::dramCycles(double bytes, int64_t stride) const {
  if (parameters.memory_model != MemoryModelKind::Dram)
    return 0;
  const double toCycles = real(parameters.clock_core_mhz) / real(parameters.dram_clock_mhz);
  return piecesTouched(bytes, stride, parameters.dram_access_bytes) * real(parameters.dram_access_ticks) *
         toCycles;
}

/// Reads and writes share the bus of the DRAM. 0 on `fixed` memory.
double PatchEstimate::busCycles(const PatchSchedule &s) const {
  if (parameters.memory_model != MemoryModelKind::Dram)
    return 0;
  const Work work = workOf(s);
  const Loops loops = loopsOf(s);
  return real(shape.group_count) * (times(s.patch_residency, loops.outer, loops.inner) * work.patch +
                                    times(s.weight_residency, loops.outer, loops.inner) * work.weights +
                                    loops.outer * loops.inner * work.store);
}

/// Bytes loaded are a margin where memory is slower than promised; instructions cost time to simulate.
double PatchEstimate::burden(const PatchSchedule &s, double cycles) const {
  const Work work = workOf(s);
  const Loops loops = loopsOf(s);
  const double blocks = loops.outer * loops.inner;
  const double loads = times(s.patch_residency, loops.outer, loops.inner) * work.patch +
                       times(s.weight_residency, loops.outer, loops.inner) * work.weights;
  const double perLoad = parameters.memory_model == MemoryModelKind::Dram ? kDramLoadBurden : kLoadBurden;
  return real(shape.group_count) * perLoad * (loads + blocks * work.store) +
         std::min(real(shape.group_count) * blocks * (3 * loops.chunks + 4), kMostBurden * cycles);
}

/// All chunks of a block's patch: rows of the image, and fills where there is no image.
double PatchEstimate::patchCycles(const PatchSchedule &s) const {
  const double blockRows = real(problem.outHeight()) / real(blockCount(s.row_split));
  const double blockColumns = real(problem.outWidth()) / real(blockCount(s.pixel_split));
  const auto length = [](const PatchAxis &axis, double outputs) {
    return (outputs - 1) * real(axis.output) + real((axis.taps - 1) * axis.tap) + 1;
  };
  const double height = length(shape.vertical, blockRows), width = length(shape.horizontal, blockColumns);
  const double rows = std::min(height, real(problem.in_height) / real(shape.vertical.step));
  const double pixels = std::min(width, real(problem.in_width) / real(shape.horizontal.step));
  const int64_t chunk = largestBlock(s.reduction_split);
  const double chunks = real(shape.channels) / real(chunk);
  const double tiles = real(shape.channelTiles(chunk));
  const double fills = (height * width - rows * pixels) * tiles * std::ceil(chunks);
  const bool joins = chunk == shape.input_pitch * shape.horizontal.step;
  const double perRow =
      joins ? rowCycles(pixels * real(chunk), shape.input_pitch * problem.in_width * shape.vertical.step,
                        std::min(chunk, shape.rows))
            : pixels * rowCycles(real(chunk), shape.input_pitch * shape.horizontal.step, shape.rows);
  return chunks * rows * perRow + fills;
}

double PatchEstimate::storeCycles(double pixels, double outputs) const {
  const double bytes = outputs * real(shape.output_bytes);
  const bool joins = bytes == real(shape.output_pitch);
  const double beats =
      joins ? bytes / real(parameters.memory_write_bytes_per_cycle)
            : piecesTouched(bytes, shape.output_pitch, parameters.memory_write_bytes_per_cycle);
  const double bursts = joins ? bytes / real(parameters.memory_burst_bytes)
                              : piecesTouched(bytes, shape.output_pitch, parameters.memory_burst_bytes);
  const double flight = real(parameters.memory_latency_cycles) + beats / bursts + 4;
  const double limited = bursts * flight / real(parameters.memory_write_bursts_in_flight);
  const double words = std::ceil(outputs / real(shape.columns)) * real(shape.output_words);
  return pixels * std::max({beats, words, limited, joins ? 0 : dramCycles(bytes, shape.output_pitch)});
}

PatchEstimate::Work PatchEstimate::workOf(const PatchSchedule &s) const {
  const double pixels = real(problem.outHeight() * problem.outWidth()) /
                        real(blockCount(s.row_split) * blockCount(s.pixel_split));
  const double blocks = real(blockCount(s.column_split));
  const double columnTiles = real(shape.columnTiles(shape.outputs)) / blocks;
  double channelTiles = 0;
  for (const BlockRun &run : s.reduction_split)
    channelTiles += real(run.count * shape.channelTiles(run.size));
  const double tiles = columnTiles * channelTiles * real(shape.kernel_height * shape.kernel_width);
  const int64_t pitch = shape.tilePitch(std::min(shape.channels, shape.rows));
  const double load = std::ceil(real(pitch) / real(shape.words_per_cycle));
  const double rescale = real(shape.columns / parameters.vector_lanes);
  Work work;
  work.patch = patchCycles(s);
  work.weights =
      tiles * real(pitch) * std::max(1.0, real(shape.columns) / real(parameters.memory_read_bytes_per_cycle));
  work.parameters = real(shape.parameter_rows) * 4 * real(shape.outputs) / blocks /
                    real(parameters.memory_read_bytes_per_cycle);
  work.matrix = tiles * std::max(pixels, load);
  work.vector =
      columnTiles * (pixels * std::max(rescale, real(shape.output_words)) + real(shape.parameter_rows)) + 6;
  work.store = storeCycles(pixels, real(shape.outputs) / blocks);
  return work;
}

PatchEstimate::Loops PatchEstimate::loopsOf(const PatchSchedule &s) const {
  const double pixels = real(problem.batch * blockCount(s.row_split) * blockCount(s.pixel_split));
  const double columns = real(blockCount(s.column_split));
  const double patchChunks = real(blockCount(s.reduction_split));
  return {s.columns_outer ? columns : pixels, s.columns_outer ? pixels : columns, patchChunks,
          patchChunks * real(blockCount(s.kernel_split))};
}

/// What a ring without a spare slot costs: its consumer waits while it fills.
double PatchEstimate::waits(const PatchSchedule &s, const Work &work, const Loops &loops) const {
  const double latency = real(parameters.memory_latency_cycles) + 10, blocks = loops.outer * loops.inner;
  const double groups = real(shape.group_count);
  const double chunk = work.matrix / loops.chunks;
  double total = 0;
  if (s.weight_residency == Residency::Chunk && s.weight_slots == 1 && blocks * loops.chunks * groups > 1)
    total += blocks * (work.weights + loops.chunks * latency);
  if (s.patch_residency == Residency::Chunk && s.patch_slots == 1 && blocks * loops.patch_chunks * groups > 1)
    total += blocks * (work.patch + loops.patch_chunks * latency);
  const auto panel = [&](double slots, double parts, double load, double times) {
    const double spare = slots - parts, needed = load / parts * std::min(parts, 1.0) + latency;
    total += times * std::max(0.0, needed - (spare + parts - 1) * chunk * loops.chunks / parts);
  };
  if (s.patch_residency == Residency::Panel)
    panel(real(s.patch_slots), loops.patch_chunks, work.patch, loops.outer - 1);
  if (s.weight_residency == Residency::Panel)
    panel(real(s.weight_slots), loops.chunks, work.weights, loops.outer - 1);
  if (s.accumulator_slots == 1)
    total += blocks * (work.vector + 16);
  if (s.output_slots == 1)
    total += std::max(0.0, blocks * (work.vector + work.store + latency - work.matrix));
  return groups * total;
}

double PatchEstimate::cycles(const PatchSchedule &s) const {
  const Work work = workOf(s);
  const Loops loops = loopsOf(s);
  const double blocks = loops.outer * loops.inner, groups = real(shape.group_count);
  const double patch = times(s.patch_residency, loops.outer, loops.inner) * work.patch;
  const double weights = times(s.weight_residency, loops.outer, loops.inner) * work.weights;
  const double params =
      (s.parameters_whole ? (s.columns_outer ? loops.outer : loops.inner) : blocks) * work.parameters;
  const double latency = real(parameters.memory_latency_cycles);
  // Panels load in bursts of activity: what a block's phase cannot hide counts in full.
  const double inPhase = (s.patch_residency == Residency::Chunk ? work.patch : 0) +
                         (s.weight_residency == Residency::Chunk ? work.weights : 0);
  const double busy = std::max({patch + weights + params, blocks * work.matrix, blocks * work.vector,
                                blocks * work.store, blocks * std::max(inPhase, work.matrix)});
  const double instructions = blocks * (3 * loops.chunks + 4);
  const double head = 2 * latency + 64 + work.weights / loops.chunks + work.patch / loops.patch_chunks;
  const double tail = (work.vector + work.store) / real(std::max<int64_t>(s.output_pieces, 1)) + latency + 20;
  const double burden = 0.02 * (patch + weights) + 3 * groups * instructions;
  return std::max(groups * std::max(busy, 2 * instructions), busCycles(s)) + waits(s, work, loops) + head +
         tail + burden / 8;
}

double PatchEstimate::timingSteps(const PatchSchedule &s) const {
  const Work work = workOf(s);
  const Loops loops = loopsOf(s);
  const double blocks = loops.outer * loops.inner;
  const double loads = times(s.patch_residency, loops.outer, loops.inner) * work.patch +
                       times(s.weight_residency, loops.outer, loops.inner) * work.weights;
  const double beats = real(parameters.memory_burst_bytes / parameters.memory_read_bytes_per_cycle);
  return real(shape.group_count) *
         ((loads + blocks * work.store) / beats + blocks * (20 * loops.chunks + 30) +
          work.matrix * blocks /
              std::max(16.0, real(problem.outHeight() * problem.outWidth()) /
                                 real(blockCount(s.row_split) * blockCount(s.pixel_split))));
}

} // namespace lockstep
