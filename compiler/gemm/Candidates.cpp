#include "compiler/gemm/Candidates.h"

#include "compiler/gemm/Splits.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr int64_t kMaxStreams = 32767, kMaxTiles = 4095, kMaxRows = 65535; // what instruction fields hold
constexpr int64_t kOutputRing = 4;
constexpr int64_t kDeepRing = 6; // more slots than queues can run ahead are of no use

struct LoopCounts {
  int64_t outer, inner;
};
LoopCounts loopCounts(const GemmSchedule &s) {
  const int64_t columns = blockCount(s.column_split), streams = blockCount(s.stream_split);
  return s.columns_outer ? LoopCounts{columns, streams} : LoopCounts{streams, columns};
}

int64_t banksOf(int64_t words, int64_t bankWords) { return ceilDivide(words, bankWords); }

} // namespace

Candidates::Candidates(const GemmProblem &problem, const GemmRoles &roles, const Parameters &parameters)
    : problem(problem), roles(roles), parameters(parameters), shape(problem, roles, parameters) {}

void Candidates::forEach(const Visit &visit) const {
  bool any = false;
  const Visit noting = [&](const GemmSchedule &schedule) {
    any = true;
    visit(schedule);
  };
  visitAll(false, noting);
  if (!any)
    visitAll(true, noting);
}

void Candidates::visitAll(bool allSizes, const Visit &visit) const {
  GemmSchedule schedule;
  schedule.stationary_is_a = roles.stationary_is_a;
  schedule.transposed_output = roles.transposed_output;
  schedule.serial = parameters.scratchpad_banks < 3;
  const int64_t tiles = shape.columnTiles(roles.columns);
  for (int64_t size : trialSizes(tiles, std::min(kMaxTiles, parameters.accumulatorWords()))) {
    schedule.column_split = evenSplit(roles.columns, shape.columns, ceilDivide(tiles, size));
    if (largestBlock(schedule.column_split) <= kMaxRows)
      visitBlocks(schedule, size, allSizes, visit);
  }
}

/// Blocks that fill 1, 2, 3, ... banks of the accumulator, and parts of one.
std::vector<int64_t> Candidates::streamSizes(int64_t columnTiles, bool allSizes) const {
  const int64_t bankWords = parameters.accumulatorBankWords();
  const int64_t least = allSizes ? 1 : std::max<int64_t>(1, bankWords / 8);
  std::vector<int64_t> sizes;
  auto add = [&](int64_t words, int64_t unit) {
    int64_t largest = std::min({words / columnTiles / unit * unit, roles.streams, kMaxStreams});
    if (largest < 1)
      return;
    const int64_t even =
        std::min(roundUp(ceilDivide(roles.streams, ceilDivide(roles.streams, largest)), unit), largest);
    if (std::find(sizes.begin(), sizes.end(), even) == sizes.end())
      sizes.push_back(even);
  };
  const int64_t aligned = roles.streamed_turned ? parameters.memory_burst_bytes : shape.vector_bytes;
  for (int64_t unit : {int64_t{1}, roles.streamed_turned || roles.transposed_output ? aligned : int64_t{1}}) {
    for (int64_t banks = 1; banks <= parameters.accumulator_banks; ++banks)
      add(banks * bankWords, unit);
    for (int64_t words = bankWords / 2; words >= least; words /= 2)
      add(words, unit);
  }
  return sizes;
}

void Candidates::visitBlocks(GemmSchedule schedule, int64_t columnTiles, bool allSizes,
                             const Visit &visit) const {
  for (int64_t size : streamSizes(columnTiles, allSizes)) {
    const int64_t blocks = ceilDivide(roles.streams, size);
    const bool aligned = roles.streamed_turned || roles.transposed_output;
    const int64_t unit = aligned && size % shape.vector_bytes == 0 ? shape.vector_bytes : 1;
    schedule.stream_split = roles.streamed_turned && size % parameters.memory_burst_bytes == 0
                                ? uniformSplit(roles.streams, size)
                                : evenSplit(roles.streams, unit, blocks);
    visitChunks(schedule, visit);
  }
}

/// Chunks of a power of two of tiles, and even parts of the whole reduction.
void Candidates::visitChunks(GemmSchedule schedule, const Visit &visit) const {
  const int64_t tiles = shape.reductionTiles(roles.reduction);
  std::vector<int64_t> sizes;
  for (int64_t size = 1; size < tiles; size *= 2)
    sizes.push_back(size);
  for (int64_t parts : {1, 2, 3, 5})
    if (parts <= tiles)
      sizes.push_back(ceilDivide(tiles, parts));
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  for (int64_t size : sizes) {
    if (size > kMaxTiles || size * shape.rows > kMaxRows)
      continue;
    schedule.reduction_split = uniformSplit(roles.reduction, size * shape.rows);
    for (bool columnsOuter : {true, false}) {
      schedule.columns_outer = columnsOuter;
      visitResidencies(schedule, visit);
    }
  }
}

void Candidates::visitResidencies(GemmSchedule schedule, const Visit &visit) const {
  const LoopCounts counts = loopCounts(schedule);
  if (!schedule.columns_outer && counts.outer == 1 && counts.inner == 1)
    return; // the same as the other order
  const bool panels = counts.inner > 1 && !schedule.serial, wholes = counts.outer > 1 && !schedule.serial;
  for (bool holdOuter : {false, true})
    for (bool holdInner : {false, true}) {
      if ((holdOuter && !panels) || (holdInner && !wholes))
        continue;
      const Residency outer = holdOuter ? Residency::Panel : Residency::Chunk;
      const Residency inner = holdInner ? Residency::Whole : Residency::Chunk;
      GemmSchedule trial = schedule;
      trial.stationary_residency = trial.columns_outer ? outer : inner;
      trial.streamed_residency = trial.columns_outer ? inner : outer;
      if (fitSlots(trial))
        visit(trial);
    }
}

