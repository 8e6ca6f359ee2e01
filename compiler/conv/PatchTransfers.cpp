#include "compiler/conv/PatchTransfers.h"

#include "compiler/conv/TransferLevels.h"
#include "compiler/gemm/Placement.h"

#include <algorithm>

namespace lockstep {

PatchTransfers::Valid PatchTransfers::validOf(const PatchAxis &axis, int64_t origin, int64_t length) const {
  const int64_t first = origin >= 0 ? 0 : ceilDivide(-origin, axis.step);
  const int64_t last = origin >= axis.extent ? 0 : (axis.extent - 1 - origin) / axis.step + 1;
  return {first, std::min(last, length)};
}

std::vector<Instruction> PatchTransfers::loadPatch(int64_t group, const PixelBlock &block,
                                                   const ReductionChunk &chunk) const {
  const int64_t height = shape.vertical.length(block.rows), width = shape.horizontal.length(block.columns);
  const int64_t tiles = shape.channelTiles(chunk.channels), rowWords = width * tiles;
  const Valid y = validOf(shape.vertical, shape.vertical.origin(block.y), height);
  const Valid x = validOf(shape.horizontal, shape.horizontal.origin(block.x), width);
  if (!y.any() || !x.any())
    return {fillWords(0, height, width, tiles, rowWords)};
  std::vector<Instruction> list;
  const int64_t inside = y.last - y.first;
  if (y.first > 0)
    list.push_back(fillWords(0, y.first, width, tiles, rowWords));
  if (y.last < height)
    list.push_back(fillWords(y.last * rowWords, height - y.last, width, tiles, rowWords));
  if (x.first > 0)
    list.push_back(fillWords(y.first * rowWords, inside, x.first, tiles, rowWords));
  if (x.last < width)
    list.push_back(fillWords(y.first * rowWords + x.last * tiles, inside, width - x.last, tiles, rowWords));
  LoadInstruction load = loadImage(block, chunk, y, x);
  load.external_address += convField(group * shape.channels);
  list.push_back(load);
  return list;
}

FillInstruction PatchTransfers::fillWords(int64_t word, int64_t rows, int64_t pixels, int64_t tiles,
                                          int64_t rowStride) const {
  FillInstruction fill;
  fill.fill = convByte(problem.input_zero_point);
  fill.local_address = convField(word);
  fill.count_0 = convField(tiles);
  fill.local_stride_0 = 1;
  fill.count_1 = convField(pixels);
  fill.local_stride_1 = tiles;
  fill.count_2 = convField(rows);
  fill.local_stride_2 = rowStride;
  return fill;
}

/// As few and as long rows as the layout allows: all pixels, a row of pixels, or a pixel each.
LoadInstruction PatchTransfers::loadImage(const PixelBlock &block, const ReductionChunk &chunk,
                                          const Valid &y, const Valid &x) const {
  const PatchAxis &v = shape.vertical, &h = shape.horizontal;
  const int64_t width = h.length(block.columns), tiles = shape.channelTiles(chunk.channels);
  const int64_t rows = y.last - y.first, pixels = x.last - x.first;
  const int64_t pixelStep = h.step * shape.input_pitch, rowStep = v.step * h.extent * shape.input_pitch;
  const bool wholeWords = chunk.channels % shape.rows == 0 || tiles == 1;
  const bool joinsPixels =
      pixelStep == chunk.channels && wholeWords && pixels * pixelStep <= kMaxTransferRowBytes;
  const bool joinsRows = joinsPixels && pixels == width && rowStep == pixels * pixelStep &&
                         rows * rowStep <= kMaxTransferRowBytes;
  const int64_t word = std::min(shape.rows, chunk.channels);
  LoadInstruction load;
  if (joinsRows) {
    load = convTransfer<LoadInstruction>(rows * rowStep, word, 1);
  } else if (joinsPixels) {
    load = convTransfer<LoadInstruction>(pixels * pixelStep, word, 1);
    setLevel(load, 0, rows, rowStep, width * tiles);
  } else {
    load = convTransfer<LoadInstruction>(chunk.channels, shape.rows, 1);
    setLevel(load, 0, pixels, pixelStep, tiles);
    setLevel(load, 1, rows, rowStep, width * tiles);
  }
  const int64_t top = v.origin(block.y) + y.first * v.step, left = h.origin(block.x) + x.first * h.step;
  load.fill = convByte(problem.input_zero_point);
  load.external_address =
      convField(((block.image * v.extent + top) * h.extent + left) * shape.input_pitch + chunk.channel);
  load.local_address = convField((y.first * width + x.first) * tiles);
  return load;
}

LoadInstruction PatchTransfers::loadWeights(int64_t bytes) const {
  return convTransfer<LoadInstruction>(bytes, shape.columns, 1);
}

LoadInstruction PatchTransfers::loadParameters(int64_t group, const ChannelBlock &channels,
                                               int64_t arrayBytes) const {
  auto load = convTransfer<LoadInstruction>(4 * channels.count, 4 * shape.columns, shape.parameter_rows);
  load.local_memory = 1;
  load.external_address = convField(4 * (group * shape.outputs + channels.first));
  setLevel(load, 0, shape.parameter_rows, arrayBytes, 1);
  return load;
}

MatmulInstruction PatchTransfers::matmul(const PixelBlock &block, const ChannelBlock &channels,
                                         const ReductionChunk &chunk) const {
  const int64_t tiles = shape.channelTiles(chunk.channels), columnTiles = shape.columnTiles(channels.count);
  const int64_t rowWords = shape.horizontal.length(block.columns) * tiles;
  MatmulInstruction m;
  m.streamed_zero_point = problem.input_zero_point;
  m.stationary_zero_point = problem.weight_zero_point;
  m.accumulate = chunk.channel > 0 || chunk.kernel_row > 0;
  m.stationary_stride = convField(shape.tilePitch(chunk.channels));
  m.streamed_address = convField(chunk.kernel_row * shape.vertical.tap * rowWords);
  m.last_rows = convField(chunk.channels - (tiles - 1) * shape.rows);
  m.last_columns = convField(channels.count - (columnTiles - 1) * shape.columns);
  m.tile_count_0 = convField(tiles);
  m.tile_streamed_stride_0 = 1;
  m.tile_count_1 = convField(shape.kernel_width);
  m.tile_streamed_stride_1 = shape.horizontal.tap * tiles;
  m.tile_count_2 = convField(chunk.kernel_rows);
  m.tile_streamed_stride_2 = shape.vertical.tap * rowWords;
  m.tile_count_3 = convField(columnTiles);
  m.tile_accumulator_stride_3 = block.pixels();
  m.stream_count_0 = convField(block.columns);
  m.stream_streamed_stride_0 = shape.horizontal.output * tiles;
  m.stream_accumulator_stride_0 = 1;
  m.stream_count_1 = convField(block.rows);
  m.stream_streamed_stride_1 = shape.vertical.output * rowWords;
  m.stream_accumulator_stride_1 = block.columns;
  return m;
}

/// Are the block's pixels equally far apart in memory?
bool PatchTransfers::isLinear(const PixelBlock &block) const {
  return block.rows == 1 || block.columns == problem.outWidth();
}

std::vector<ConvPiece> PatchTransfers::pieces(const PixelBlock &block, int64_t count) const {
  const int64_t unit = isLinear(block) ? 1 : block.columns, units = block.pixels() / unit;
  count = std::min(count, units);
  std::vector<ConvPiece> list;
  int64_t first = 0;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t size = (units / count + (i < units % count)) * unit;
    list.push_back({first, size});
    first += size;
  }
  return list;
}

