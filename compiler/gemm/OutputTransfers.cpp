// Requantize and store of an output block, in pieces.
#include "compiler/gemm/Transfers.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr int64_t kMaxRowBytes = (int64_t{1} << 24) - 1;

StoreInstruction storeOf(int64_t rowBytes, int64_t chunkBytes, int64_t chunkStride) {
  StoreInstruction store;
  store.row_bytes = static_cast<uint64_t>(rowBytes);
  store.chunk_bytes = static_cast<uint64_t>(chunkBytes);
  store.chunk_stride = chunkStride;
  store.count_0 = store.count_1 = store.count_2 = 1;
  return store;
}

void setRows(StoreInstruction &store, int64_t count, int64_t externalStride, int64_t localStride) {
  store.count_0 = static_cast<uint64_t>(count);
  store.external_stride_0 = externalStride;
  store.local_stride_0 = localStride;
}

} // namespace

/// As even as whole units allow: groups of V streams if there are enough of them, else streams; column tiles
/// if turned.
std::vector<OutputPiece> Transfers::pieces(const BlockExtent &block, int64_t count) const {
  const int64_t total = roles.transposed_output ? shape.columnTiles(block.columns) : block.streams;
  const int64_t channelRows = roles.channels_are_streams ? shape.columns : 1; // parameters begin at lane 0
  const int64_t unit = roles.transposed_output ? 1 : channelRows;
  const int64_t size = roundUp(ceilDivide(total, count), unit);
  std::vector<OutputPiece> list;
  for (int64_t first = 0; first < total; first += size)
    list.push_back({first, std::min(size, total - first)});
  return list;
}

void Transfers::rescale(RequantizeInstruction &requantize) const {
  requantize.has_bias = problem.has_bias;
  requantize.output_type = static_cast<uint64_t>(problem.output);
  requantize.shift = 2; // a legal value where the field does not count
  if (problem.output == GemmOutput::Int32)
    return;
  requantize.per_channel = problem.per_column;
  requantize.channel_axis = roles.channels_are_streams;
  requantize.transpose = roles.transposed_output;
  if (!problem.per_column) {
    requantize.multiplier = static_cast<uint64_t>(problem.multiplier);
    requantize.shift = static_cast<uint64_t>(problem.shift);
  }
  if (problem.output == GemmOutput::Int16)
    return;
  requantize.output_zero_point = problem.output_zero_point;
  requantize.clamp_minimum = problem.clamp_minimum;
  requantize.clamp_maximum = problem.clamp_maximum;
}

RequantizeInstruction Transfers::requantize(const BlockExtent &block, const OutputPiece &piece) const {
  const int64_t tiles = shape.columnTiles(block.columns),
                groups = ceilDivide(block.streams, shape.vector_bytes);
  const bool turned = roles.transposed_output;
  const int64_t firstTile = turned ? piece.first : 0, tileCount = turned ? piece.count : tiles;
  const int64_t firstStream = turned ? 0 : piece.first, streams = turned ? block.streams : piece.count;
  const bool last = firstTile + tileCount == tiles;
  RequantizeInstruction requantize;
  rescale(requantize);
  requantize.accumulator_address = static_cast<uint64_t>(firstTile * block.streams + firstStream);
  requantize.count_0 = static_cast<uint64_t>(streams);
  requantize.accumulator_stride_0 = 1;
  requantize.count_1 = static_cast<uint64_t>(tileCount);
  requantize.accumulator_stride_1 = block.streams;
  requantize.last_columns =
      static_cast<uint64_t>(last ? block.columns - (tiles - 1) * shape.columns : shape.columns);
  const int64_t firstBlock = roles.channels_are_streams ? firstStream / shape.columns : firstTile;
  requantize.parameter_address = static_cast<uint64_t>(firstBlock * shape.parameter_rows);
  if (turned) {
    requantize.local_address = static_cast<uint64_t>(firstTile * shape.columns * groups);
    requantize.local_stride_0 = 1;
    requantize.local_stride_1 = shape.columns * groups;
    requantize.transpose_stride = groups;
  } else {
    requantize.local_address = static_cast<uint64_t>(firstStream * tiles * shape.output_words);
    requantize.local_stride_0 = tiles * shape.output_words;
    requantize.local_stride_1 = shape.output_words;
  }
  return requantize;
}

