#include "sim/systemc/MatrixTimeline.h"

#include <algorithm>

namespace lockstep {

MatrixTimeline::MatrixTimeline(const Parameters &p, unsigned spareBuffers)
    : rows(p.array_rows), columns(p.array_columns), words_per_cycle(p.weightWordsPerCycle()),
      spare_buffers(spareBuffers) {}

void MatrixTimeline::run(const MatmulInstruction &m, uint64_t start) {
  earliest = start + 1;
  stream_cycles = m.stream_count_0 * m.stream_count_1;
  const uint64_t between = m.tile_count_1 * m.tile_count_2;
  if (m.transpose_stationary == 0) {
    periods({loadCycles(rows), loadCycles(m.last_rows), m.tile_count_0}, between * m.tile_count_3);
    return;
  }
  const uint64_t whole = loadCycles(columns);
  periods({whole, whole, m.tile_count_0 * between}, m.tile_count_3 - 1);
  tiles(loadCycles(m.last_columns), m.tile_count_0 * between);
}

void MatrixTimeline::tile(uint64_t loadCycles) {
  const uint64_t buffer = spare_buffers == 1 ? state.buffer_free : state.old_buffer_free;
  const uint64_t load = std::max({earliest, state.loader_free, buffer});
  state.loader_free = load + loadCycles;
  const uint64_t stream = std::max(state.loader_free, state.stream_free);
  state.old_buffer_free = state.buffer_free;
  state.buffer_free = state.stream_free;
  state.stream_free = stream + stream_cycles;
}

bool MatrixTimeline::skip(const State &before, uint64_t remaining) {
  const uint64_t shift = state.loader_free - before.loader_free;
  const bool shifted = before.loader_free >= earliest && state.stream_free - before.stream_free == shift &&
                       state.buffer_free - before.buffer_free == shift &&
                       (spare_buffers == 1 || state.old_buffer_free - before.old_buffer_free == shift);
  if (!shifted)
    return false;
  for (uint64_t *cycle : {&state.loader_free, &state.stream_free, &state.buffer_free, &state.old_buffer_free})
    *cycle += remaining * shift;
  return true;
}

void MatrixTimeline::tiles(uint64_t loadCycles, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    const State before = state;
    tile(loadCycles);
    if (skip(before, count - 1 - i))
      return;
  }
}

void MatrixTimeline::period(const Repetition &repetition) {
  tiles(repetition.load_cycles, repetition.inner - 1);
  tile(repetition.last_load_cycles);
}

void MatrixTimeline::periods(const Repetition &repetition, uint64_t count) {
  if (repetition.inner == 1)
    return tiles(repetition.last_load_cycles, count);
  for (uint64_t i = 0; i < count; ++i) {
    const State before = state;
    period(repetition);
    if (skip(before, count - 1 - i))
      return;
  }
}

uint64_t countMacs(const MatmulInstruction &m, const Parameters &p) {
  const uint64_t rows = (m.tile_count_0 - 1) * p.array_rows + m.last_rows;
  const uint64_t columns = (m.tile_count_3 - 1) * p.array_columns + m.last_columns;
  return rows * columns * m.tile_count_1 * m.tile_count_2 * m.stream_count_0 * m.stream_count_1;
}

} // namespace lockstep
