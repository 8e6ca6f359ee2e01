#include "hw/numbers/Numbers.h"
#include "tests/unit/kernel/RandomInstruction.h"

#include <algorithm>

namespace lockstep {

namespace {

/// Values of the type (pair: of int16).
struct Range {
  int64_t minimum, maximum;
};
Range rangeOf(uint64_t type) {
  const auto element = static_cast<ElementType>(type == 4 ? 3 : type);
  return {elementMinimum(element), elementMaximum(element)};
}

} // namespace

uint64_t RandomInstruction::wordsIn(uint64_t memory) const {
  return static_cast<uint64_t>(memory ? p.accumulatorWords() : p.scratchpadWords());
}

uint64_t RandomInstruction::operandType(uint64_t memory) {
  constexpr uint64_t inAccumulator[] = {2, 4, 5};
  return memory ? inAccumulator[random.between(0, 2)] : static_cast<uint64_t>(random.between(0, 4));
}

void RandomInstruction::chooseArithmetic(ElementwiseInstruction &e) {
  e.operation = static_cast<uint64_t>(random.between(0, 4));
  e.function = static_cast<uint64_t>(random.chance(40) ? 0 : random.between(1, 2));
  e.output_type = static_cast<uint64_t>(e.function == 1 ? random.between(2, 4) : random.between(0, 4));
  if (e.function == 2 && e.output_type == 1)
    e.output_type = 0;
  e.output_memory = e.output_type == 2 && random.chance(60);
  e.table = e.function ? static_cast<uint64_t>(random.between(0, p.vector_tables - 1)) : 0;
  const bool unscaled = random.chance(30);
  if (e.operation != 2)
    e.multiplier =
        unscaled ? 1 : static_cast<uint64_t>(random.chance(50) ? random.between(0, 0x7fffffff) : 1);
  e.shift = static_cast<uint64_t>(unscaled            ? 0
                                  : random.chance(50) ? random.between(0, 31)
                                                      : random.between(0, 62));
  e.output_zero_point = random.chance(40) ? 0 : random.between(-256, 255);
  e.immediate = random.chance(30) ? random.between(-4, 4) : random.between(INT32_MIN, INT32_MAX);
  const Range range = rangeOf(e.function == 1 ? 3 : e.function == 2 ? 0 : e.output_type);
  e.clamp_minimum = random.chance(60) ? range.minimum : random.between(range.minimum, range.maximum);
  e.clamp_maximum = random.chance(60) ? range.maximum : random.between(e.clamp_minimum, range.maximum);
}

/// Often one row beside the other, else anything.
void RandomInstruction::chooseRows(ElementwiseInstruction &e) {
  e.count_0 = static_cast<uint64_t>(random.between(1, 9));
  e.count_1 = static_cast<uint64_t>(random.between(1, 3));
  e.count_2 = static_cast<uint64_t>(random.between(1, 2));
  auto address = [&](uint64_t memory) {
    return static_cast<uint64_t>(random.between(0, wordsIn(memory) - 1));
  };
  e.a_address = address(e.a_memory);
  e.b_address = address(e.b_memory);
  e.output_address = address(e.output_memory);
  for (auto *strides : {&e.a_stride_0, &e.b_stride_0, &e.output_stride_0})
    *strides = random.chance(60) ? random.between(-4, 4) : wordStride(p.scratchpadWords() / 4);
  for (auto *strides :
       {&e.a_stride_1, &e.b_stride_1, &e.output_stride_1, &e.a_stride_2, &e.b_stride_2, &e.output_stride_2})
    *strides = random.chance(50) ? 0 : wordStride(p.scratchpadWords() / 4);
}

ElementwiseInstruction RandomInstruction::elementwise() {
  ElementwiseInstruction e;
  chooseArithmetic(e);
  e.a_memory = random.chance(50);
  e.a_type = operandType(e.a_memory);
  e.b_memory = random.chance(50);
  e.b_type = operandType(e.b_memory);
  if (random.chance(30))
    e.b_memory = 0, e.b_type = 7;
  chooseRows(e);
  return e;
}

ReduceInstruction RandomInstruction::reduce() {
  ReduceInstruction r;
  r.reduction = random.chance(50);
  r.a_memory = random.chance(50);
  r.a_type = operandType(r.a_memory);
  r.last_columns =
      static_cast<uint64_t>(random.chance(40) ? p.array_columns : random.between(1, p.array_columns));
  r.count_0 = static_cast<uint64_t>(random.between(1, 9));
  r.count_1 = static_cast<uint64_t>(random.between(1, 5));
  r.a_address = static_cast<uint64_t>(random.between(0, wordsIn(r.a_memory) - 1));
  r.a_stride_0 = random.chance(60) ? random.between(-4, 4) : wordStride(p.scratchpadWords());
  r.a_stride_1 = wordStride(p.scratchpadWords());
  r.output_address = static_cast<uint64_t>(random.between(0, p.accumulatorWords() - 1));
  r.output_stride_1 = random.between(-4, 4);
  return r;
}

TableInstruction RandomInstruction::table() {
  TableInstruction t;
  t.table_type = random.chance(50);
  t.table = static_cast<uint64_t>(random.between(0, p.vector_tables - 1));
  t.local_address = static_cast<uint64_t>(random.between(0, p.scratchpadWords() - 1));
  return t;
}

} // namespace lockstep
