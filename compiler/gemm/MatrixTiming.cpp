// Matrix and vector units of the timing model.
#include "compiler/gemm/TimingModel.h"

#include <algorithm>

namespace lockstep {
namespace {

uint64_t ceilOf(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

constexpr uint64_t kVectorPipeline = 6; // P

} // namespace

MatrixSide::MatrixSide(const Parameters &p)
    : rows(p.array_rows), columns(p.array_columns), words_per_cycle(p.weightWordsPerCycle()),
      depth(static_cast<uint64_t>(p.stageRowCount() + p.stageColumnCount() + 2)) {}

void MatrixSide::shift(uint64_t cycles) {
  for (uint64_t *time : {&loader_free, &natural_finish, &end, &end_before})
    *time += cycles;
}

/// T and s of the manual; loader_free is T' + L' of the tile before.
void MatrixSide::tile(uint64_t start, uint64_t load, uint64_t stream) {
  const uint64_t loadStart = std::max({start + 1, loader_free, end_before + 1});
  loader_free = loadStart + load;
  end_before = end;
  end = std::max(loader_free, end + 1) + stream - 1;
}

void MatrixSide::matmul(const MatmulInstruction &m, uint64_t start) {
  const uint64_t stream = m.stream_count_0 * m.stream_count_1;
  const uint64_t perCycle = static_cast<uint64_t>(words_per_cycle);
  const uint64_t lastTile3 = m.tile_count_3 - 1;
  for (uint64_t t3 = 0; t3 < m.tile_count_3; ++t3)
    for (uint64_t t = 0; t < m.tile_count_2 * m.tile_count_1; ++t)
      for (uint64_t t0 = 0; t0 < m.tile_count_0; ++t0) {
        const uint64_t words = m.transpose_stationary
                                   ? (t3 == lastTile3 ? m.last_columns : static_cast<uint64_t>(columns))
                                   : (t0 + 1 == m.tile_count_0 ? m.last_rows : static_cast<uint64_t>(rows));
        tile(start, ceilOf(words, perCycle), stream);
      }
  natural_finish = end + depth;
}

uint64_t requantizeCycles(const RequantizeInstruction &r, const Parameters &p) {
  const auto columns = static_cast<uint64_t>(p.array_columns),
             vector = static_cast<uint64_t>(p.vectorBytes());
  const uint64_t rescale = columns / static_cast<uint64_t>(p.vector_lanes);
  const uint64_t bytes = r.output_type == 2 ? 4 : r.output_type == 3 ? 2 : 1;
  const uint64_t row = bytes > 1 ? std::max(rescale, ceilOf(bytes * columns, vector)) : rescale;
  const uint64_t parameters = r.has_bias + 2 * r.per_channel;
  const uint64_t fetches = parameters == 0  ? 0
                           : r.channel_axis ? ceilOf(r.count_0, columns)
                                            : 1; // for each block
  const uint64_t perBlock = r.count_0 * row + fetches * parameters;
  if (!r.transpose) {
    const uint64_t total = r.count_1 * fetches;
    return r.count_1 * perBlock + (total > 0 ? (total - 1) * kVectorPipeline : 0) + kVectorPipeline;
  }
  const uint64_t groups = ceilOf(r.count_0, vector);
  const uint64_t inside =
      fetches > groups ? (fetches - groups) * kVectorPipeline : 0; // pipeline emptied in a group
  const uint64_t turned = (r.count_1 - 1) * columns + r.last_columns;
  return r.count_1 * (perBlock + inside + groups * kVectorPipeline) + groups * turned;
}

} // namespace lockstep
