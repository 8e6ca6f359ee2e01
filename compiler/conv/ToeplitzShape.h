// A depthwise convolution with positions on rows: the array multiplies pieces of image rows by banded
// matrices.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/conv/ConvSchedule.h"
#include "compiler/conv/PatchShape.h"
#include "hw/machine/Parameters.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Consecutive blocks of output pixels of a row, all of one direction.
struct ToeplitzRange {
  int64_t first = 0, count = 0;
  bool descending = false;
};
/// Output rows y to y + rows - 1 of a range.
struct ToeplitzStep {
  int64_t image = 0, y = 0, rows = 0;
  ToeplitzRange range;
  int64_t streams() const { return rows * range.count; }
};

/// A word holds `lanes` neighbouring input positions of a row, of one channel; they give `outputs`
/// neighbouring output pixels, the columns. Lane 0 is the lowest position, or the highest one if descending:
/// so positions outside of the image are the last lanes, which a turning load fills. The first `descending`
/// blocks of a row are descending.
struct ToeplitzShape {
  ToeplitzShape(const ConvProblem &problem, const Parameters &parameters);

  PatchShape patch;       // pitches, R, C, V, rows of patches
  int64_t channels;       // of all groups
  int64_t block_channels; // that are requantized together: multiples of C, at most V
  int64_t outputs = 0;    // of a block; 0: impossible
  int64_t lanes = 0, blocks = 0, descending = 0;
  int64_t tile_words; // words from tile to tile of weights

  int64_t lowest(int64_t block) const; // input position; may lie outside of the image
  int64_t validLanes(int64_t block, bool descends) const;
  /// Input position of lane 0.
  int64_t firstPosition(int64_t block, bool descends) const;

  std::vector<ToeplitzRange> ranges(const ToeplitzSchedule &schedule) const;
  std::vector<ToeplitzStep> steps(const ConvProblem &problem, const ToeplitzSchedule &schedule) const;

private:
  bool chooseBlocks(const ConvProblem &problem, int64_t outputsOfBlock);
  int64_t stride, pad, width;
};

/// Errors (Usage): why the mapping is impossible.
Status checkToeplitzMapping(const ConvProblem &problem, const Parameters &parameters);

} // namespace lockstep
