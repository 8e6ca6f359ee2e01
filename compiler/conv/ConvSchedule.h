// All decisions of one way to compute a convolution, and what they are predicted to cost.
#pragma once

#include "compiler/gemm/GemmSchedule.h"
#include "hw/machine/Parameters.h"

#include <cstdint>
#include <string>

namespace lockstep {

enum class ConvMapping : uint8_t {
  MatrixProduct, // pixels are the rows of a matrix in external memory: 1x1, nothing skipped, nothing padded
  Channels,      // a patch of the input in the scratchpad; a word holds channels of one pixel
  Windows,  // the windows of array-columns pixels, turned while they are loaded, are the stationary operand
  Toeplitz, // depthwise: pieces of image rows stream through banded matrices, one for each channel and kernel
            // row
};

/// Channels on rows: the array holds tiles of weights, [channels, output channels], one for each tap; the
/// words of a patch stream through, output pixel after output pixel. Groups are merged into block-diagonal
/// ones where a group alone does not fill the array. Loop nest: merged groups, outer blocks, inner blocks,
/// chunks of the reduction (input channels, then kernel rows), one matmul in each chunk. Blocks of streams
/// are rectangles of output pixels of one image.
struct PatchSchedule {
  int64_t merged = 1; // groups that are computed as one
  bool columns_outer =
      false; // outer loop over blocks of output channels, inner over pixels; or the other way round
  BlockSplit row_split;   // sum: output rows
  BlockSplit pixel_split; // sum: output pixels of a row
  BlockSplit
      column_split; // sum: output channels of a merged group; all but the last multiples of array columns
  BlockSplit
      reduction_split;     // sum: input channels of a merged group; all but the last multiples of array rows
  BlockSplit kernel_split; // sum: kernel rows
  Residency patch_residency = Residency::Chunk, weight_residency = Residency::Chunk;
  bool parameters_whole = false; // loaded once for each merged group; else for each block
  int64_t patch_slots = 1, weight_slots = 1, accumulator_slots = 1, output_slots = 1, parameter_slots = 0;
  int64_t output_pieces = 1; // a block is requantized and stored in so many pieces
};

/// Windows on rows, input stationary: a column of the array is an output pixel, its rows are taps (kernel
/// row, kernel column, channel, all in one: so few channels do not leave rows empty); output channels stream.
/// Weights stay on chip. Loop nest: steps of tiles of pixels, blocks of output channels.
struct WindowSchedule {
  int64_t tiles = 1;       // of a step
  BlockSplit column_split; // sum: output channels; all but the last multiples of array columns
  int64_t window_slots = 1, accumulator_slots = 1, output_slots = 1;
};

/// Positions on rows (depthwise): a word holds neighbouring positions of an image row, of one channel; the
/// columns are neighbouring output pixels, the tile is the band of a kernel row's weights. Loop nest: groups
/// of channels, steps (ranges of blocks of pixels, rows), blocks of channels.
struct ToeplitzSchedule {
  int64_t channels = 1; // that are loaded together: a multiple of what is requantized together
  int64_t blocks = 1;   // of pixels, in a range: at most
  int64_t rows = 1;     // of output pixels in a step: at most
  int64_t weight_slots = 1, position_slots = 1, accumulator_slots = 1, output_slots = 1;
};

struct ConvSchedule {
  ConvMapping mapping = ConvMapping::Channels;
  GemmSchedule product;      // MatrixProduct
  PatchSchedule patch;       // Channels
  WindowSchedule window;     // Windows
  ToeplitzSchedule toeplitz; // Toeplitz
  Parameters machine;        // that it was made for

  bool looped =
      false; // hardware loops where the code repeats itself (not MatrixProduct, which says so itself)

  // What the scheduler says of it.
  uint64_t predicted_cycles = 0;
  uint64_t bound_cycles = 0;
};

} // namespace lockstep
