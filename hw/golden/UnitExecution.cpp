#include "hw/golden/UnitExecution.h"

#include "hw/golden/Chip.h"
#include "hw/golden/VectorExecution.h"
#include "hw/numbers/Numbers.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace lockstep {
namespace {

using Index = int64_t;

Index size(uint64_t count) { return static_cast<Index>(count); }

// ---- load and fill: manual, chapter 3 ----

struct LoadExecutor {
  const LoadInstruction &load;
  Chip &chip;
  ExternalMemory &memory;

  Index source(Index i2, Index i1, Index i0) const { // from external_address
    return i2 * load.external_stride_2 + i1 * load.external_stride_1 + i0 * load.external_stride_0;
  }
  const uint8_t *rowBytes(Index i2, Index i1, Index i0) const {
    return memory.find(load.external_address + static_cast<uint64_t>(source(i2, i1, i0)), load.row_bytes);
  }
  Index block(Index i2, Index i1) const {
    return size(load.local_address) + i2 * load.local_stride_2 + i1 * load.local_stride_1;
  }
  uint8_t *filledWord(Index word) const {
    uint8_t *lanes = chip.word(load.local_memory, word);
    std::memset(lanes, static_cast<int>(load.fill), static_cast<size_t>(chip.wordBytes(load.local_memory)));
    return lanes;
  }

  void run() const {
    for (Index i2 = 0; i2 < size(load.count_2); ++i2)
      for (Index i1 = 0; i1 < size(load.count_1); ++i1)
        load.transpose ? turnBlock(i2, i1) : copyRows(i2, i1);
  }

  void copyRows(Index i2, Index i1) const {
    for (Index i0 = 0; i0 < size(load.count_0); ++i0) {
      const uint8_t *row = rowBytes(i2, i1, i0);
      const Index target = block(i2, i1) + i0 * load.local_stride_0;
      for (uint64_t begin = 0, j = 0; begin < load.row_bytes; begin += load.chunk_bytes, ++j) {
        uint8_t *lanes = filledWord(target + size(j) * load.chunk_stride);
        std::copy_n(row + begin, std::min(load.chunk_bytes, load.row_bytes - begin), lanes);
      }
    }
  }

  void turnBlock(Index i2, Index i1) const {
    for (Index m = 0; m < size(load.row_bytes); ++m) {
      uint8_t *lanes = filledWord(block(i2, i1) + m * load.local_stride_0);
      for (Index i0 = 0; i0 < size(load.count_0); ++i0)
        lanes[i0] = rowBytes(i2, i1, i0)[m];
    }
  }
};

void executeFill(const FillInstruction &fill, Chip &chip) {
  const auto bytes = static_cast<size_t>(chip.wordBytes(fill.local_memory));
  for (Index i2 = 0; i2 < size(fill.count_2); ++i2)
    for (Index i1 = 0; i1 < size(fill.count_1); ++i1)
      for (Index i0 = 0; i0 < size(fill.count_0); ++i0) {
        const Index word = size(fill.local_address) + i2 * fill.local_stride_2 + i1 * fill.local_stride_1 +
                           i0 * fill.local_stride_0;
        std::memset(chip.word(fill.local_memory, word), static_cast<int>(fill.fill), bytes);
      }
}

// ---- matmul: manual, chapter 4 ----

struct MatmulExecutor {
  const MatmulInstruction &m;
  Chip &chip;
  std::vector<int32_t> W{}; // [R, C] stationary operands of the tile, zero beyond `rows` and `columns`

  using Counters = std::array<Index, 4>;

  void run() {
    Counters t;
    Index tile = 0;
    for (t[3] = 0; t[3] < size(m.tile_count_3); ++t[3])
      for (t[2] = 0; t[2] < size(m.tile_count_2); ++t[2])
        for (t[1] = 0; t[1] < size(m.tile_count_1); ++t[1])
          for (t[0] = 0; t[0] < size(m.tile_count_0); ++t[0])
            runTile(t, tile++);
  }

  Index rows(const Counters &t) const {
    return t[0] == size(m.tile_count_0) - 1 ? size(m.last_rows) : chip.R;
  }
  Index columns(const Counters &t) const {
    return t[3] == size(m.tile_count_3) - 1 ? size(m.last_columns) : chip.C;
  }
  Index streamedOffset(const Counters &t) const {
    return t[0] * m.tile_streamed_stride_0 + t[1] * m.tile_streamed_stride_1 +
           t[2] * m.tile_streamed_stride_2 + t[3] * m.tile_streamed_stride_3;
  }
  Index accumulatorOffset(const Counters &t) const {
    return t[0] * m.tile_accumulator_stride_0 + t[1] * m.tile_accumulator_stride_1 +
           t[2] * m.tile_accumulator_stride_2 + t[3] * m.tile_accumulator_stride_3;
  }

