#include "compiler/conv/PatchCandidates.h"

#include "compiler/gemm/Splits.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr int64_t kMaxTiles = 4095, kMaxField = 65535, kMaxAccumulatorStride = 32767; // what fields hold
constexpr int64_t kMaxSlots = 120;                                                    // semaphore_c3
constexpr int64_t kDeepRing = 6, kOutputRing = 4;

struct Counts {
  int64_t outer, inner, chunks, patch_chunks, blocks;
};
Counts countsOf(const ConvProblem &problem, const PatchSchedule &s) {
  const int64_t pixels = problem.batch * blockCount(s.row_split) * blockCount(s.pixel_split);
  const int64_t columns = blockCount(s.column_split), patches = blockCount(s.reduction_split);
  const int64_t outer = s.columns_outer ? columns : pixels, inner = s.columns_outer ? pixels : columns;
  return {outer, inner, patches * blockCount(s.kernel_split), patches, outer * inner};
}

int64_t leastSlots(Residency residency, int64_t parts, int64_t inner) {
  return residency == Residency::Chunk ? 1 : residency == Residency::Panel ? parts : parts * inner;
}

void addUnique(std::vector<int64_t> &list, int64_t value) {
  if (value > 0 && std::find(list.begin(), list.end(), value) == list.end())
    list.push_back(value);
}

} // namespace

/// Blocks that fill 1, 2, 3, ... banks of the accumulator, and parts of one; as wide as the image if that
/// fits.
std::vector<PatchCandidates::Rectangle> PatchCandidates::rectangles(int64_t columnTiles) const {
  const int64_t bankWords = parameters.accumulatorBankWords(), height = problem.outHeight(),
                width = problem.outWidth();
  std::vector<int64_t> limits;
  for (int64_t banks = 1; banks <= std::min<int64_t>(parameters.accumulator_banks, 8); ++banks)
    addUnique(limits, std::min(banks * bankWords / columnTiles, kMaxAccumulatorStride));
  for (int64_t words = bankWords / 2; words >= 1; words /= 2)
    addUnique(limits, words / columnTiles);
  std::vector<Rectangle> list;
  auto add = [&](int64_t rows, int64_t columns) {
    rows = ceilDivide(height, ceilDivide(height, rows));
    columns = ceilDivide(width, ceilDivide(width, columns));
    for (const Rectangle &known : list)
      if (known.rows == rows && known.columns == columns)
        return;
    list.push_back({rows, columns});
  };
  for (int64_t limit : limits) {
    const int64_t parts = ceilDivide(width, limit);
    for (int64_t times : {1, 2, 4}) {
      const int64_t columns = ceilDivide(width, parts * times);
      add(std::min(height, limit / columns), columns);
    }
  }
  return list;
}

/// Input channels of a chunk: all, even parts, and powers of two of the array's rows.
std::vector<int64_t> PatchCandidates::chunkSizes() const {
  const int64_t tiles = shape.channelTiles(shape.channels);
  std::vector<int64_t> sizes;
  for (int64_t parts : {1, 2, 3, 4, 6})
    addUnique(sizes, ceilDivide(tiles, std::min<int64_t>(parts, tiles)));
  for (int64_t size = 1; size < tiles; size *= 2)
    addUnique(sizes, size);
  return sizes;
}

void PatchCandidates::forEach(const Visit &visit) const {
  PatchSchedule schedule;
  schedule.merged = merged;
  const int64_t columnTiles = shape.columnTiles(shape.outputs),
                channelTiles = shape.channelTiles(shape.channels);
  const std::vector<int64_t> chunks = chunkSizes();
  for (int64_t tiles : trialSizes(columnTiles, std::min(kMaxTiles, parameters.accumulatorWords()))) {
    schedule.column_split = evenSplit(shape.outputs, shape.columns, ceilDivide(columnTiles, tiles));
    for (const Rectangle &rectangle : rectangles(tiles)) {
      schedule.row_split = evenSplit(problem.outHeight(), 1, ceilDivide(problem.outHeight(), rectangle.rows));
      schedule.pixel_split =
          evenSplit(problem.outWidth(), 1, ceilDivide(problem.outWidth(), rectangle.columns));
      for (int64_t size : chunks) {
        schedule.reduction_split = evenSplit(shape.channels, shape.rows, ceilDivide(channelTiles, size));
        if (size > kMaxTiles || largestBlock(schedule.reduction_split) > kMaxField)
          continue;
        for (int64_t parts : {int64_t{1}, shape.kernel_height}) {
          schedule.kernel_split = evenSplit(shape.kernel_height, 1, parts);
          visitOrders(schedule, visit);
          if (shape.kernel_height == 1)
            break;
        }
      }
    }
  }
}

