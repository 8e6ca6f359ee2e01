#include "compiler/gemm/Transfers.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr int64_t kMaxRowBytes = (int64_t{1} << 24) - 1;

/// Level counts are 1 unless set.
template <typename Transfer> Transfer transferOf(int64_t rowBytes, int64_t chunkBytes, int64_t chunkStride) {
  Transfer transfer;
  transfer.row_bytes = static_cast<uint64_t>(rowBytes);
  transfer.chunk_bytes = static_cast<uint64_t>(chunkBytes);
  transfer.chunk_stride = chunkStride;
  transfer.count_0 = transfer.count_1 = transfer.count_2 = 1;
  return transfer;
}

template <typename Transfer>
void setLevel0(Transfer &t, int64_t count, int64_t externalStride, int64_t localStride) {
  t.count_0 = static_cast<uint64_t>(count);
  t.external_stride_0 = externalStride;
  t.local_stride_0 = localStride;
}
template <typename Transfer>
void setLevel1(Transfer &t, int64_t count, int64_t externalStride, int64_t localStride) {
  t.count_1 = static_cast<uint64_t>(count);
  t.external_stride_1 = externalStride;
  t.local_stride_1 = localStride;
}
template <typename Transfer>
void setLevel2(Transfer &t, int64_t count, int64_t externalStride, int64_t localStride) {
  t.count_2 = static_cast<uint64_t>(count);
  t.external_stride_2 = externalStride;
  t.local_stride_2 = localStride;
}

template <typename Transfer> void displace(Transfer &t, int64_t externalBytes, int64_t words) {
  t.external_address += static_cast<uint64_t>(externalBytes);
  t.local_address += static_cast<uint64_t>(words);
}

/// May `count` rows of `bytes`, `stride` apart and each cut into chunks, be moved as one long row? They have
/// to be contiguous, and cut the same way.
bool joinsToOneRow(int64_t count, int64_t bytes, int64_t stride, int64_t chunk) {
  return stride == bytes && (bytes % chunk == 0 || bytes < chunk) && count * bytes <= kMaxRowBytes;
}

uint64_t byteOf(int64_t value) { return static_cast<uint64_t>(value) & 0xff; }

} // namespace

std::vector<LoadInstruction> Transfers::loadStreamed(const BlockExtent &block) const {
  auto loads = roles.streamed_turned ? loadStreamedTurned(block) : loadStreamedDirect(block);
  for (LoadInstruction &load : loads)
    load.fill = byteOf(roles.streamed_zero_point);
  return loads;
}

std::vector<LoadInstruction> Transfers::loadStreamedDirect(const BlockExtent &block) const {
  const int64_t tiles = shape.reductionTiles(block.reduction);
  if (joinsToOneRow(block.streams, block.reduction, roles.streamed_stream_stride, shape.rows))
    return {transferOf<LoadInstruction>(block.streams * block.reduction,
                                        std::min(shape.rows, block.reduction), 1)};
  auto load = transferOf<LoadInstruction>(block.reduction, shape.rows, 1);
  setLevel0(load, block.streams, roles.streamed_stream_stride, tiles);
  return {load};
}

/// Blocks of R elements of the reduction by as many streams as a burst holds; what is ragged in either
/// dimension is a load of its own.
std::vector<LoadInstruction> Transfers::loadStreamedTurned(const BlockExtent &block) const {
  const int64_t tiles = shape.reductionTiles(block.reduction), stride = roles.streamed_reduction_stride;
  const int64_t width = std::min(parameters.memory_burst_bytes, block.streams);
  std::vector<LoadInstruction> loads;
  auto add = [&](int64_t stream, int64_t streams, int64_t streamBlocks, int64_t tile, int64_t rows,
                 int64_t tileCount) {
    if (streams == 0 || streamBlocks == 0 || rows == 0 || tileCount == 0)
      return;
    auto load = transferOf<LoadInstruction>(streams, shape.vector_bytes, 0);
    load.transpose = 1;
    setLevel0(load, rows, stride, tiles);
    setLevel1(load, streamBlocks, streams, streams * tiles);
    setLevel2(load, tileCount, shape.rows * stride, 1);
    displace(load, stream + tile * shape.rows * stride, stream * tiles + tile);
    loads.push_back(load);
  };
  const int64_t wide = block.streams / width, full = block.reduction / shape.rows;
  for (bool ragged : {false, true}) {
    const int64_t tile = ragged ? full : 0, tileCount = ragged ? 1 : full;
    const int64_t rows = ragged ? block.reduction % shape.rows : shape.rows;
    add(0, width, wide, tile, rows, tileCount);
    add(wide * width, block.streams % width, 1, tile, rows, tileCount);
  }
  return loads;
}

std::vector<LoadInstruction> Transfers::loadStationary(const BlockExtent &block) const {
  auto loads = roles.transpose_stationary ? loadTileColumns(block) : loadTileRows(block);
  for (LoadInstruction &load : loads)
    load.fill = byteOf(roles.stationary_zero_point);
  return loads;
}

