// Sizes of a convolution with channels on rows: patches, weights, blocks.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/conv/ConvSchedule.h"
#include "hw/machine/Parameters.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// A rectangle of output pixels of one image.
struct PixelBlock {
  int64_t image = 0, y = 0, rows = 0, x = 0, columns = 0;
  int64_t pixels() const { return rows * columns; }
};
/// `count` output channels of a merged group.
struct ChannelBlock {
  int64_t first = 0, count = 0;
};
/// Part of the reduction: input channels of a merged group and rows of the kernel.
struct ReductionChunk {
  int64_t channel = 0, channels = 0, kernel_row = 0, kernel_rows = 0;
  bool first_of_patch = false, last_of_patch = false; // of the chunks with the same channels
};

/// The blocks of a schedule in their order. Pixels [images, rows, columns].
std::vector<PixelBlock> pixelBlocks(const ConvProblem &problem, const PatchSchedule &schedule);
std::vector<ChannelBlock> channelBlocks(const PatchSchedule &schedule);
std::vector<ReductionChunk> reductionChunks(const PatchSchedule &schedule);

/// A dimension of the patch: which input positions it holds, and where outputs and taps find theirs.
/// Positions that no output asks for are left out (1x1 with stride 2; stride and dilation with a common
/// divisor).
struct PatchAxis {
  PatchAxis(int64_t extent, int64_t kernel, int64_t stride, int64_t dilation, int64_t padBefore);

  int64_t extent, pad, taps;
  int64_t step;   // input positions from one to the next in the patch
  int64_t output; // positions of the patch from output to output
  int64_t tap;    // and from tap to tap
  int64_t length(int64_t outputs) const { return (outputs - 1) * output + (taps - 1) * tap + 1; }
  /// Input position of the patch's first one, for outputs from `first` on; may lie before the input.
  int64_t origin(int64_t first) const { return first * output * step - pad; }
};

struct PatchShape {
  PatchShape(const ConvProblem &problem, int64_t merged, const Parameters &parameters);

  int64_t rows, columns, vector_bytes, words_per_cycle; // R, C, V, WPC
  int64_t group_count, channels, outputs;               // merged groups, and channels of one
  int64_t kernel_height, kernel_width;
  PatchAxis vertical, horizontal;
  int64_t input_pitch, output_pitch; // bytes from pixel to pixel
  int64_t output_bytes;              // of an element
  int64_t output_words;              // scratchpad words of an accumulator row
  int64_t parameter_rows;            // NP

  int64_t channelTiles(int64_t count) const;
  int64_t columnTiles(int64_t count) const;
  /// Words from tile to tile of weights: those of its input channels, rounded up to the loader's width.
  int64_t tilePitch(int64_t channelCount) const;
  /// [patch row, patch column, channel tile]
  int64_t patchWords(const PixelBlock &block, int64_t channelCount) const;
  /// [column tile, kernel row, kernel column, channel tile, word of the tile]
  int64_t weightTiles(int64_t outputCount, const ReductionChunk &chunk) const;
  int64_t weightWords(int64_t outputCount, const ReductionChunk &chunk) const;
};

} // namespace lockstep
