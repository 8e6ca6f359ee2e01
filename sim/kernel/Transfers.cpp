#include "sim/kernel/Transfers.h"

#include "sim/kernel/Extent.h"
#include "sim/kernel/Transpose.h"

#include <algorithm>
#include <cstring>

namespace lockstep {

namespace {

template <typename Transfer> bool countsArePossible(const Transfer &transfer) {
  return transfer.count_0 > 0 && transfer.count_1 > 0 && transfer.count_2 > 0;
}

template <typename Transfer> Extent externalExtent(const Transfer &t) {
  return Extent(static_cast<__int128>(t.external_address))
      .level(t.count_0, t.external_stride_0)
      .level(t.count_1, t.external_stride_1)
      .level(t.count_2, t.external_stride_2)
      .wide(t.row_bytes);
}

template <typename Transfer> Extent localExtent(const Transfer &t, uint64_t chunks, int64_t chunkStride) {
  return Extent(static_cast<__int128>(t.local_address))
      .level(t.count_0, t.local_stride_0)
      .level(t.count_1, t.local_stride_1)
      .level(t.count_2, t.local_stride_2)
      .level(chunks, chunkStride);
}

template <typename Transfer> uint64_t chunksOf(const Transfer &t) {
  return (t.row_bytes + t.chunk_bytes - 1) / t.chunk_bytes;
}

/// Calls visit(external offset, local word) for each iteration of levels 2 and 1.
template <typename Transfer, typename Visit> void forOuterLevels(const Transfer &t, const Visit &visit) {
  for (int64_t i2 = 0; i2 < static_cast<int64_t>(t.count_2); ++i2)
    for (int64_t i1 = 0; i1 < static_cast<int64_t>(t.count_1); ++i1)
      visit(i2 * t.external_stride_2 + i1 * t.external_stride_1,
            static_cast<int64_t>(t.local_address) + i2 * t.local_stride_2 + i1 * t.local_stride_1);
}

/// A fixed width lets the compiler turn each chunk into one or two moves.
template <size_t Width>
void scatterChunks(const uint8_t *source, uint8_t *target, ptrdiff_t targetStride, uint64_t chunks) {
  for (uint64_t j = 0; j < chunks; ++j)
    std::memcpy(target + static_cast<ptrdiff_t>(j) * targetStride, source + j * Width, Width);
}

template <size_t Width>
void gatherChunks(const uint8_t *source, ptrdiff_t sourceStride, uint8_t *target, uint64_t chunks) {
  for (uint64_t j = 0; j < chunks; ++j)
    std::memcpy(target + j * Width, source + static_cast<ptrdiff_t>(j) * sourceStride, Width);
}

/// Chunks of `width` bytes, each to its word; the words have no other lanes.
void scatterWholeWords(const uint8_t *source, uint8_t *target, ptrdiff_t targetStride, uint64_t chunks,
                       size_t width) {
  if (targetStride == static_cast<ptrdiff_t>(width)) {
    std::memcpy(target, source, chunks * width);
    return;
  }
  switch (width) {
  case 4:
    return scatterChunks<4>(source, target, targetStride, chunks);
  case 8:
    return scatterChunks<8>(source, target, targetStride, chunks);
  case 16:
    return scatterChunks<16>(source, target, targetStride, chunks);
  case 32:
    return scatterChunks<32>(source, target, targetStride, chunks);
  case 64:
    return scatterChunks<64>(source, target, targetStride, chunks);
  case 128:
    return scatterChunks<128>(source, target, targetStride, chunks);
  }
  for (uint64_t j = 0; j < chunks; ++j)
    std::memcpy(target + static_cast<ptrdiff_t>(j) * targetStride, source + j * width, width);
}

void gatherWholeChunks(const uint8_t *source, ptrdiff_t sourceStride, uint8_t *target, uint64_t chunks,
                       size_t width) {
  if (sourceStride == static_cast<ptrdiff_t>(width)) {
    std::memcpy(target, source, chunks * width);
    return;
  }
  switch (width) {
  case 4:
    return gatherChunks<4>(source, sourceStride, target, chunks);
  case 8:
    return gatherChunks<8>(source, sourceStride, target, chunks);
  case 16:
    return gatherChunks<16>(source, sourceStride, target, chunks);
  case 32:
    return gatherChunks<32>(source, sourceStride, target, chunks);
  case 64:
    return gatherChunks<64>(source, sourceStride, target, chunks);
  case 128:
    return gatherChunks<128>(source, sourceStride, target, chunks);
  }
  for (uint64_t j = 0; j < chunks; ++j)
    std::memcpy(target + j * width, source + static_cast<ptrdiff_t>(j) * sourceStride, width);
}

void writeWord(uint8_t *word, const uint8_t *data, size_t size, uint8_t fill, size_t wordBytes) {
  std::memcpy(word, data, size);
  std::memset(word + size, fill, wordBytes - size);
}

void loadRow(const LoadInstruction &load, const WordArray &local, const uint8_t *source, int64_t word) {
  uint64_t whole = load.row_bytes / load.chunk_bytes, rest = load.row_bytes % load.chunk_bytes;
  ptrdiff_t stride = load.chunk_stride * static_cast<ptrdiff_t>(local.word_bytes);
  uint8_t *target = local.word(word);
  uint8_t fill = static_cast<uint8_t>(load.fill);
  if (load.chunk_bytes == local.word_bytes)
    scatterWholeWords(source, target, stride, whole, local.word_bytes);
  else
    for (uint64_t j = 0; j < whole; ++j)
      writeWord(target + static_cast<ptrdiff_t>(j) * stride, source + j * load.chunk_bytes, load.chunk_bytes,
                fill, local.word_bytes);
  if (rest)
    writeWord(target + static_cast<ptrdiff_t>(whole) * stride, source + whole * load.chunk_bytes, rest, fill,
              local.word_bytes);
}

/// All rows of level 0, each of `chunks` whole words: no branch inside, so that cache misses of many rows
/// overlap.
template <size_t Width>
void scatterRows(const LoadInstruction &load, const uint8_t *source, uint8_t *target, uint64_t chunks) {
  const ptrdiff_t chunkStride = load.chunk_stride * static_cast<ptrdiff_t>(Width);
  const ptrdiff_t rowStride = load.local_stride_0 * static_cast<ptrdiff_t>(Width),
                  sourceStride = load.external_stride_0;
  for (uint64_t rows = load.count_0; rows > 0; --rows, source += sourceStride, target += rowStride)
    for (uint64_t j = 0; j < chunks; ++j)
      std::memcpy(target + static_cast<ptrdiff_t>(j) * chunkStride, source + j * Width, Width);
}

using ScatterRows = void (*)(const LoadInstruction &, const uint8_t *, uint8_t *, uint64_t);
ScatterRows scatterRowsOf(size_t width) {
  switch (width) {
  case 4:
    return scatterRows<4>;
  case 8:
    return scatterRows<8>;
  case 16:
    return scatterRows<16>;
  case 32:
    return scatterRows<32>;
  case 64:
    return scatterRows<64>;
  case 128:
    return scatterRows<128>;
  }
  return nullptr;
}

/// Whether every word gets all of its lanes from the row, by chunks of a width that has a loop of its own.
bool hasWholeWords(const LoadInstruction &load, const WordArray &local) {
  return load.chunk_bytes == local.word_bytes && load.row_bytes % load.chunk_bytes == 0 &&
         scatterRowsOf(load.chunk_bytes);
}

/// Rows one after the other, so that words which recur keep the last row's bytes.
void loadRows(const LoadInstruction &load, const WordArray &local, const uint8_t *first) {
  if (load.row_bytes <= 16 * load.chunk_bytes && hasWholeWords(load, local)) {
    ScatterRows scatter = scatterRowsOf(load.chunk_bytes);
    return forOuterLevels(load, [&](int64_t offset, int64_t word) {
      scatter(load, first + offset, local.word(word), load.row_bytes / load.chunk_bytes);
    });
  }
  forOuterLevels(load, [&](int64_t offset, int64_t word) {
    for (int64_t i0 = 0; i0 < static_cast<int64_t>(load.count_0); ++i0)
      loadRow(load, local, first + offset + i0 * load.external_stride_0, word + i0 * load.local_stride_0);
  });
}

void loadTurnedBlock(const LoadInstruction &load, const WordArray &local, const uint8_t *block,
                     int64_t word) {
  ptrdiff_t stride = load.local_stride_0 * static_cast<ptrdiff_t>(local.word_bytes);
  size_t padding = local.word_bytes - load.count_0;
  transposeBytes(block, load.external_stride_0, local.word(word), stride, load.count_0, load.row_bytes);
  if (padding)
    for (uint64_t m = 0; m < load.row_bytes; ++m)
      std::memset(local.word(word) + static_cast<ptrdiff_t>(m) * stride + load.count_0,
                  static_cast<int>(load.fill), padding);
}

bool loadTurned(const LoadInstruction &load, const WordArray &local, const uint8_t *first) {
  forOuterLevels(load,
                 [&](int64_t offset, int64_t word) { loadTurnedBlock(load, local, first + offset, word); });
  return true;
}

/// Host bytes of external_address, if all that the transfer touches lies in one region.
template <typename Transfer, typename Memory> auto findExternal(const Transfer &t, Memory &memory) {
  Extent extent = externalExtent(t);
  auto *lowest = extent.addressable() ? memory.find(extent.first(), extent.size()) : nullptr;
  return lowest ? lowest + (t.external_address - extent.first()) : nullptr;
}

bool turnedIsPossible(const LoadInstruction &load, const WordArray &local) {
  if (load.count_0 > local.word_bytes)
    return false;
  return Extent(static_cast<__int128>(load.local_address))
      .level(load.row_bytes, load.local_stride_0)
      .level(load.count_1, load.local_stride_1)
      .level(load.count_2, load.local_stride_2)
      .within(local.num_words);
}

} // namespace

bool executeLoad(const LoadInstruction &load, const WordArray &local, const ExternalMemory &memory) {
  if (!countsArePossible(load) || load.row_bytes == 0 || load.chunk_bytes == 0 ||
      load.chunk_bytes > local.word_bytes)
    return false;
  const uint8_t *first = findExternal(load, memory);
  if (!first)
    return false;
  if (load.transpose)
    return turnedIsPossible(load, local) && loadTurned(load, local, first);
  if (!localExtent(load, chunksOf(load), load.chunk_stride).within(local.num_words))
    return false;
  loadRows(load, local, first);
  return true;
}

bool executeFill(const FillInstruction &fill, const WordArray &local) {
  if (!countsArePossible(fill) || !localExtent(fill, 1, 0).within(local.num_words))
    return false;
  for (int64_t i2 = 0; i2 < static_cast<int64_t>(fill.count_2); ++i2)
    for (int64_t i1 = 0; i1 < static_cast<int64_t>(fill.count_1); ++i1)
      for (int64_t i0 = 0; i0 < static_cast<int64_t>(fill.count_0); ++i0)
        std::memset(local.word(static_cast<int64_t>(fill.local_address) + i2 * fill.local_stride_2 +
                               i1 * fill.local_stride_1 + i0 * fill.local_stride_0),
                    static_cast<int>(fill.fill), local.word_bytes);
  return true;
}

bool executeStore(const StoreInstruction &store, const WordArray &scratchpad, ExternalMemory &memory) {
  if (!countsArePossible(store) || store.row_bytes == 0 || store.chunk_bytes == 0 ||
      store.chunk_bytes > scratchpad.word_bytes ||
      !localExtent(store, chunksOf(store), store.chunk_stride).within(scratchpad.num_words))
    return false;
  uint8_t *first = findExternal(store, memory);
  if (!first)
    return false;
  uint64_t whole = store.row_bytes / store.chunk_bytes, rest = store.row_bytes % store.chunk_bytes;
  ptrdiff_t stride = store.chunk_stride * static_cast<ptrdiff_t>(scratchpad.word_bytes);
  forOuterLevels(store, [&](int64_t offset, int64_t word) {
    for (int64_t i0 = 0; i0 < static_cast<int64_t>(store.count_0); ++i0) {
      uint8_t *target = first + offset + i0 * store.external_stride_0;
      const uint8_t *source = scratchpad.word(word + i0 * store.local_stride_0);
      gatherWholeChunks(source, stride, target, whole, store.chunk_bytes);
      std::memcpy(target + whole * store.chunk_bytes, source + static_cast<ptrdiff_t>(whole) * stride, rest);
    }
  });
  return true;
}

} // namespace lockstep
