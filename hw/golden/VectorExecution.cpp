#include "hw/golden/VectorExecution.h"

#include "hw/numbers/Numbers.h"

#include <algorithm>
#include <cstring>

namespace lockstep {
namespace {

using Index = int64_t;

Index size(uint64_t count) { return static_cast<Index>(count); }

// ---- requantize ----

struct RequantizeExecutor {
  const RequantizeInstruction &q;
  Chip &chip;

  void run() const {
    for (Index i1 = 0; i1 < size(q.count_1); ++i1)
      q.transpose ? runGroups(i1) : runRows(i1);
  }
  void runGroups(Index i1) const {
    for (Index k = 0; k * chip.V < size(q.count_0); ++k)
      writeGroup(i1, k);
  }
  void runRows(Index i1) const {
    for (Index i0 = 0; i0 < size(q.count_0); ++i0)
      switch (type()) {
      case ElementType::Int32:
        writeWide(i1, i0);
        break;
      case ElementType::Int16:
        writeHalf(i1, i0);
        break;
      default:
        writePlain(i1, i0);
      }
  }

  ElementType type() const { return static_cast<ElementType>(q.output_type); }
  Index columns(Index i1) const { return i1 == size(q.count_1) - 1 ? size(q.last_columns) : chip.C; }
  Index result(Index i1) const { return size(q.local_address) + i1 * q.local_stride_1; }

  /// Lane of the parameter row `row` (0 bias; then multiplier, shift) that belongs to column c.
  int32_t parameter(Index i1, Index i0, Index c, Index row) const {
    const Index rows = size(q.has_bias + 2 * q.per_channel);
    const Index block = q.channel_axis ? i0 / chip.C : i1;
    return chip.lane(size(q.parameter_address) + block * rows + row, q.channel_axis ? i0 % chip.C : c);
  }

  /// The accumulator with its bias.
  int32_t biased(Index i1, Index i0, Index c) const {
    const Index y = size(q.accumulator_address) + i1 * q.accumulator_stride_1 + i0 * q.accumulator_stride_0;
    return wrapAdd32(chip.lane(y, c), q.has_bias ? parameter(i1, i0, c, 0) : 0);
  }

  /// Bias and scale; int16 knows neither zero point nor clamp.
  int32_t rescaled(Index i1, Index i0, Index c) const {
    Rescale rescale;
    const Index first = size(q.has_bias);
    const bool bytes = type() != ElementType::Int16;
    rescale.multiplier = q.per_channel ? parameter(i1, i0, c, first) : static_cast<int32_t>(q.multiplier);
    rescale.shift = static_cast<uint32_t>(q.per_channel ? parameter(i1, i0, c, first + 1) : size(q.shift));
    rescale.output_zero_point = bytes ? static_cast<int32_t>(q.output_zero_point) : 0;
    rescale.output_type = type();
    rescale.clamp_minimum = bytes ? static_cast<int32_t>(q.clamp_minimum) : INT16_MIN;
    rescale.clamp_maximum = bytes ? static_cast<int32_t>(q.clamp_maximum) : INT16_MAX;
    return rescaleToElement(biased(i1, i0, c), rescale);
  }

  void writePlain(Index i1, Index i0) const {
    uint8_t *lanes = chip.scratchpadWord(result(i1) + i0 * q.local_stride_0);
    std::fill_n(lanes, chip.V, uint8_t{0});
    for (Index c = 0; c < columns(i1); ++c)
      lanes[c] = static_cast<uint8_t>(rescaled(i1, i0, c));
  }

  /// The words of a row whose lanes have `laneBytes` bytes, all zero; they follow each other.
  uint8_t *clearedWords(Index i1, Index i0, Index laneBytes) const {
    const Index words = (laneBytes * chip.C + chip.V - 1) / chip.V;
    uint8_t *bytes = chip.scratchpadWord(result(i1) + i0 * q.local_stride_0);
    std::fill_n(bytes, words * chip.V, uint8_t{0});
    return bytes;
  }

  void writeWide(Index i1, Index i0) const {
    uint8_t *bytes = clearedWords(i1, i0, 4);
    for (Index c = 0; c < columns(i1); ++c) {
      const int32_t value = biased(i1, i0, c);
      std::memcpy(bytes + 4 * c, &value, 4);
    }
  }