  /// The first tile of a reduction: index 0 at every level that stays on its accumulator words.
  bool overwrites(const Counters &t) const {
    const std::array<Index, 4> strides = {m.tile_accumulator_stride_0, m.tile_accumulator_stride_1,
                                          m.tile_accumulator_stride_2, m.tile_accumulator_stride_3};
    for (unsigned level = 0; level < 4; ++level)
      if (strides[level] == 0 && t[level] != 0)
        return false;
    return m.accumulate == 0;
  }

  void runTile(const Counters &t, Index tile) {
    loadWeights(size(m.stationary_address) + tile * size(m.stationary_stride), rows(t), columns(t));
    for (Index s1 = 0; s1 < size(m.stream_count_1); ++s1)
      for (Index s0 = 0; s0 < size(m.stream_count_0); ++s0) {
        const Index x = size(m.streamed_address) + streamedOffset(t) + s0 * m.stream_streamed_stride_0 +
                        s1 * m.stream_streamed_stride_1;
        const Index y = size(m.accumulator_address) + accumulatorOffset(t) +
                        s0 * m.stream_accumulator_stride_0 + s1 * m.stream_accumulator_stride_1;
        runVector(chip.scratchpadWord(x), y, rows(t), overwrites(t));
      }
  }

  void loadWeights(Index word, Index rows, Index columns) {
    W.assign(static_cast<size_t>(chip.R * chip.C), 0);
    const auto type = static_cast<ElementType>(m.stationary_type);
    for (Index r = 0; r < rows; ++r)
      for (Index c = 0; c < columns; ++c) {
        const uint8_t byte =
            m.transpose_stationary ? chip.scratchpadWord(word + c)[r] : chip.scratchpadWord(word + r)[c];
        W[static_cast<size_t>(r * chip.C + c)] =
            readOperand(byte, type, static_cast<int32_t>(m.stationary_zero_point));
      }
  }

  void runVector(const uint8_t *x, Index y, Index rows, bool overwrite) {
    const auto type = static_cast<ElementType>(m.streamed_type);
    for (Index c = 0; c < chip.C; ++c) {
      int32_t sum = overwrite ? 0 : chip.lane(y, c);
      for (Index r = 0; r < rows; ++r)
        sum = multiplyAccumulate(sum, readOperand(x[r], type, static_cast<int32_t>(m.streamed_zero_point)),
                                 W[static_cast<size_t>(r * chip.C + c)]);
      chip.setLane(y, c, sum);
    }
  }
};

// ---- store: manual, chapter 6 ----

struct StoreExecutor {
  const StoreInstruction &store;
  Chip &chip;
  ExternalMemory &memory;

  void run() const {
    for (Index i2 = 0; i2 < size(store.count_2); ++i2)
      for (Index i1 = 0; i1 < size(store.count_1); ++i1)
        for (Index i0 = 0; i0 < size(store.count_0); ++i0)
          storeRow(i2, i1, i0);
  }

  void storeRow(Index i2, Index i1, Index i0) const {
    const Index offset =
        i2 * store.external_stride_2 + i1 * store.external_stride_1 + i0 * store.external_stride_0;
    const Index source = size(store.local_address) + i2 * store.local_stride_2 + i1 * store.local_stride_1 +
                         i0 * store.local_stride_0;
    uint8_t *row = memory.find(store.external_address + static_cast<uint64_t>(offset), store.row_bytes);
    for (uint64_t begin = 0, j = 0; begin < store.row_bytes; begin += store.chunk_bytes, ++j)
      std::copy_n(chip.scratchpadWord(source + size(j) * store.chunk_stride),
                  std::min(store.chunk_bytes, store.row_bytes - begin), row + begin);
  }
};

struct UnitExecutor {
  Chip &chip;
  ExternalMemory &memory;

  template <typename T> void operator()(const T &) const {} // sync and the sequencer's own
  void operator()(const LoadInstruction &load) const { LoadExecutor{load, chip, memory}.run(); }
  void operator()(const FillInstruction &fill) const { executeFill(fill, chip); }
  void operator()(const MatmulInstruction &matmul) const { MatmulExecutor{matmul, chip}.run(); }
  void operator()(const RequantizeInstruction &requantize) const { executeRequantize(requantize, chip); }
  void operator()(const ElementwiseInstruction &elementwise) const { executeElementwise(elementwise, chip); }
  void operator()(const ReduceInstruction &reduce) const { executeReduce(reduce, chip); }
  void operator()(const TableInstruction &table) const { executeTable(table, chip); }
  void operator()(const StoreInstruction &store) const { StoreExecutor{store, chip, memory}.run(); }
};

} // namespace

void executeUnitInstruction(const Instruction &legal, const Parameters &parameters, OnChipState &state,
                            ExternalMemory &memory) {
  Chip chip(parameters, state);
  std::visit(UnitExecutor{chip, memory}, legal);
}

} // namespace lockstep
