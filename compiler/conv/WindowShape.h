// A convolution with windows on rows: a column of the array is an output pixel, its rows are the taps of its
// window.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/conv/ConvSchedule.h"
#include "compiler/conv/PatchShape.h"
#include "hw/machine/Parameters.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// `count` output pixels x, x + 1, ... of a row, at most as many as the array has columns. Column j is pixel
/// x + j, or x + count - 1 - j if descending: so that for each tap the columns whose input lies outside of
/// the image are the last ones, which a turning load fills.
struct WindowTile {
  int64_t x = 0, count = 0;
  bool descending = false;
  bool inside = false; // all columns there, no tap outside
};

/// A row of output pixels of an image, and tiles first to first + count - 1 of it.
struct WindowSegment {
  int64_t image = 0, y = 0, first = 0, count = 0;
};

/// Sizes. Words of a tile of windows: [kernel row, kernel column, channel], cut into tiles of R of the array.
struct WindowShape {
  WindowShape(const ConvProblem &problem, const Parameters &parameters);

  PatchShape patch; // pitches, R, C, V
  int64_t taps;
  int64_t tap_tiles;                 // ceil(taps / R)
  int64_t stack_words;               // words from tile of windows to tile of windows
  std::vector<WindowTile> row_tiles; // of every row of output pixels
  int64_t rows;                      // of output pixels, in all images

  int64_t totalTiles() const { return rows * static_cast<int64_t>(row_tiles.size()); }
  /// Scratchpad words of a pixel of `channels` output channels.
  int64_t pixelWords(int64_t channels) const;
  /// Tiles first to first + count - 1 of all tiles, cut where a row ends.
  std::vector<WindowSegment> segments(const ConvProblem &problem, int64_t first, int64_t count) const;

  /// Columns (prefix) of a tile whose tap s lies in the image.
  static int64_t validColumns(const ConvProblem &problem, const WindowTile &tile, int64_t s);
};

/// Errors (Usage): why the mapping is impossible.
Status checkWindowMapping(const ConvProblem &problem, const Parameters &parameters);

} // namespace lockstep
