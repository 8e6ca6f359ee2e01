#include "compiler/conv/WindowTransfers.h"

#include "compiler/conv/TransferLevels.h"
#include "compiler/gemm/Placement.h"

#include <algorithm>

namespace lockstep {

std::vector<Instruction> WindowTransfers::loadWindows(int64_t firstTile, int64_t tiles) const {
  std::vector<Instruction> list;
  int64_t slot = 0;
  for (const WindowSegment &segment : shape.segments(problem, firstTile, tiles)) {
    loadSegment(segment, slot, list);
    slot += segment.count;
  }
  return list;
}

/// Kernel rows outside of the image are filled; runs of tiles that lie inside are loaded together.
void WindowTransfers::loadSegment(const WindowSegment &segment, int64_t slot,
                                  std::vector<Instruction> &list) const {
  const int64_t top = segment.y * problem.stride_h - problem.pad_top, d = problem.dilation_h;
  const int64_t kernel = problem.kernel_height;
  const int64_t first = std::min(kernel, top >= 0 ? 0 : ceilDivide(-top, d));
  const int64_t last =
      top >= problem.in_height ? first : std::clamp((problem.in_height - 1 - top) / d + 1, first, kernel);
  fillRows(slot, segment.count, 0, first, list);
  fillRows(slot, segment.count, last, kernel, list);
  if (first == last)
    return;
  for (int64_t tile = 0; tile < segment.count;) {
    const auto at = [&](int64_t i) { return shape.row_tiles[static_cast<size_t>(segment.first + i)]; };
    int64_t run = 1;
    while (at(tile).inside && tile + run < segment.count && at(tile + run).inside)
      ++run;
    loadTiles(segment, segment.first + tile, run, slot + tile, first, last, list);
    tile += run;
  }
}

void WindowTransfers::fillRows(int64_t slot, int64_t tiles, int64_t firstRow, int64_t lastRow,
                               std::vector<Instruction> &list) const {
  if (firstRow >= lastRow)
    return;
  const int64_t rowWords = problem.kernel_width * problem.in_channels;
  FillInstruction fill;
  fill.fill = convByte(problem.input_zero_point);
  fill.local_address = convField(slot * shape.stack_words + firstRow * rowWords);
  fill.count_0 = convField(rowWords);
  fill.local_stride_0 = 1;
  fill.count_1 = convField(lastRow - firstRow);
  fill.local_stride_1 = rowWords;
  fill.count_2 = convField(tiles);
  fill.local_stride_2 = shape.stack_words;
  list.push_back(fill);
}

/// Kernel columns that are valid for the same columns of the array and contiguous in memory, as many as a
/// burst holds.
std::vector<WindowTransfers::Run> WindowTransfers::runsOf(const WindowTile &tile) const {
  const bool contiguous = problem.dilation_w == 1 && shape.patch.input_pitch == problem.in_channels;
  const int64_t most = contiguous ? std::max<int64_t>(1, burst_bytes / problem.in_channels) : 1;
  std::vector<Run> runs;
  for (int64_t s = 0; s < problem.kernel_width; ++s) {
    const int64_t columns = WindowShape::validColumns(problem, tile, s);
    if (!runs.empty() && runs.back().columns == columns && columns > 0 && runs.back().length < most)
      ++runs.back().length;
    else
      runs.push_back({s, 1, columns});
  }
  return runs;
}

/// One channel, stride 1: the words are pieces of image rows as they are, so nothing has to be turned.
bool WindowTransfers::pixelsContiguous() const {
  return problem.stride_w == 1 && shape.patch.input_pitch == 1;
}

LoadInstruction WindowTransfers::loadPlain(const Run &run) const {
  auto load = convTransfer<LoadInstruction>(run.columns, run.columns, 1);
  setLevel(load, 0, run.length, problem.dilation_w, 1);
  return load;
}

LoadInstruction WindowTransfers::loadTurned(const Run &run, bool descending) const {
  const int64_t pixelStep = problem.stride_w * shape.patch.input_pitch;
  auto load = convTransfer<LoadInstruction>(problem.in_channels * run.length, shape.patch.vector_bytes, 0);
  load.transpose = 1;
  setLevel(load, 0, run.columns, descending ? -pixelStep : pixelStep, 1);
  return load;
}

void WindowTransfers::loadTiles(const WindowSegment &segment, int64_t tileIndex, int64_t tiles, int64_t slot,
                                int64_t firstRow, int64_t lastRow, std::vector<Instruction> &list) const {
  const WindowTile &tile = shape.row_tiles[static_cast<size_t>(tileIndex)];
  const int64_t pitch = shape.patch.input_pitch, pixelStep = problem.stride_w * pitch;
  const int64_t rowWords = problem.kernel_width * problem.in_channels;
  const int64_t y = segment.y * problem.stride_h + firstRow * problem.dilation_h - problem.pad_top;
  const int64_t lane0 = tile.descending ? tile.x + tile.count - 1 : tile.x;
  for (const Run &run : runsOf(tile)) {
    const int64_t word = slot * shape.stack_words + firstRow * rowWords + run.s * problem.in_channels;
    if (run.columns == 0) {
      FillInstruction fill;
      fill.fill = convByte(problem.input_zero_point);
      fill.local_address = convField(word);
      fill.count_0 = convField(problem.in_channels * run.length);
      fill.local_stride_0 = 1;
      fill.count_1 = convField(lastRow - firstRow);
      fill.local_stride_1 = rowWords;
      fill.count_2 = 1;
      list.push_back(fill);
      continue;
    }
    const int64_t x = lane0 * problem.stride_w + run.s * problem.dilation_w - problem.pad_left;
    LoadInstruction load =
        pixelsContiguous() && !tile.descending ? loadPlain(run) : loadTurned(run, tile.descending);
    load.fill = convByte(problem.input_zero_point);
    load.external_address =
        convField(((segment.image * problem.in_height + y) * problem.in_width + x) * pitch);
    load.local_address = convField(word);
    setLevel(load, 1, lastRow - firstRow, problem.dilation_h * problem.in_width * pitch, rowWords);
    setLevel(load, 2, tiles, shape.patch.columns * pixelStep, shape.stack_words);
    list.push_back(load);
  }
}

LoadInstruction WindowTransfers::loadWeights() const {
  return convTransfer<LoadInstruction>(problem.out_channels * shape.stack_words, shape.patch.rows, 1);
}

LoadInstruction WindowTransfers::loadParameters(int64_t arrayBytes) const {
  auto load = convTransfer<LoadInstruction>(4 * problem.out_channels, 4 * shape.patch.columns,
                                            shape.patch.parameter_rows);
  load.local_memory = 1;
  setLevel(load, 0, shape.patch.parameter_rows, arrayBytes, 1);
  return load;
}

MatmulInstruction WindowTransfers::matmul(int64_t tiles, const ChannelBlock &channels) const {
  MatmulInstruction m;
  m.streamed_zero_point = problem.weight_zero_point;
  m.stationary_zero_point = problem.input_zero_point;
  m.stationary_stride = convField(shape.patch.rows);
  m.streamed_address = convField(channels.first * shape.tap_tiles);
  m.last_rows = convField(shape.taps - (shape.tap_tiles - 1) * shape.patch.rows);
  m.last_columns = convField(shape.patch.columns);
  m.tile_count_0 = convField(shape.tap_tiles);
  m.tile_streamed_stride_0 = 1;
  m.tile_count_1 = m.tile_count_2 = 1;
  m.tile_count_3 = convField(tiles);
  m.tile_accumulator_stride_3 = channels.count;
  m.stream_count_0 = convField(channels.count);
  m.stream_streamed_stride_0 = shape.tap_tiles;
  m.stream_accumulator_stride_0 = 1;
  m.stream_count_1 = 1;
  return m;
}

RequantizeInstruction WindowTransfers::requantize(int64_t tiles, const ChannelBlock &channels) const {
  const int64_t pixelWords = shape.pixelWords(channels.count);
  RequantizeInstruction r;
  setRescale(r, problem);
  r.channel_axis = 1;
  r.transpose = 1;
  r.parameter_address = convField(channels.first / shape.patch.columns * shape.patch.parameter_rows);
  r.count_0 = convField(channels.count);
  r.accumulator_stride_0 = 1;
  r.local_stride_0 = 1;
  r.count_1 = convField(tiles);
  r.accumulator_stride_1 = channels.count;
  r.local_stride_1 = shape.patch.columns * pixelWords;
  r.transpose_stride = pixelWords;
  r.last_columns = convField(shape.patch.columns);
  return r;
}

/// Tiles whose pixels follow each other in memory and in the slot are stored together.
std::vector<StoreInstruction> WindowTransfers::store(int64_t firstTile, int64_t tiles,
                                                     const ChannelBlock &channels) const {
  std::vector<StoreInstruction> stores;
  int64_t slot = 0;
  for (const WindowSegment &segment : shape.segments(problem, firstTile, tiles)) {
    for (int64_t i = 0; i < segment.count;) {
      const auto at = [&](int64_t j) { return shape.row_tiles[static_cast<size_t>(segment.first + j)]; };
      int64_t pixels = at(i).count, run = 1;
      while (!at(i).descending && pixels == run * shape.patch.columns && i + run < segment.count &&
             !at(i + run).descending)
        pixels += at(i + run++).count;
      stores.push_back(storeTiles(segment, segment.first + i, pixels, slot + i, channels));
      i += run;
    }
    slot += segment.count;
  }
  return stores;
}

StoreInstruction WindowTransfers::storeTiles(const WindowSegment &segment, int64_t tileIndex, int64_t pixels,
                                             int64_t slot, const ChannelBlock &channels) const {
  const WindowTile &tile = shape.row_tiles[static_cast<size_t>(tileIndex)];
  const int64_t pitch = shape.patch.output_pitch, vector = shape.patch.vector_bytes;
  const int64_t words = shape.pixelWords(channels.count);
  const bool joins = !tile.descending && pitch == channels.count && pixels * pitch <= kMaxTransferRowBytes &&
                     (channels.count % vector == 0 || words == 1);
  StoreInstruction store;
  if (joins) {
    store = convTransfer<StoreInstruction>(pixels * pitch, std::min(vector, channels.count), 1);
  } else {
    store = convTransfer<StoreInstruction>(channels.count, vector, 1);
    setLevel(store, 0, pixels, pitch, tile.descending ? -words : words);
  }
  const int64_t pixel = (segment.image * problem.outHeight() + segment.y) * problem.outWidth() + tile.x;
  store.external_address = convField(pixel * pitch + channels.first);
  store.local_address =
      convField((slot * shape.patch.columns + (tile.descending ? tile.count - 1 : 0)) * words);
  return store;
}

} // namespace lockstep