void setRescale(RequantizeInstruction &r, const ConvProblem &problem) {
  r.output_type = static_cast<uint64_t>(problem.output);
  r.has_bias = problem.has_bias;
  r.per_channel = problem.per_channel;
  r.shift = 2; // legal, if not used
  if (problem.output == GemmOutput::Int32)
    return;
  r.output_zero_point = problem.output_zero_point;
  r.clamp_minimum = problem.clamp_minimum;
  r.clamp_maximum = problem.clamp_maximum;
  if (problem.per_channel)
    return;
  r.multiplier = convField(problem.multiplier);
  r.shift = convField(problem.shift);
}

RequantizeInstruction PatchTransfers::requantize(const PixelBlock &block, const ChannelBlock &channels,
                                                 const ConvPiece &piece) const {
  const int64_t tiles = shape.columnTiles(channels.count);
  RequantizeInstruction r;
  setRescale(r, problem);
  r.accumulator_address = convField(piece.first);
  r.count_0 = convField(piece.count);
  r.accumulator_stride_0 = 1;
  r.count_1 = convField(tiles);
  r.accumulator_stride_1 = block.pixels();
  r.last_columns = convField(channels.count - (tiles - 1) * shape.columns);
  r.local_address = convField(piece.first * tiles * shape.output_words);
  r.local_stride_0 = tiles * shape.output_words;
  r.local_stride_1 = shape.output_words;
  return r;
}