std::vector<StoreInstruction> Transfers::store(const BlockExtent &block, const OutputPiece &piece) const {
  if (roles.transposed_output)
    return storeTurned(block, piece);
  const int64_t bytes = elementBytes(problem.output);
  const bool gaps = bytes > 1 && bytes * shape.columns % shape.vector_bytes != 0;
  return gaps && shape.columnTiles(block.columns) > 1 ? storeSplitRows(block, piece)
                                                      : storePlain(block, piece);
}

/// A row is a stream: its words lie one behind the other.
std::vector<StoreInstruction> Transfers::storePlain(const BlockExtent &block,
                                                    const OutputPiece &piece) const {
  const int64_t bytes = elementBytes(problem.output);
  const int64_t rowBytes = bytes * block.columns, stride = bytes * roles.output_stream_stride;
  const int64_t chunk = bytes > 1 ? shape.vector_bytes : shape.columns;
  const int64_t rowWords = shape.columnTiles(block.columns) * shape.output_words;
  const bool contiguous = stride == rowBytes && piece.count * rowBytes <= kMaxRowBytes;
  StoreInstruction store = storeOf(rowBytes, chunk, 1);
  if (contiguous && rowWords * chunk == rowBytes)
    store = storeOf(piece.count * rowBytes, chunk, 1);
  else if (contiguous && rowBytes <= chunk)
    store = storeOf(piece.count * rowBytes, rowBytes, rowWords);
  else
    setRows(store, piece.count, stride, rowWords);
  store.external_address = static_cast<uint64_t>(piece.first * stride);
  store.local_address = static_cast<uint64_t>(piece.first * rowWords);
  return {store};
}

/// int16 and int32 rows whose last word of each column tile is not full: each tile's part of a row is a row
/// of its own.
std::vector<StoreInstruction> Transfers::storeSplitRows(const BlockExtent &block,
                                                        const OutputPiece &piece) const {
  const int64_t tiles = shape.columnTiles(block.columns), full = block.columns / shape.columns;
  const int64_t bytes = elementBytes(problem.output);
  const int64_t stride = bytes * roles.output_stream_stride, tileBytes = bytes * shape.columns;
  const int64_t rowWords = tiles * shape.output_words;
  std::vector<StoreInstruction> stores;
  auto add = [&](int64_t firstTile, int64_t count, int64_t rowBytes) {
    StoreInstruction store = storeOf(rowBytes, shape.vector_bytes, 1);
    setRows(store, piece.count, stride, rowWords);
    store.count_1 = static_cast<uint64_t>(count);
    store.external_stride_1 = tileBytes;
    store.local_stride_1 = shape.output_words;
    store.external_address = static_cast<uint64_t>(piece.first * stride + firstTile * tileBytes);
    store.local_address = static_cast<uint64_t>(piece.first * rowWords + firstTile * shape.output_words);
    stores.push_back(store);
  };
  add(0, full, tileBytes);
  if (full < tiles)
    add(full, 1, bytes * (block.columns - full * shape.columns));
  return stores;
}

/// A row is a column of the block: words of V streams each.
std::vector<StoreInstruction> Transfers::storeTurned(const BlockExtent &block,
                                                     const OutputPiece &piece) const {
  const int64_t groups = ceilDivide(block.streams, shape.vector_bytes), stride = roles.output_column_stride;
  const int64_t first = piece.first * shape.columns;
  const int64_t rows = std::min(block.columns - first, piece.count * shape.columns);
  const bool contiguous = stride == block.streams && rows * block.streams <= kMaxRowBytes;
  StoreInstruction store = storeOf(block.streams, shape.vector_bytes, 1);
  if (contiguous && (block.streams % shape.vector_bytes == 0 || groups == 1))
    store = storeOf(rows * block.streams, std::min(block.streams, shape.vector_bytes), 1);
  else
    setRows(store, rows, stride, groups);
  store.external_address = static_cast<uint64_t>(first * stride);
  store.local_address = static_cast<uint64_t>(first * groups);
  return {store};
}

} // namespace lockstep
