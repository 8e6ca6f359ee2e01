#include "compiler/conv/PatchWeights.h"

#include "compiler/gemm/Placement.h"

#include <algorithm>

namespace lockstep {

PatchWeights::PatchWeights(const PatchShape &shape, const PatchSchedule &schedule)
    : shape(shape), blocks(channelBlocks(schedule)), chunks(reductionChunks(schedule)) {
  for (size_t block = 0; block < blocks.size(); ++block)
    for (size_t chunk = 0; chunk < chunks.size(); ++chunk) {
      offsets.push_back(group_bytes);
      group_bytes += bytes(block, chunk);
    }
}

int64_t PatchWeights::bytes(size_t block, size_t chunk) const {
  return shape.weightWords(blocks[block].count, chunks[chunk]) * shape.columns;
}

std::vector<int8_t> PatchWeights::pack(const ConvProblem &problem, const std::vector<int8_t> &weights) const {
  std::vector<int8_t> packed(static_cast<size_t>(totalBytes()),
                             static_cast<int8_t>(problem.weight_zero_point));
  for (int64_t group = 0; group < shape.group_count; ++group)
    for (size_t block = 0; block < blocks.size(); ++block)
      for (size_t chunk = 0; chunk < chunks.size(); ++chunk)
        packChunk(problem, weights, group, block, chunk, packed.data() + offset(group, block, chunk));
  return packed;
}

void PatchWeights::packChunk(const ConvProblem &p, const std::vector<int8_t> &weights, int64_t group,
                             size_t blockIndex, size_t chunkIndex, int8_t *target) const {
  const ChannelBlock &block = blocks[blockIndex];
  const ReductionChunk &chunk = chunks[chunkIndex];
  const int64_t tiles = shape.channelTiles(chunk.channels), pitch = shape.tilePitch(chunk.channels);
  const int64_t firstGroup = group * (shape.channels / p.in_channels);
  const int64_t rowTiles = p.kernel_width * tiles;
  for (int64_t r = 0; r < chunk.kernel_rows; ++r)
    for (int64_t s = 0; s < p.kernel_width; ++s)
      for (int64_t c = 0; c < chunk.channels; ++c) {
        const int64_t channel = chunk.channel + c, member = channel / p.in_channels;
        const int64_t tap = (chunk.kernel_row + r) * p.kernel_width + s;
        const int64_t row = ((firstGroup + member) * p.kernel_height * p.kernel_width + tap) * p.in_channels +
                            channel % p.in_channels;
        const int64_t first = std::max(block.first, member * p.out_channels);
        const int64_t last = std::min(block.first + block.count, (member + 1) * p.out_channels);
        for (int64_t k = first; k < last; ++k) {
          const int64_t column = k - block.first;
          const int64_t tile = column / shape.columns * chunk.kernel_rows * rowTiles + r * rowTiles +
                               s * tiles + c / shape.rows;
          const int64_t byte = (tile * pitch + c % shape.rows) * shape.columns + column % shape.columns;
          target[byte] = weights[static_cast<size_t>(row * p.out_channels + k - member * p.out_channels)];
        }
      }
}

} // namespace lockstep