/// `bytes` of each pixel, whose words in the slot are pixelWords apart.
StoreInstruction PatchTransfers::storeRows(const PixelBlock &block, const ConvPiece &piece, int64_t bytes,
                                           int64_t chunk, int64_t pixelWords) const {
  const int64_t linear = isLinear(block) ? piece.count : block.columns; // pixels that are equally far apart
  const int64_t words = ceilDivide(bytes, chunk);
  const bool contiguous = shape.output_pitch == bytes && linear * bytes <= kMaxTransferRowBytes;
  const int64_t rowStride = problem.outWidth() * shape.output_pitch;
  StoreInstruction store;
  int level = 0;
  if (contiguous && words * chunk == bytes && words == pixelWords) {
    store = convTransfer<StoreInstruction>(linear * bytes, chunk, 1);
  } else if (contiguous && bytes <= chunk) {
    store = convTransfer<StoreInstruction>(linear * bytes, bytes, pixelWords);
  } else {
    store = convTransfer<StoreInstruction>(bytes, chunk, 1);
    setLevel(store, level++, linear, shape.output_pitch, pixelWords);
  }
  setLevel(store, level, piece.count / linear, rowStride, linear * pixelWords);
  const int64_t y = block.y + piece.first / block.columns, x = block.x + piece.first % block.columns;
  store.external_address =
      convField(((block.image * problem.outHeight() + y) * problem.outWidth() + x) * shape.output_pitch);
  store.local_address = convField(piece.first * pixelWords);
  return store;
}

std::vector<StoreInstruction> PatchTransfers::store(int64_t group, const PixelBlock &block,
                                                    const ChannelBlock &channels,
                                                    const ConvPiece &piece) const {
  const int64_t tiles = shape.columnTiles(channels.count), pixelWords = tiles * shape.output_words;
  const int64_t chunk = shape.output_bytes == 4 ? shape.vector_bytes : shape.columns;
  const int64_t tileBytes = shape.columns * shape.output_bytes;
  const bool gaps =
      shape.output_words * chunk != tileBytes && tiles > 1; // the last word of a tile is not full
  std::vector<StoreInstruction> stores;
  for (int64_t tile = 0; tile < (gaps ? tiles : 1); ++tile) {
    const int64_t left = channels.count * shape.output_bytes - tile * tileBytes;
    StoreInstruction store =
        storeRows(block, piece, gaps ? std::min(left, tileBytes) : left, chunk, pixelWords);
    store.external_address +=
        convField((group * shape.outputs + channels.first) * shape.output_bytes + tile * tileBytes);
    store.local_address += convField(tile * shape.output_words);
    stores.push_back(store);
  }
  return stores;
}

} // namespace lockstep