/// W stored [reduction, column]: a row of external memory gives one word to each column tile.
std::vector<LoadInstruction> Transfers::loadTileRows(const BlockExtent &block) const {
  const int64_t pitch = shape.stationary_pitch, stride = roles.stationary_reduction_stride;
  const int64_t tileColumnWords = shape.reductionTiles(block.reduction) * pitch;
  const bool wordsInOrder = pitch == shape.rows || block.reduction <= shape.rows;
  if (wordsInOrder && block.columns <= shape.columns &&
      joinsToOneRow(block.reduction, block.columns, stride, shape.columns))
    return {transferOf<LoadInstruction>(block.reduction * block.columns, block.columns, 1)};
  auto load = transferOf<LoadInstruction>(block.columns, shape.columns, tileColumnWords);
  if (wordsInOrder) {
    setLevel0(load, block.reduction, stride, 1);
    return {load};
  }
  std::vector<LoadInstruction> loads;
  const int64_t full = block.reduction / shape.rows, ragged = block.reduction % shape.rows;
  if (full > 0) {
    setLevel0(load, shape.rows, stride, 1);
    setLevel1(load, full, shape.rows * stride, pitch);
    loads.push_back(load);
  }
  if (ragged > 0) {
    setLevel0(load, ragged, stride, 1);
    setLevel1(load, 1, 0, 0);
    displace(load, full * shape.rows * stride, full * pitch);
    loads.push_back(load);
  }
  return loads;
}

/// W stored [column, reduction]: a row of external memory gives one word to each reduction tile.
std::vector<LoadInstruction> Transfers::loadTileColumns(const BlockExtent &block) const {
  const int64_t pitch = shape.stationary_pitch, stride = roles.stationary_column_stride;
  const int64_t tiles = shape.reductionTiles(block.reduction);
  const bool wordsInOrder = tiles == 1 && (pitch == shape.columns || block.columns <= shape.columns);
  if (wordsInOrder && joinsToOneRow(block.columns, block.reduction, stride, shape.rows))
    return {transferOf<LoadInstruction>(block.columns * block.reduction, block.reduction, 1)};
  auto load = transferOf<LoadInstruction>(block.reduction, shape.rows, pitch);
  if (wordsInOrder || block.columns <= shape.columns) {
    setLevel0(load, block.columns, stride, 1);
    return {load};
  }
  const int64_t full = block.columns / shape.columns, ragged = block.columns % shape.columns;
  setLevel0(load, shape.columns, stride, 1);
  setLevel1(load, full, shape.columns * stride, tiles * pitch);
  std::vector<LoadInstruction> loads{load};
  if (ragged > 0) {
    setLevel0(load, ragged, stride, 1);
    setLevel1(load, 1, 0, 0);
    displace(load, full * shape.columns * stride, full * tiles * pitch);
    loads.push_back(load);
  }
  return loads;
}

LoadInstruction Transfers::loadParameters(const BlockExtent &block, int64_t arrayBytes) const {
  const int64_t channels = roles.channels_are_streams ? block.streams : block.columns;
  auto load = transferOf<LoadInstruction>(4 * channels, 4 * shape.columns, shape.parameter_rows);
  load.local_memory = 1;
  setLevel0(load, shape.parameter_rows, arrayBytes, 1);
  return load;
}

MatmulInstruction Transfers::matmul(const BlockExtent &block, bool accumulate) const {
  const int64_t tiles = shape.reductionTiles(block.reduction), columnTiles = shape.columnTiles(block.columns);
  MatmulInstruction matmul;
  matmul.streamed_type = static_cast<uint64_t>(roles.streamed_type);
  matmul.stationary_type = static_cast<uint64_t>(roles.stationary_type);
  matmul.streamed_zero_point = roles.streamed_zero_point;
  matmul.stationary_zero_point = roles.stationary_zero_point;
  matmul.transpose_stationary = roles.transpose_stationary;
  matmul.accumulate = accumulate;
  matmul.stationary_stride = static_cast<uint64_t>(shape.stationary_pitch);
  matmul.last_rows = static_cast<uint64_t>(block.reduction - (tiles - 1) * shape.rows);
  matmul.last_columns = static_cast<uint64_t>(block.columns - (columnTiles - 1) * shape.columns);
  matmul.tile_count_0 = static_cast<uint64_t>(tiles);
  matmul.tile_streamed_stride_0 = 1;
  matmul.tile_count_1 = matmul.tile_count_2 = 1;
  matmul.tile_count_3 = static_cast<uint64_t>(columnTiles);
  matmul.tile_accumulator_stride_3 = block.streams;
  matmul.stream_count_0 = static_cast<uint64_t>(block.streams);
  matmul.stream_streamed_stride_0 = tiles;
  matmul.stream_accumulator_stride_0 = 1;
  matmul.stream_count_1 = 1;
  return matmul;
}

} // namespace lockstep