int64_t Candidates::fills(const GemmSchedule &s, bool streamed) const {
  const LoopCounts counts = loopCounts(s);
  const int64_t chunks = blockCount(s.reduction_split);
  switch (streamed ? s.streamed_residency : s.stationary_residency) {
  case Residency::Chunk:
    return counts.outer * counts.inner * chunks;
  case Residency::Panel:
    return counts.outer * chunks;
  case Residency::Whole:
    break;
  }
  return counts.inner * chunks;
}

bool Candidates::fitSlots(GemmSchedule &schedule) const {
  return fitAccumulator(schedule) && fitScratchpad(schedule);
}

/// Parameters stay as long as they can; blocks get two places or more, but at least one.
bool Candidates::fitAccumulator(GemmSchedule &s) const {
  const int64_t bankWords = parameters.accumulatorBankWords();
  const LoopCounts counts = loopCounts(s);
  int64_t parameterBanks = 0;
  s.parameter_slots = 0;
  if (shape.parameter_rows > 0) {
    const bool followsOuter = roles.channels_are_streams != s.columns_outer;
    const int64_t words =
        shape.parameterWords(largestBlock(roles.channels_are_streams ? s.stream_split : s.column_split));
    const bool holdAll = !followsOuter && counts.inner * words <= bankWords;
    s.parameter_residency = followsOuter ? Residency::Panel : holdAll ? Residency::Whole : Residency::Chunk;
    const int64_t blocks = followsOuter ? counts.outer : counts.inner * (holdAll ? 1 : counts.outer);
    s.parameter_slots = holdAll ? counts.inner : std::min<int64_t>(blocks, 2 * words <= bankWords ? 2 : 1);
    parameterBanks = banksOf(s.parameter_slots * words, bankWords);
  }
  const int64_t words = shape.accumulatorWords(largestBlock(s.stream_split), largestBlock(s.column_split));
  const int64_t places = (parameters.accumulator_banks - parameterBanks) / banksOf(words, bankWords);
  s.accumulator_slots = std::min<int64_t>({places, counts.outer * counts.inner, 4});
  return s.accumulator_slots >= 1;
}

bool Candidates::scratchpadHolds(const GemmSchedule &s) const {
  const int64_t bankWords = parameters.scratchpadBankWords();
  const int64_t streams = largestBlock(s.stream_split), columns = largestBlock(s.column_split);
  const int64_t reduction = largestBlock(s.reduction_split);
  const int64_t output = s.output_slots * shape.outputWords(streams, columns, s.transposed_output);
  const int64_t streamed = s.streamed_slots * shape.streamedWords(streams, reduction);
  const int64_t stationary = s.stationary_slots * shape.stationaryWords(columns, reduction);
  const int64_t banks = s.serial ? banksOf(streamed + output, bankWords)
                                 : banksOf(streamed, bankWords) + banksOf(output, bankWords);
  return banks + banksOf(stationary, bankWords) <= parameters.scratchpad_banks;
}

bool Candidates::fitScratchpad(GemmSchedule &s) const {
  const LoopCounts counts = loopCounts(s);
  const int64_t chunks = blockCount(s.reduction_split);
  const int64_t streamedFills = fills(s, true), stationaryFills = fills(s, false);
  auto least = [&](Residency residency, int64_t fillCount) {
    return residency == Residency::Chunk   ? std::min<int64_t>(fillCount, 2)
           : residency == Residency::Panel ? chunks
                                           : counts.inner * chunks;
  };
  s.streamed_slots = least(s.streamed_residency, streamedFills);
  s.stationary_slots = least(s.stationary_residency, stationaryFills);
  s.output_slots = std::min<int64_t>(2, counts.outer * counts.inner);
  while (!scratchpadHolds(s)) {
    if (s.output_slots > 1)
      --s.output_slots;
    else if (s.streamed_residency == Residency::Chunk && s.streamed_slots > 1)
      --s.streamed_slots;
    else if (s.stationary_residency == Residency::Chunk && s.stationary_slots > 1)
      --s.stationary_slots;
    else
      return false;
  }
  auto grow = [&](int64_t &slots, int64_t limit) {
    if (slots >= limit)
      return false;
    ++slots;
    if (scratchpadHolds(s))
      return true;
    --slots;
    return false;
  };
  auto limitOf = [&](Residency residency, int64_t fillCount) {
    return residency == Residency::Whole
               ? 0
               : std::min(fillCount, residency == Residency::Panel ? chunks + 4 : kDeepRing);
  };
  // A place is free again only after the write's response, so two are few; more of them in the same banks
  // cost nothing.
  const int64_t blocks = counts.outer * counts.inner, bankWords = parameters.scratchpadBankWords();
  const int64_t place =
      shape.outputWords(largestBlock(s.stream_split), largestBlock(s.column_split), s.transposed_output);
  const int64_t sameBanks = banksOf(s.output_slots * place, bankWords) * bankWords / place;
  while (grow(s.output_slots, std::min({sameBanks, blocks, kOutputRing}))) {
  }
  const int64_t streamedLimit = limitOf(s.streamed_residency, streamedFills);
  const int64_t stationaryLimit = limitOf(s.stationary_residency, stationaryFills);
  while (grow(s.stationary_slots, stationaryLimit) | grow(s.streamed_slots, streamedLimit)) {
  }
  while (grow(s.output_slots, std::min(blocks, kOutputRing))) {
  }
  return true;
}

} // namespace lockstep
