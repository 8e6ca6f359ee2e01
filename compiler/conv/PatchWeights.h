// The order of the weights in external memory, for a patch schedule.
#pragma once

#include "compiler/conv/PatchShape.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Chunks in the order in which they are loaded: [merged group, block of output channels, chunk of the
/// reduction]; in a chunk [column tile, kernel row, kernel column, channel tile, channel, output channel],
/// tiles padded to the loader's width and to the array's columns. So each chunk is one contiguous row of
/// bytes, whose words follow each other.
class PatchWeights {
public:
  PatchWeights(const PatchShape &shape, const PatchSchedule &schedule);

  int64_t offset(int64_t group, size_t block, size_t chunk) const {
    return group * group_bytes + offsets[block * chunks.size() + chunk];
  }
  int64_t bytes(size_t block, size_t chunk) const;
  int64_t totalBytes() const { return shape.group_count * group_bytes; }

  /// From [groups, r, s, c, k]. Padding, and pairs of different groups, are weight_zero_point.
  std::vector<int8_t> pack(const ConvProblem &problem, const std::vector<int8_t> &weights) const;

private:
  void packChunk(const ConvProblem &problem, const std::vector<int8_t> &weights, int64_t group, size_t block,
                 size_t chunk, int8_t *target) const;

  const PatchShape &shape;
  std::vector<ChannelBlock> blocks;
  std::vector<ReductionChunk> chunks;
  std::vector<int64_t> offsets; // [block, chunk]
  int64_t group_bytes = 0;
};

} // namespace lockstep