  void writeHalf(Index i1, Index i0) const {
    uint8_t *bytes = clearedWords(i1, i0, 2);
    for (Index c = 0; c < columns(i1); ++c) {
      const auto value = static_cast<int16_t>(rescaled(i1, i0, c));
      std::memcpy(bytes + 2 * c, &value, 2);
    }
  }

  /// Group k: rows k V to k V + n - 1 become the lanes of one word for each column.
  void writeGroup(Index i1, Index k) const {
    const Index n = std::min(chip.V, size(q.count_0) - k * chip.V);
    for (Index c = 0; c < columns(i1); ++c) {
      uint8_t *lanes = chip.scratchpadWord(result(i1) + k * q.local_stride_0 + c * q.transpose_stride);
      std::fill_n(lanes, chip.V, uint8_t{0});
      for (Index j = 0; j < n; ++j)
        lanes[j] = static_cast<uint8_t>(rescaled(i1, k * chip.V + j, c));
    }
  }
};

// ---- rows of lanes ----

template <typename T> int32_t littleEndian(const uint8_t *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

/// Lane c of the row of an operand that begins at `word`.
int32_t readLane(Chip &chip, uint64_t memory, LaneType type, Index word, Index c) {
  if (memory) {
    const int32_t first = chip.lane(word, c);
    if (type == LaneType::Int32)
      return first;
    const int32_t low = chip.lane(word + 1, c);
    return type == LaneType::Pair ? pairValue(first, low) : wideValue(first, low);
  }
  const uint8_t *row = chip.scratchpadWord(word); // words follow each other
  switch (type) {
  case LaneType::Int8:
    return static_cast<int8_t>(row[c]);
  case LaneType::Uint8:
    return row[c];
  case LaneType::Int16:
    return littleEndian<int16_t>(row + 2 * c);
  case LaneType::Pair:
    return pairValue(static_cast<int8_t>(row[c]), static_cast<int8_t>(row[chip.V + c]));
  default:
    return littleEndian<int32_t>(row + 4 * c);
  }
}

/// Bytes that a row of results takes in the scratchpad, in whole words.
Index rowBytes(const Chip &chip, LaneType type) {
  const Index words = type == LaneType::Int32   ? (4 * chip.C + chip.V - 1) / chip.V
                      : type == LaneType::Int16 ? (2 * chip.C + chip.V - 1) / chip.V
                      : type == LaneType::Pair  ? 2
                                                : 1;
  return words * chip.V;
}

/// Puts lane c into a row of the scratchpad. `value` is one of the type.
void writeLane(const Chip &chip, uint8_t *row, LaneType type, Index c, int32_t value) {
  const auto half = static_cast<int16_t>(value);
  switch (type) {
  case LaneType::Int32:
    std::memcpy(row + 4 * c, &value, 4);
    break;
  case LaneType::Int16:
    std::memcpy(row + 2 * c, &half, 2);
    break;
  case LaneType::Pair:
    row[c] = static_cast<uint8_t>(pairHigh(value));
    row[chip.V + c] = static_cast<uint8_t>(pairLow(value));
    break;
  default:
    row[c] = static_cast<uint8_t>(value);
  }
}

// ---- elementwise ----

struct ElementwiseExecutor {
  const ElementwiseInstruction &e;
  Chip &chip;

  void run() const {
    for (Index i2 = 0; i2 < size(e.count_2); ++i2)
      for (Index i1 = 0; i1 < size(e.count_1); ++i1)
        for (Index i0 = 0; i0 < size(e.count_0); ++i0)
          runRow(i2, i1, i0);
  }

  Index a(Index i2, Index i1, Index i0) const {
    return size(e.a_address) + i2 * e.a_stride_2 + i1 * e.a_stride_1 + i0 * e.a_stride_0;
  }
  Index b(Index i2, Index i1, Index i0) const {
    return size(e.b_address) + i2 * e.b_stride_2 + i1 * e.b_stride_1 + i0 * e.b_stride_0;
  }
  Index output(Index i2, Index i1, Index i0) const {
    return size(e.output_address) + i2 * e.output_stride_2 + i1 * e.output_stride_1 + i0 * e.output_stride_0;
  }

  LaneArithmetic arithmetic() const {
    LaneArithmetic with;
    with.operation = static_cast<LaneOperation>(e.operation);
    with.function = static_cast<LaneFunction>(e.function);
    with.multiplier = static_cast<int32_t>(e.multiplier);
    with.shift = static_cast<uint32_t>(e.shift);
    with.output_zero_point = static_cast<int32_t>(e.output_zero_point);
    with.clamp_minimum = static_cast<int32_t>(e.clamp_minimum);
    with.clamp_maximum = static_cast<int32_t>(e.clamp_maximum);
    with.table = chip.table(e.table);
    return with;
  }

  int32_t valueOfA(Index row, Index c) const {
    return readLane(chip, e.a_memory, static_cast<LaneType>(e.a_type), row, c);
  }
  int32_t valueOfB(Index row, Index c) const {
    const auto type = static_cast<LaneType>(e.b_type);
    return type == LaneType::Immediate ? static_cast<int32_t>(e.immediate)
                                       : readLane(chip, e.b_memory, type, row, c);
  }

  void runRow(Index i2, Index i1, Index i0) const {
    const LaneArithmetic with = arithmetic();
    const auto type = static_cast<LaneType>(e.output_type);
    const Index a = this->a(i2, i1, i0), b = this->b(i2, i1, i0), target = output(i2, i1, i0);
    uint8_t *row = chip.word(e.output_memory, target);
    if (!e.output_memory)
      std::fill_n(row, rowBytes(chip, type), uint8_t{0});
    for (Index c = 0; c < chip.C; ++c) {
      const int32_t value = elementwiseLane(valueOfA(a, c), valueOfB(b, c), with);
      e.output_memory ? chip.setLane(target, c, value) : writeLane(chip, row, type, c, value);
    }
  }
};

// ---- reduce ----

struct ReduceExecutor {
  const ReduceInstruction &r;
  Chip &chip;

  void run() const {
    for (Index i1 = 0; i1 < size(r.count_1); ++i1) {
      const int32_t result = r.reduction ? maximum(i1) : sum(i1);
      for (Index c = 0; c < chip.C; ++c)
        chip.setLane(size(r.output_address) + i1 * r.output_stride_1, c, result);
    }
  }

  template <typename Visit> void forEachLane(Index i1, Visit &&visit) const {
    for (Index i0 = 0; i0 < size(r.count_0); ++i0) {
      const Index lanes = i0 == size(r.count_0) - 1 ? size(r.last_columns) : chip.C;
      const Index slice = size(r.a_address) + i1 * r.a_stride_1 + i0 * r.a_stride_0;
      for (Index c = 0; c < lanes; ++c)
        visit(readLane(chip, r.a_memory, static_cast<LaneType>(r.a_type), slice, c));
    }
  }

  int32_t sum(Index i1) const {
    int32_t total = 0;
    forEachLane(i1, [&](int32_t value) { total = wrapAdd32(total, value); });
    return total;
  }
  int32_t maximum(Index i1) const {
    int32_t largest = INT32_MIN;
    forEachLane(i1, [&](int32_t value) { largest = std::max(largest, value); });
    return largest;
  }
};

} // namespace

void executeRequantize(const RequantizeInstruction &requantize, Chip &chip) {
  RequantizeExecutor{requantize, chip}.run();
}

void executeElementwise(const ElementwiseInstruction &elementwise, Chip &chip) {
  ElementwiseExecutor{elementwise, chip}.run();
}

void executeReduce(const ReduceInstruction &reduce, Chip &chip) { ReduceExecutor{reduce, chip}.run(); }

void executeTable(const TableInstruction &table, Chip &chip) {
  const bool int8 = table.table_type != 0;
  const Index entries = int8 ? 256 : kTableEntries, entriesOfAWord = int8 ? chip.V : chip.V / 2;
  for (Index e = 0; e < entries; ++e) {
    const uint8_t *word = chip.scratchpadWord(size(table.local_address) + e / entriesOfAWord);
    const Index k = e % entriesOfAWord;
    chip.table(table.table)[e] =
        static_cast<int16_t>(int8 ? static_cast<int8_t>(word[k]) : littleEndian<int16_t>(word + 2 * k));
  }
}

} // namespace lockstep