void PatchCandidates::visitOrders(PatchSchedule schedule, const Visit &visit) const {
  const Counts counts = countsOf(problem, schedule);
  for (bool columnsOuter : {false, true}) {
    schedule.columns_outer = columnsOuter;
    const bool one = counts.outer == 1 && counts.inner == 1;
    for (bool holdPatch : {true, false})
      for (bool holdWeights : {true, false}) {
        schedule.patch_residency = !holdPatch     ? Residency::Chunk
                                   : columnsOuter ? Residency::Whole
                                                  : Residency::Panel;
        schedule.weight_residency = !holdWeights   ? Residency::Chunk
                                    : columnsOuter ? Residency::Panel
                                                   : Residency::Whole;
        if (one && (holdPatch || holdWeights))
          continue;
        if (fitSlots(schedule))
          visit(schedule);
      }
    if (one)
      return;
  }
}

bool PatchCandidates::fitSlots(PatchSchedule &schedule) const {
  const PatchSlots slots = slotsOf(shape, schedule);
  return fitAccumulator(schedule, slots) && fitScratchpad(schedule, slots);
}

bool PatchCandidates::fitAccumulator(PatchSchedule &s, const PatchSlots &slots) const {
  const int64_t bankWords = parameters.accumulatorBankWords(), total = parameters.accumulator_banks;
  const Counts counts = countsOf(problem, s);
  const int64_t blocks = counts.blocks * shape.group_count;
  int64_t parameterBanks = 0;
  if (slots.parameters > 0) {
    const int64_t all = s.columns_outer ? 1 : counts.inner;
    s.parameters_whole = all * slots.parameters <= bankWords && all <= kMaxSlots;
    const int64_t least = s.parameters_whole ? all : 1;
    s.parameter_slots = std::max(least, std::min<int64_t>({bankWords / slots.parameters, 4, blocks}));
    parameterBanks = ceilDivide(s.parameter_slots * slots.parameters, bankWords);
  }
  const int64_t perSlot = ceilDivide(slots.accumulator, bankWords);
  s.accumulator_slots = std::min<int64_t>({(total - parameterBanks) / perSlot, 3, blocks});
  return s.accumulator_slots >= 1;
}

bool PatchCandidates::fitScratchpad(PatchSchedule &s, const PatchSlots &slots) const {
  const int64_t bankWords = parameters.scratchpadBankWords();
  const Counts counts = countsOf(problem, s);
  const int64_t blocks = counts.blocks * shape.group_count;
  const auto fills = [&](Residency residency, int64_t parts) {
    const int64_t times = residency == Residency::Chunk   ? counts.blocks
                          : residency == Residency::Panel ? counts.outer
                                                          : counts.inner;
    return shape.group_count * times * parts;
  };
  const int64_t patchFills = fills(s.patch_residency, counts.patch_chunks);
  const int64_t weightFills = fills(s.weight_residency, counts.chunks);
  s.patch_slots = leastSlots(s.patch_residency, counts.patch_chunks, counts.inner);
  s.weight_slots = leastSlots(s.weight_residency, counts.chunks, counts.inner);
  s.output_slots = 1;
  const auto limit = [](Residency residency, int64_t fillCount, int64_t least) {
    const int64_t most = residency == Residency::Panel ? least + std::max(least, kDeepRing) : kDeepRing;
    return residency == Residency::Whole ? least : std::max(least, std::min({fillCount, most, kMaxSlots}));
  };
  const int64_t patchLimit = limit(s.patch_residency, patchFills, s.patch_slots);
  const int64_t weightLimit = limit(s.weight_residency, weightFills, s.weight_slots);
  if ((s.patch_slots > kMaxSlots && patchFills > s.patch_slots) ||
      (s.weight_slots > kMaxSlots && weightFills > s.weight_slots))
    return false;
  const auto holds = [&] {
    return ceilDivide(s.patch_slots * slots.patch, bankWords) +
               ceilDivide(s.weight_slots * slots.weights, bankWords) +
               ceilDivide(s.output_slots * slots.output, bankWords) <=
           parameters.scratchpad_banks;
  };
  if (!holds())
    return false;
  const auto grow = [&](int64_t &count, int64_t most) {
    if (count >= most)
      return false;
    ++count;
    if (holds())
      return true;
    --count;
    return false;
  };
  grow(s.weight_slots, weightLimit);
  grow(s.output_slots, std::min<int64_t>(blocks, 2));
  grow(s.patch_slots, patchLimit);
  while (grow(s.patch_slots, patchLimit) | grow(s.weight_slots, weightLimit)) {
  }
  while (grow(s.output_slots, std::min(blocks, kOutputRing))) {
  }
  return true;
}

} // namespace lockstep
