#include "sim/kernel/Elementwise.h"

#include "hw/golden/OnChipState.h"
#include "sim/kernel/Extent.h"
#include "sim/kernel/Rescale.h"

#include <algorithm>
#include <cstring>

namespace lockstep {

namespace {

constexpr uint64_t divideUp(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

constexpr uint64_t code(LaneType type) { return static_cast<uint64_t>(type); }

bool isResultType(uint64_t type) { return type <= code(LaneType::Pair); }

bool isScratchpadOperand(uint64_t type) { return type <= code(LaneType::Pair); }
bool isAccumulatorOperand(uint64_t type) {
  return type == code(LaneType::Int32) || type == code(LaneType::Pair) || type == code(LaneType::Wide);
}
bool isOperand(uint64_t type, uint64_t memory) {
  return memory ? isAccumulatorOperand(type) : isScratchpadOperand(type);
}

struct Range {
  int32_t minimum, maximum;
  bool contains(int64_t value) const { return minimum <= value && value <= maximum; }
};

/// Values of the clamped sum: the function's argument, or the result.
Range clampRange(const ElementwiseInstruction &e) {
  const bool wide = e.function == 1 || (e.function == 0 && e.output_type == code(LaneType::Pair));
  const ElementType type = e.function == 2 ? ElementType::Int8
                           : wide          ? ElementType::Int16
                                           : static_cast<ElementType>(e.output_type);
  return {elementMinimum(type), elementMaximum(type)};
}

bool typesArePossible(const ElementwiseInstruction &e) {
  const bool immediate = e.b_type == code(LaneType::Immediate);
  return e.operation <= 4 && isResultType(e.output_type) && isOperand(e.a_type, e.a_memory) &&
         (immediate ? e.b_memory == 0 : isOperand(e.b_type, e.b_memory)) &&
         (e.output_memory == 0 || e.output_type == code(LaneType::Int32));
}

bool scaleIsPossible(const ElementwiseInstruction &e) {
  return e.multiplier <= INT32_MAX && (e.operation != 2 || e.multiplier == 0) && e.shift <= 62;
}

bool functionIsPossible(const ElementwiseInstruction &e, uint64_t numTables) {
  const bool fits = e.function == 0   ? e.table == 0
                    : e.function == 1 ? e.output_type >= code(LaneType::Int32)
                                      : e.function == 2 && e.output_type != code(LaneType::Uint8);
  return fits && e.table < numTables && clampRange(e).contains(e.clamp_minimum) &&
         clampRange(e).contains(e.clamp_maximum) && e.clamp_minimum <= e.clamp_maximum;
}

/// All words of rows at `address`.
Extent rowExtent(const ElementwiseInstruction &e, uint64_t address, int64_t stride0, int64_t stride1,
                 int64_t stride2, uint64_t words) {
  return Extent(address)
      .level(e.count_0, stride0)
      .level(e.count_1, stride1)
      .level(e.count_2, stride2)
      .wide(words);
}

LaneArithmetic arithmeticOf(const ElementwiseInstruction &e, const int16_t *tables) {
  LaneArithmetic with;
  with.operation = static_cast<LaneOperation>(e.operation);
  with.function = static_cast<LaneFunction>(e.function);
  with.multiplier = static_cast<int32_t>(e.multiplier);
  with.shift = static_cast<uint32_t>(e.shift);
  with.output_zero_point = static_cast<int32_t>(e.output_zero_point);
  with.clamp_minimum = static_cast<int32_t>(e.clamp_minimum);
  with.clamp_maximum = static_cast<int32_t>(e.clamp_maximum);
  with.table = tables + e.table * kTableEntries;
  return with;
}

} // namespace

uint64_t wordsOfRow(uint64_t type, uint64_t memory, uint64_t columns, uint64_t vectorBytes) {
  switch (static_cast<LaneType>(type)) {
  case LaneType::Int8:
  case LaneType::Uint8:
    return 1;
  case LaneType::Int16:
    return divideUp(2 * columns, vectorBytes);
  case LaneType::Int32:
    return memory ? 1 : divideUp(4 * columns, vectorBytes);
  case LaneType::Pair:
  case LaneType::Wide:
    return 2;
  case LaneType::Immediate:
    break;
  }
  return 0;
}

LaneExecutor::LaneExecutor(const Parameters &parameters, KernelIsa isa)
    : columns(static_cast<uint64_t>(parameters.array_columns)),
      vector_bytes(static_cast<uint64_t>(parameters.vectorBytes())),
      num_tables(static_cast<uint64_t>(parameters.vector_tables)), functions(laneFunctions(isa)) {}

LaneRows LaneExecutor::operand(uint64_t type, uint64_t memory, uint64_t address, int64_t stride,
                               const WordArray &words) const {
  const auto bytes = static_cast<ptrdiff_t>(words.word_bytes);
  return {laneForm(type, memory), words.word(static_cast<int64_t>(address)), stride * bytes, bytes};
}

LaneResults LaneExecutor::results(const ElementwiseInstruction &e, const WordArray &words) const {
  LaneResults results;
  const auto bytes = static_cast<ptrdiff_t>(words.word_bytes);
  const bool pair = e.output_type == code(LaneType::Pair);
  results.form = laneForm(e.output_type, e.output_memory);
  results.stride = e.output_stride_0 * bytes;
  results.second = pair ? bytes : 0;
  results.word_bytes = words.word_bytes * (pair ? 1 : rowWords(e.output_type, e.output_memory));
  return results;
}

bool LaneExecutor::isPossible(const ElementwiseInstruction &e, const VectorMemories &m) const {
  if (!typesArePossible(e) || !scaleIsPossible(e) || !functionIsPossible(e, num_tables) || e.count_0 == 0 ||
      e.count_1 == 0 || e.count_2 == 0)
    return false;
  const bool immediate = e.b_type == code(LaneType::Immediate);
  return rowExtent(e, e.a_address, e.a_stride_0, e.a_stride_1, e.a_stride_2, rowWords(e.a_type, e.a_memory))
             .within(m.memory(e.a_memory).num_words) &&
         (immediate ||
          rowExtent(e, e.b_address, e.b_stride_0, e.b_stride_1, e.b_stride_2, rowWords(e.b_type, e.b_memory))
              .within(m.memory(e.b_memory).num_words)) &&
         rowExtent(e, e.output_address, e.output_stride_0, e.output_stride_1, e.output_stride_2,
                   rowWords(e.output_type, e.output_memory))
             .within(m.memory(e.output_memory).num_words);
}

bool LaneExecutor::execute(const ElementwiseInstruction &e, const VectorMemories &m) const {
  if (!isPossible(e, m))
    return false;
  const WordArray &a = m.memory(e.a_memory), &b = m.memory(e.b_memory), &output = m.memory(e.output_memory);
  LaneJob job;
  job.a = operand(e.a_type, e.a_memory, 0, e.a_stride_0, a);
  if (e.b_type != code(LaneType::Immediate))
    job.b = operand(e.b_type, e.b_memory, 0, e.b_stride_0, b);
  job.output = results(e, output);
  job.num_rows = e.count_0;
  job.num_lanes = columns;
  job.arithmetic = arithmeticOf(e, m.tables);
  job.immediate = static_cast<int32_t>(e.immediate);
  job.pair_offset = pair_offset;
  for (int64_t i2 = 0; i2 < static_cast<int64_t>(e.count_2); ++i2)
    for (int64_t i1 = 0; i1 < static_cast<int64_t>(e.count_1); ++i1) {
      job.a.first = a.word(static_cast<int64_t>(e.a_address) + i2 * e.a_stride_2 + i1 * e.a_stride_1);
      if (job.b.form != LaneForm::Immediate)
        job.b.first = b.word(static_cast<int64_t>(e.b_address) + i2 * e.b_stride_2 + i1 * e.b_stride_1);
      job.output.first = output.word(static_cast<int64_t>(e.output_address) + i2 * e.output_stride_2 +
                                     i1 * e.output_stride_1);
      functions.compute(job);
    }
  return true;
}

bool LaneExecutor::isPossible(const ReduceInstruction &r, const VectorMemories &m) const {
  return r.count_0 && r.count_1 && r.last_columns >= 1 && r.last_columns <= columns &&
         isOperand(r.a_type, r.a_memory) &&
         Extent(r.a_address)
             .level(r.count_0, r.a_stride_0)
             .level(r.count_1, r.a_stride_1)
             .wide(rowWords(r.a_type, r.a_memory))
             .within(m.memory(r.a_memory).num_words) &&
         Extent(r.output_address).level(r.count_1, r.output_stride_1).within(m.accumulator.num_words);
}

bool LaneExecutor::execute(const ReduceInstruction &r, const VectorMemories &m) const {
  if (!isPossible(r, m))
    return false;
  const WordArray &words = m.memory(r.a_memory);
  for (int64_t i1 = 0; i1 < static_cast<int64_t>(r.count_1); ++i1) {
    LaneRows rows = operand(r.a_type, r.a_memory, 0, r.a_stride_0, words);
    const uint8_t *slice = words.word(static_cast<int64_t>(r.a_address) + i1 * r.a_stride_1);
    uint32_t sum = 0;
    int32_t largest = INT32_MIN;
    for (uint64_t i0 = 0; i0 < r.count_0; ++i0, slice += rows.stride) {
      alignas(64) int32_t lanes[kMaxLanes];
      const size_t count = i0 + 1 == r.count_0 ? r.last_columns : columns;
      functions.read(rows, slice, count, pair_offset, lanes);
      for (size_t c = 0; c < count; ++c) {
        sum += static_cast<uint32_t>(lanes[c]);
        largest = std::max(largest, lanes[c]);
      }
    }
    const int32_t result = r.reduction ? largest : static_cast<int32_t>(sum);
    uint8_t *target = m.accumulator.word(static_cast<int64_t>(r.output_address) + i1 * r.output_stride_1);
    for (uint64_t c = 0; c < columns; ++c)
      std::memcpy(target + 4 * c, &result, sizeof result);
  }
  return true;
}

bool LaneExecutor::execute(const TableInstruction &t, const VectorMemories &m) const {
  const uint64_t entries = t.table_type ? 256 : kTableEntries;
  const uint64_t perWord = t.table_type ? vector_bytes : vector_bytes / 2;
  if (t.table >= num_tables ||
      !Extent(t.local_address).wide(divideUp(entries, perWord)).within(m.scratchpad.num_words))
    return false;
  int16_t *table = m.tables + t.table * kTableEntries;
  for (uint64_t e = 0; e < entries; ++e) {
    const uint8_t *word = m.scratchpad.word(static_cast<int64_t>(t.local_address + e / perWord));
    if (t.table_type)
      table[e] = static_cast<int8_t>(word[e % perWord]);
    else
      std::memcpy(&table[e], word + 2 * (e % perWord), 2);
  }
  return true;
}

} // namespace lockstep
