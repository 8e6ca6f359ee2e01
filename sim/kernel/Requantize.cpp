#include "sim/kernel/Requantize.h"

#include "sim/kernel/Extent.h"
#include "sim/kernel/Transpose.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace lockstep {

struct Requantizer::Block {
  const WordArray &accumulator;
  const WordArray &scratchpad;
  int64_t source; // accumulator word of row 0
  int64_t target; // scratchpad word of row 0
  size_t columns; // that count
};

namespace {

uint64_t rowsPerBlock(const RequantizeInstruction &q) { return q.has_bias + 2 * q.per_channel; }

int32_t laneOf(const WordArray &accumulator, uint64_t word, size_t lane) {
  int32_t value;
  std::memcpy(&value, accumulator.word(static_cast<int64_t>(word)) + 4 * lane, sizeof value);
  return value;
}

uint64_t divideUp(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

constexpr uint64_t kInt32 = 2, kInt16 = 3;

uint64_t elementBytes(uint64_t outputType) { return outputType == kInt32 ? 4 : outputType == kInt16 ? 2 : 1; }

} // namespace

/// Words that column blocks first .. first + blocks - 1 write, all with so many columns.
static Extent targetExtent(const RequantizeInstruction &q, uint64_t first, uint64_t blocks, size_t columns,
                           size_t words, size_t vectorBytes) {
  Extent extent(static_cast<__int128>(q.local_address) + static_cast<__int128>(first) * q.local_stride_1);
  extent.level(blocks, q.local_stride_1).wide(words);
  if (q.transpose)
    return extent.level(divideUp(q.count_0, vectorBytes), q.local_stride_0)
        .level(columns, q.transpose_stride);
  return extent.level(q.count_0, q.local_stride_0);
}

/// The last block may have fewer columns, hence fewer words if it is turned.
bool Requantizer::targetsLieWithin(const RequantizeInstruction &q, uint64_t numWords) const {
  size_t words = divideUp(elementBytes(q.output_type) * numColumns, numVectorBytes);
  return targetExtent(q, q.count_1 - 1, 1, q.last_columns, words, numVectorBytes).within(numWords) &&
         (q.count_1 == 1 ||
          targetExtent(q, 0, q.count_1 - 1, numColumns, words, numVectorBytes).within(numWords));
}

Requantizer::Requantizer(size_t columns, size_t vectorBytes, KernelIsa isa)
    : numColumns(columns), numVectorBytes(vectorBytes), rescale(rescaleFunction(isa)),
      tile(columns * vectorBytes) {}

bool Requantizer::possible(const RequantizeInstruction &q, const WordArray &accumulator,
                           const WordArray &scratchpad) const {
  if (q.count_0 == 0 || q.count_1 == 0 || q.last_columns == 0 || q.last_columns > numColumns ||
      q.output_type > kInt16 ||
      (q.output_type == kInt32 && (q.transpose || q.per_channel || q.channel_axis)) ||
      (q.output_type == kInt16 && q.transpose))
    return false;
  uint64_t blocks = q.channel_axis ? divideUp(q.count_0, numColumns) : q.count_1;
  Extent source = Extent(q.accumulator_address)
                      .level(q.count_0, q.accumulator_stride_0)
                      .level(q.count_1, q.accumulator_stride_1);
  bool parametersLie =
      rowsPerBlock(q) == 0 ||
      Extent(q.parameter_address).wide(blocks * rowsPerBlock(q)).within(accumulator.num_words);
  return parametersLie && source.within(accumulator.num_words) && targetsLieWithin(q, scratchpad.num_words);
}

void Requantizer::loadScale(const RequantizeInstruction &q, const WordArray &accumulator,
                            uint64_t parameterBlock) {
  uint64_t word = q.parameter_address + parameterBlock * rowsPerBlock(q);
  size_t rowBytes = 4 * numColumns;
  if (q.has_bias)
    std::memcpy(scale.bias, accumulator.word(static_cast<int64_t>(word++)), rowBytes);
  if (!q.per_channel)
    return;
  std::memcpy(scale.multiplier, accumulator.word(static_cast<int64_t>(word)), rowBytes);
  std::memcpy(scale.shift, accumulator.word(static_cast<int64_t>(word + 1)), rowBytes);
}

void Requantizer::broadcastScale(const RequantizeInstruction &q, const WordArray &accumulator, uint64_t row) {
  uint64_t word = q.parameter_address + row / numColumns * rowsPerBlock(q);
  size_t lane = row % numColumns;
  if (q.has_bias)
    std::fill_n(scale.bias, numColumns, laneOf(accumulator, word++, lane));
  if (!q.per_channel)
    return;
  std::fill_n(scale.multiplier, numColumns, laneOf(accumulator, word, lane));
  std::fill_n(scale.shift, numColumns, laneOf(accumulator, word + 1, lane));
}

void Requantizer::copyInt32Block(const RequantizeInstruction &q, const Block &block) {
  size_t wordsBytes = divideUp(4 * numColumns, numVectorBytes) * numVectorBytes;
  for (int64_t i = 0; i < static_cast<int64_t>(q.count_0); ++i) {
    int32_t row[kMaxLanes];
    std::memcpy(row, block.accumulator.word(block.source + i * q.accumulator_stride_0), 4 * block.columns);
    for (size_t c = 0; c < block.columns; ++c)
      row[c] = wrapAdd32(row[c], scale.bias[c]);
    uint8_t *target = block.scratchpad.word(block.target + i * q.local_stride_0);
    std::memcpy(target, row, 4 * block.columns);
    std::memset(target + 4 * block.columns, 0, wordsBytes - 4 * block.columns);
  }
}

/// Rows firstRow ... of the block; with channel_axis 1 each row has a scale of its own.
void Requantizer::rescaleBlock(const RequantizeInstruction &q, const Block &block, size_t firstRow,
                               const RescaleRows &rows) {
  if (!q.channel_axis || rowsPerBlock(q) == 0)
    return rescale(rows, scale);
  RescaleRows row = rows;
  row.num_rows = 1;
  for (size_t j = 0; j < rows.num_rows; ++j) {
    broadcastScale(q, block.accumulator, firstRow + j);
    rescale(row, scale);
    row.source += rows.source_stride;
    row.target += rows.target_stride;
  }
}

/// Rows of `rows` and the zeros behind their columns, up to `rowBytes`.
void Requantizer::plainRows(const RequantizeInstruction &q, const Block &block, size_t firstRow,
                            const RescaleRows &rows, size_t rowBytes) {
  rescaleBlock(q, block, firstRow, rows);
  const size_t used = elementBytes(q.output_type) * block.columns;
  if (used < rowBytes)
    for (size_t i = 0; i < rows.num_rows; ++i)
      std::memset(rows.target + static_cast<ptrdiff_t>(i) * rows.target_stride + used, 0, rowBytes - used);
}

void Requantizer::plainBlock(const RequantizeInstruction &q, const Block &block) {
  const int64_t words =
      static_cast<int64_t>(divideUp(elementBytes(q.output_type) * numColumns, numVectorBytes));
  const size_t rowBytes = static_cast<size_t>(words) * numVectorBytes;
  RescaleRows rows;
  rows.source = block.accumulator.word(block.source);
  rows.source_stride = q.accumulator_stride_0 * static_cast<ptrdiff_t>(block.accumulator.word_bytes);
  rows.target = block.scratchpad.word(block.target);
  rows.target_stride = q.local_stride_0 * static_cast<ptrdiff_t>(numVectorBytes);
  rows.num_rows = q.count_0;
  rows.num_lanes = block.columns;
  if (words == 1 || std::abs(q.local_stride_0) >= words)
    return plainRows(q, block, 0, rows, rowBytes);
  rows.num_rows = 1; // words of several rows: the last row's bytes stay
  for (size_t i = 0; i < q.count_0; ++i) {
    plainRows(q, block, i, rows, rowBytes);
    rows.source += rows.source_stride;
    rows.target += rows.target_stride;
  }
}

void Requantizer::turnGroup(const RequantizeInstruction &q, const Block &block, size_t group) {
  size_t firstRow = group * numVectorBytes, rowCount = std::min<size_t>(numVectorBytes, q.count_0 - firstRow);
  RescaleRows rows;
  rows.source =
      block.accumulator.word(block.source + static_cast<int64_t>(firstRow) * q.accumulator_stride_0);
  rows.source_stride = q.accumulator_stride_0 * static_cast<ptrdiff_t>(block.accumulator.word_bytes);
  rows.target = tile.data();
  rows.target_stride = static_cast<ptrdiff_t>(numColumns);
  rows.num_rows = rowCount;
  rows.num_lanes = block.columns;
  rescaleBlock(q, block, firstRow, rows);

  int64_t word = block.target + static_cast<int64_t>(group) * q.local_stride_0;
  ptrdiff_t stride = q.transpose_stride * static_cast<ptrdiff_t>(numVectorBytes);
  uint8_t *target = block.scratchpad.word(word);
  transposeBytes(tile.data(), rows.target_stride, target, stride, rowCount, block.columns);
  if (rowCount < numVectorBytes)
    for (size_t c = 0; c < block.columns; ++c)
      std::memset(target + static_cast<ptrdiff_t>(c) * stride + rowCount, 0, numVectorBytes - rowCount);
}

void Requantizer::turnedBlock(const RequantizeInstruction &q, const Block &block) {
  for (size_t group = 0; group < divideUp(q.count_0, numVectorBytes); ++group)
    turnGroup(q, block, group);
}

/// An int16 result has neither zero point nor clamp.
void Requantizer::setOutput(const RequantizeInstruction &q) {
  const bool wide = q.output_type == kInt16;
  scale.output_type = static_cast<ElementType>(q.output_type);
  scale.output_zero_point = wide ? 0 : static_cast<int32_t>(q.output_zero_point);
  scale.clamp_minimum = wide ? INT16_MIN : static_cast<int32_t>(q.clamp_minimum);
  scale.clamp_maximum = wide ? INT16_MAX : static_cast<int32_t>(q.clamp_maximum);
}

bool Requantizer::execute(const RequantizeInstruction &q, const WordArray &accumulator,
                          const WordArray &scratchpad) {
  if (!possible(q, accumulator, scratchpad))
    return false;
  setOutput(q);
  std::fill_n(scale.bias, numColumns, 0);
  std::fill_n(scale.multiplier, numColumns, static_cast<int32_t>(static_cast<uint32_t>(q.multiplier)));
  std::fill_n(scale.shift, numColumns, static_cast<int32_t>(q.shift));
  for (uint64_t i1 = 0; i1 < q.count_1; ++i1) {
    int64_t index = static_cast<int64_t>(i1);
    Block block{accumulator, scratchpad,
                static_cast<int64_t>(q.accumulator_address) + index * q.accumulator_stride_1,
                static_cast<int64_t>(q.local_address) + index * q.local_stride_1,
                i1 + 1 == q.count_1 ? q.last_columns : numColumns};
    if (!q.channel_axis)
      loadScale(q, accumulator, i1);
    if (q.output_type == kInt32)
      copyInt32Block(q, block);
    else if (q.transpose)
      turnedBlock(q, block);
    else
      plainBlock(q, block);
  }
  return true;
}

} // namespace lockstep
