#include "compiler/conv/WindowShape.h"

#include "compiler/gemm/Placement.h"

#include <algorithm>

namespace lockstep {
namespace {

/// Output pixels [first, last) of a row whose tap s lies in the image.
struct ValidPixels {
  int64_t first, last;
};
ValidPixels validPixels(const ConvProblem &p, int64_t s) {
  const int64_t shift = s * p.dilation_w - p.pad_left; // input position of pixel 0
  const int64_t first = shift >= 0 ? 0 : ceilDivide(-shift, p.stride_w);
  const int64_t last = shift >= p.in_width ? 0 : (p.in_width - 1 - shift) / p.stride_w + 1;
  return {first, std::min(last, p.outWidth())};
}

/// Can pixels x .. x + count - 1 be columns so that for each tap the valid ones come first?
bool prefixes(const ConvProblem &p, const WindowTile &tile) {
  for (int64_t s = 0; s < p.kernel_width; ++s) {
    const ValidPixels valid = validPixels(p, s);
    const int64_t first = std::max(valid.first, tile.x), last = std::min(valid.last, tile.x + tile.count);
    if (first < last && (tile.descending ? last != tile.x + tile.count : first != tile.x))
      return false;
  }
  return true;
}

WindowTile tileAt(const ConvProblem &p, int64_t x, int64_t most) {
  WindowTile tile{x, std::min(most, p.outWidth() - x), false, false};
  for (;; --tile.count)
    for (bool descending : {false, true}) {
      tile.descending = descending;
      if (!prefixes(p, tile))
        continue;
      tile.inside = tile.count == most && !descending;
      for (int64_t s = 0; s < p.kernel_width; ++s)
        tile.inside = tile.inside && WindowShape::validColumns(p, tile, s) == most;
      return tile;
    }
}

} // namespace

int64_t WindowShape::validColumns(const ConvProblem &p, const WindowTile &tile, int64_t s) {
  const ValidPixels valid = validPixels(p, s);
  return std::max<int64_t>(0, std::min(valid.last, tile.x + tile.count) - std::max(valid.first, tile.x));
}

WindowShape::WindowShape(const ConvProblem &p, const Parameters &parameters)
    : patch(p, 1, parameters), taps(p.kernel_height * p.kernel_width * p.in_channels),
      tap_tiles(ceilDivide(taps, patch.rows)), stack_words(tap_tiles * patch.rows),
      rows(p.batch * p.outHeight()) {
  for (int64_t x = 0; x < p.outWidth(); x += row_tiles.back().count)
    row_tiles.push_back(tileAt(p, x, patch.columns));
}

int64_t WindowShape::pixelWords(int64_t channels) const { return ceilDivide(channels, patch.vector_bytes); }

std::vector<WindowSegment> WindowShape::segments(const ConvProblem &problem, int64_t first,
                                                 int64_t count) const {
  const auto perRow = static_cast<int64_t>(row_tiles.size());
  std::vector<WindowSegment> list;
  while (count > 0) {
    const int64_t row = first / perRow, tile = first % perRow, size = std::min(count, perRow - tile);
    list.push_back({row / problem.outHeight(), row % problem.outHeight(), tile, size});
    first += size;
    count -= size;
  }
  return list;
}

Status checkWindowMapping(const ConvProblem &p, const Parameters &parameters) {
  const auto refusal = [](const char *why) { return Error{ErrorKind::Usage, why}; };
  if (p.groups != 1)
    return refusal("there are groups, of too few output channels to stream each");
  if (p.output == GemmOutput::Int32)
    return refusal("int32 results cannot be turned (requantize_c7)");
  if (parameters.array_rows % parameters.weightWordsPerCycle() != 0)
    return refusal("the loader's width does not divide the array's rows (matmul_c5)");
  if (p.in_channels > parameters.memory_burst_bytes)
    return refusal("a pixel's channels do not fit a burst (load_c5); they fill the rows of the array alone");
  return {};
}

} // namespace lockstep
