#include "tests/unit/kernel/RandomInstruction.h"

#include <algorithm>

namespace lockstep {

/// Small, with zero and negative ones among them.
int64_t RandomInstruction::wordStride(int64_t words) {
  if (random.chance(15))
    return 0;
  int64_t limit = std::max<int64_t>(1, words / 16);
  return random.chance(25) ? -random.between(1, limit) : random.between(1, limit);
}

template <typename Transfer> void RandomInstruction::chooseLevels(Transfer &t, int64_t words) {
  t.count_0 = static_cast<uint64_t>(random.between(1, 9));
  t.count_1 = static_cast<uint64_t>(random.between(1, 3));
  t.count_2 = static_cast<uint64_t>(random.between(1, 2));
  t.local_stride_0 = wordStride(words);
  t.local_stride_1 = wordStride(words);
  t.local_stride_2 = wordStride(words);
}

template <typename Transfer>
void RandomInstruction::chooseTransfer(Transfer &t, int64_t wordBytes, int64_t words) {
  chooseLevels(t, words);
  t.local_address = static_cast<uint64_t>(random.between(0, words - 1));
  t.external_address =
      external.base + static_cast<uint64_t>(random.between(0, static_cast<int64_t>(external.size_bytes) - 1));
  t.row_bytes = static_cast<uint64_t>(random.between(1, 3 * wordBytes));
  t.chunk_bytes = static_cast<uint64_t>(random.chance(50) ? wordBytes : random.between(1, wordBytes));
  t.chunk_stride = random.chance(40) ? 1 : wordStride(words);
  t.external_stride_0 = random.between(-100, 200);
  t.external_stride_1 = random.between(-300, 500);
  t.external_stride_2 = random.between(-300, 500);
}

LoadInstruction RandomInstruction::load() {
  LoadInstruction t;
  t.local_memory = random.chance(30);
  t.fill = static_cast<uint64_t>(random.between(0, 255));
  if (t.local_memory)
    chooseTransfer(t, p.accumulatorWordBytes(), p.accumulatorWords());
  else
    chooseTransfer(t, p.vectorBytes(), p.scratchpadWords());
  t.transpose = !t.local_memory && random.chance(50);
  if (t.transpose) {
    t.chunk_bytes = static_cast<uint64_t>(p.vectorBytes());
    t.row_bytes = static_cast<uint64_t>(random.between(1, p.memory_burst_bytes));
    t.count_0 =
        static_cast<uint64_t>(random.chance(40) ? p.vectorBytes() : random.between(1, p.vectorBytes()));
    if (random.chance(70))
      t.local_stride_0 = random.between(-2, 2);
  }
  return t;
}

FillInstruction RandomInstruction::fill() {
  FillInstruction t;
  t.local_memory = random.chance(50);
  t.fill = static_cast<uint64_t>(random.between(0, 255));
  int64_t words = t.local_memory ? p.accumulatorWords() : p.scratchpadWords();
  t.local_address = static_cast<uint64_t>(random.between(0, words - 1));
  chooseLevels(t, words);
  return t;
}

StoreInstruction RandomInstruction::store() {
  StoreInstruction t;
  chooseTransfer(t, p.vectorBytes(), p.scratchpadWords());
  return t;
}

void RandomInstruction::chooseTiles(MatmulInstruction &m) {
  auto count = [&] { return static_cast<uint64_t>(random.chance(40) ? 1 : random.between(2, 3)); };
  int64_t words = p.accumulatorWords();
  auto accumulatorStride = [&] {
    return random.chance(45) ? 0 : random.chance(60) ? random.between(1, words / 4) : wordStride(words);
  };
  auto streamedStride = [&] { return random.chance(35) ? 0 : wordStride(p.scratchpadWords() / 2); };
  m.tile_count_0 = count(), m.tile_count_1 = count(), m.tile_count_2 = count(), m.tile_count_3 = count();
  m.tile_accumulator_stride_0 = accumulatorStride(), m.tile_accumulator_stride_1 = accumulatorStride();
  m.tile_accumulator_stride_2 = accumulatorStride(), m.tile_accumulator_stride_3 = accumulatorStride();
  m.tile_streamed_stride_0 = streamedStride(), m.tile_streamed_stride_1 = streamedStride();
  m.tile_streamed_stride_2 = streamedStride(), m.tile_streamed_stride_3 = streamedStride();
}

void RandomInstruction::chooseStreams(MatmulInstruction &m) {
  m.stream_count_0 = static_cast<uint64_t>(random.chance(20) ? 1 : random.between(2, 30));
  m.stream_count_1 = static_cast<uint64_t>(random.between(1, 2));
  m.stream_streamed_stride_0 =
      random.chance(60) ? random.between(-1, 1) : wordStride(p.scratchpadWords() / 2);
  m.stream_streamed_stride_1 = wordStride(p.scratchpadWords() / 2);
  m.stream_accumulator_stride_0 = random.chance(75) ? 1 : random.between(-1, 2);
  m.stream_accumulator_stride_1 =
      random.chance(50) ? static_cast<int64_t>(m.stream_count_0) : wordStride(p.accumulatorWords());
}

/// Stationary words in the lower half of the scratchpad, streamed ones in the upper half.
MatmulInstruction RandomInstruction::matmul() {
  MatmulInstruction m;
  m.streamed_type = random.chance(40);
  m.stationary_type = random.chance(40);
  auto zeroPoint = [&](uint64_t type) {
    return random.chance(40) ? 0 : random.between(type ? 0 : -128, type ? 255 : 127);
  };
  m.streamed_zero_point = zeroPoint(m.streamed_type);
  m.stationary_zero_point = zeroPoint(m.stationary_type);
  m.transpose_stationary = random.chance(50);
  m.accumulate = random.chance(50);
  m.last_rows = static_cast<uint64_t>(random.chance(40) ? p.array_rows : random.between(1, p.array_rows));
  m.last_columns =
      static_cast<uint64_t>(random.chance(40) ? p.array_columns : random.between(1, p.array_columns));
  chooseTiles(m);
  chooseStreams(m);
  int64_t half = p.scratchpadWords() / 2, unit = p.weightWordsPerCycle();
  m.stationary_address =
      static_cast<uint64_t>(random.between(0, std::max<int64_t>(0, half / 2 / unit)) * unit);
  m.stationary_stride = static_cast<uint64_t>(random.between(0, p.array_rows / unit) * unit);
  m.streamed_address = static_cast<uint64_t>(random.between(half, 2 * half - 1));
  m.accumulator_address = static_cast<uint64_t>(random.between(0, p.accumulatorWords() - 1));
  return m;
}

RequantizeInstruction RandomInstruction::requantize() {
  RequantizeInstruction q;
  q.output_type = static_cast<uint64_t>(random.between(0, 3));
  q.has_bias = random.chance(50);
  bool wide = q.output_type == 2;
  q.per_channel = !wide && random.chance(50);
  q.channel_axis = !wide && random.chance(40);
  q.transpose = !wide && q.output_type != 3 && random.chance(50);
  int64_t low = q.output_type == 1 ? 0 : -128, high = q.output_type == 1 ? 255 : 127;
  q.multiplier = static_cast<uint64_t>(random.chance(10) ? 0x7fffffff : random.between(0, 0x7fffffff));
  q.shift = static_cast<uint64_t>(random.chance(60) ? random.between(28, 40) : random.between(2, 62));
  q.output_zero_point = wide ? 0 : random.between(low, high);
  q.clamp_minimum = wide ? 0 : random.chance(50) ? low : random.between(low, high);
  q.clamp_maximum = wide ? 0 : random.chance(50) ? high : random.between(q.clamp_minimum, high);
  q.last_columns =
      static_cast<uint64_t>(random.chance(40) ? p.array_columns : random.between(1, p.array_columns));
  q.count_0 = static_cast<uint64_t>(random.between(1, 3 * p.vectorBytes()));
  q.count_1 = static_cast<uint64_t>(random.between(1, 3));
  q.accumulator_address = static_cast<uint64_t>(random.between(0, p.accumulatorWords() - 1));
  q.parameter_address = static_cast<uint64_t>(random.between(0, p.accumulatorWords() - 1));
  q.local_address = static_cast<uint64_t>(random.between(0, p.scratchpadWords() - 1));
  q.accumulator_stride_0 = random.between(-1, 2);
  q.accumulator_stride_1 = wordStride(p.accumulatorWords());
  q.local_stride_0 = random.chance(50) ? random.between(-4, 4) : wordStride(p.scratchpadWords());
  q.local_stride_1 = wordStride(p.scratchpadWords());
  q.transpose_stride = random.chance(80) ? random.between(-3, 3) : wordStride(p.scratchpadWords());
  return q;
}

} // namespace lockstep
