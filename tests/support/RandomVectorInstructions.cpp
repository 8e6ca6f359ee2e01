// The vector unit's instructions.
#include "hw/isa/LaneRows.h"
#include "hw/numbers/Numbers.h"
#include "tests/support/RandomPlacement.h"

namespace lockstep {

// ---- requantize ----

void RandomInstructions::drawOutput(RequantizeInstruction &q) {
  const auto type = static_cast<ElementType>(q.output_type);
  const int64_t low = type == ElementType::Uint8 ? 0 : -128;
  q.output_zero_point = random.chance(40) ? 0 : random.range(low, low + 255);
  q.clamp_minimum = random.chance(50) ? low : random.range(low, low + 255);
  q.clamp_maximum = random.chance(50) ? low + 255 : random.range(q.clamp_minimum, low + 255);
  if (q.output_type == 2 || q.output_type == 3) // has neither, so nothing of it may show
    q.clamp_minimum = random.range(-256, 255), q.clamp_maximum = random.range(q.clamp_minimum, 255);
  if (q.output_type == 2 && random.chance(50))
    std::swap(q.clamp_minimum, q.clamp_maximum);
  q.multiplier = random.chance(20) ? 0x7fffffff : random.below(uint64_t{1} << random.range(1, 31));
  // Mostly a scale that brings sums of products, or loaded words, between the limits, where rounding shows.
  int64_t bits = 0;
  while (q.multiplier >> bits)
    ++bits;
  const int64_t down = random.chance(50) ? random.range(2, 12) : random.range(22, 29);
  q.shift = static_cast<uint64_t>(random.chance(20) ? random.range(2, 62) : bits + down);
}

RequantizeInstruction RandomInstructions::drawRequantize(uint64_t most) {
  RequantizeInstruction q;
  const int64_t reach = std::min<int64_t>(static_cast<int64_t>(most), 5);
  q.output_type = random.below(4);
  q.has_bias = random.below(2);
  if (q.output_type != 2)
    q.per_channel = random.chance(40), q.channel_axis = random.chance(40);
  if (q.output_type < 2)
    q.transpose = random.chance(40);
  drawOutput(q);
  q.last_columns = static_cast<uint64_t>(random.range(1, parameters.array_columns));
  q.count_0 = count(std::min<uint64_t>(6 * most, 2 * static_cast<uint64_t>(parameters.vectorBytes()) + 3));
  q.count_1 = count(std::min<uint64_t>(most, 3));
  q.accumulator_stride_0 = stride(2), q.accumulator_stride_1 = stride(reach);
  q.local_stride_0 = stride(reach), q.local_stride_1 = stride(2 * reach), q.transpose_stride = stride(2);
  return q;
}

Instruction RandomInstructions::requantize(const std::vector<LiveRegister> &live) {
  return drawUntilPlaced(
      8, [&](uint64_t most) { return drawRequantize(most); },
      [&](RequantizeInstruction &q) {
        const Footprint spans = spansOf(q, parameters);
        const Access *a = spans.begin(), &results = a[spans.count - 1];
        const bool placed = place(q.accumulator_address, q.accumulator_register, {lowOf(a[0]), highOf(a[0])},
                                  accumulator(Unit::Vector, 20), live) &&
                            place(q.local_address, q.local_register, {lowOf(results), highOf(results)},
                                  scratchpad(Unit::Vector), live);
        return placed &&
               (spans.count == 2 || place(q.parameter_address, q.parameter_register,
                                          {lowOf(a[1]), highOf(a[1])}, accumulator(Unit::Vector, 20), live));
      });
}

// ---- operands ----

/// int32, pair or wide in the accumulator, anything but wide in the scratchpad.
uint64_t RandomInstructions::operandType(uint64_t memory) {
  return static_cast<uint64_t>(memory ? random.pick({2, 2, 4, 5}) : random.pick({0, 1, 2, 3, 3, 4, 4}));
}

/// A window of either on-chip memory; a piece of it for what is read and the other for what is written, so
/// that the two never meet.
RandomInstructions::Windows RandomInstructions::vectorWindows(uint64_t memory) {
  const Window whole = memory ? accumulator(Unit::Vector, 24) : scratchpad(Unit::Vector);
  const auto cut = static_cast<uint64_t>(random.range(1, static_cast<int64_t>(whole.size) - 1));
  Window lower = whole, upper = whole;
  lower.size = cut;
  upper.low += cut, upper.size -= cut;
  return random.chance(50) ? Windows{lower, upper} : Windows{upper, lower};
}

// ---- elementwise ----

/// Limits of the clamped value: all of its type, or some of it.
void RandomInstructions::drawClamp(ElementwiseInstruction &e, ElementType type) {
  const int64_t low = elementMinimum(type), high = elementMaximum(type);
  const auto inside = [&](int64_t from) {
    return random.chance(50) ? random.range(from, high) : std::max(from, random.range(-300, 300));
  };
  e.clamp_minimum = random.chance(70) ? low : std::min(inside(low), high);
  e.clamp_maximum = random.chance(70) ? high : std::min(inside(e.clamp_minimum), high);
}

/// Bits of an operand's values, the sign included, if its bytes are random.
int64_t operandBits(uint64_t memory, uint64_t type) {
  switch (static_cast<LaneType>(type)) {
  case LaneType::Int8:
  case LaneType::Uint8:
    return 8;
  case LaneType::Int16:
    return 16;
  case LaneType::Pair:
    return memory ? 32 : 16;
  default:
    return 32;
  }
}

/// A scale, mostly one that brings the operands between limits of `bits` bits, where rounding shows.
void RandomInstructions::drawScale(ElementwiseInstruction &e, int64_t bits) {
  const int64_t a = operandBits(e.a_memory, e.a_type), b = operandBits(e.b_memory, e.b_type);
  int64_t before = a + b; // bits of the unscaled result
  if (static_cast<LaneOperation>(e.operation) != LaneOperation::Multiply) {
    const int64_t factor = random.chance(25) ? 0 : random.range(0, 30);
    e.multiplier =
        random.chance(10) ? 0x7fffffff : (uint64_t{1} << factor) + random.below(uint64_t{1} << factor);
    before = std::max(a, b) + factor;
  }
  const int64_t fitting = std::clamp<int64_t>(before - bits + random.range(-3, 3), 0, 62);
  e.shift =
      static_cast<uint64_t>(random.chance(80) ? fitting : random.pick({0, 1, 61, 62, random.range(0, 62)}));
  e.output_zero_point = random.chance(40) ? 0 : random.range(-256, 255);
}

void RandomInstructions::drawResult(ElementwiseInstruction &e) {
  e.output_memory = random.chance(40);
  e.output_type = e.output_memory ? 2 : random.below(5);
  const auto type = static_cast<LaneType>(e.output_type);
  if (random.chance(25) && type != LaneType::Int8 && type != LaneType::Uint8)
    e.function = 1;
  else if (random.chance(20) && type != LaneType::Uint8)
    e.function = 2;
  e.table = e.function ? random.below(static_cast<uint64_t>(parameters.vector_tables)) : 0;
  const bool half = e.function == 1 || (e.function == 0 && type == LaneType::Pair);
  const ElementType clamped = half              ? ElementType::Int16
                              : e.function == 2 ? ElementType::Int8
                                                : static_cast<ElementType>(e.output_type);
  drawScale(e, clamped == ElementType::Int32 ? 32 : clamped == ElementType::Int16 ? 16 : 8);
  drawClamp(e, clamped);
}

ElementwiseInstruction RandomInstructions::drawElementwise(uint64_t most) {
  ElementwiseInstruction e;
  e.operation = random.below(5);
  e.a_memory = random.below(2), e.a_type = operandType(e.a_memory);
  e.b_memory = random.below(2), e.b_type = operandType(e.b_memory);
  if (random.chance(25)) {
    e.b_memory = 0, e.b_type = static_cast<uint64_t>(LaneType::Immediate);
    e.immediate = random.chance(30) ? random.pick({0, 1, -1, INT32_MAX, INT32_MIN})
                                    : random.range(INT32_MIN, INT32_MAX) >> random.range(0, 31);
  }
  drawResult(e);
  e.count_0 = count(2 * most), e.count_1 = count(std::min<uint64_t>(most, 4));
  e.count_2 = count(std::min<uint64_t>(most, 3));
  const auto reach = static_cast<int64_t>(std::min<uint64_t>(most, 5));
  e.a_stride_0 = stride(2), e.a_stride_1 = stride(reach), e.a_stride_2 = stride(2 * reach);
  e.b_stride_0 = stride(2), e.b_stride_1 = stride(reach), e.b_stride_2 = stride(2 * reach);
  e.output_stride_0 = stride(reach), e.output_stride_1 = stride(2 * reach),
  e.output_stride_2 = stride(2 * reach);
  return e;
}

Instruction RandomInstructions::elementwise(const std::vector<LiveRegister> &live) {
  return drawUntilPlaced(
      8, [&](uint64_t most) { return drawElementwise(most); },
      [&](ElementwiseInstruction &e) {
        const Footprint spans = spansOf(e, parameters);
        const Windows windows[] = {vectorWindows(0), vectorWindows(1)};
        const Access *a = spans.begin(), &results = a[spans.count - 1];
        const bool placed =
            place(e.a_address, e.a_register, {lowOf(a[0]), highOf(a[0])}, windows[e.a_memory].reads, live) &&
            place(e.output_address, e.output_register, {lowOf(results), highOf(results)},
                  windows[e.output_memory].writes, live);
        return placed && (spans.count == 2 || place(e.b_address, e.b_register, {lowOf(a[1]), highOf(a[1])},
                                                    windows[e.b_memory].reads, live));
      });
}

// ---- reduce, table ----

Instruction RandomInstructions::reduce(const std::vector<LiveRegister> &live) {
  return drawUntilPlaced(
      8,
      [&](uint64_t most) {
        ReduceInstruction r;
        r.reduction = random.below(2);
        r.a_memory = random.below(2), r.a_type = operandType(r.a_memory);
        r.last_columns = static_cast<uint64_t>(random.range(1, parameters.array_columns));
        r.count_0 = count(most), r.count_1 = count(most);
        const auto reach = static_cast<int64_t>(std::min<uint64_t>(most, 5));
        r.a_stride_0 = stride(reach), r.a_stride_1 = stride(reach), r.output_stride_1 = stride(3);
        return r;
      },
      [&](ReduceInstruction &r) {
        const Footprint spans = spansOf(r, parameters);
        const Access &a = spans.accesses[0], &results = spans.accesses[1];
        Windows inAccumulator = vectorWindows(1);
        const Window read = r.a_memory ? inAccumulator.reads : scratchpad(Unit::Vector);
        inAccumulator.writes.bits = 20;
        return place(r.a_address, r.a_register, {lowOf(a), highOf(a)}, read, live) &&
               place(r.output_address, r.output_register, {lowOf(results), highOf(results)},
                     inAccumulator.writes, live);
      });
}

/// A table if the scratchpad can hold its entries, else an elementwise instruction.
Instruction RandomInstructions::table(const std::vector<LiveRegister> &live) {
  const int64_t words = parameters.scratchpadWords();
  if (wordsOfTable(true, parameters) > words)
    return elementwise(live);
  const bool only8 = wordsOfTable(false, parameters) > words;
  return drawUntilPlaced(
      1,
      [&](uint64_t) {
        TableInstruction t;
        t.table_type = only8 || random.chance(35);
        t.table = random.below(static_cast<uint64_t>(parameters.vector_tables));
        return t;
      },
      [&](TableInstruction &t) {
        const Access entries = spansOf(t, parameters).accesses[0];
        return place(t.local_address, t.local_register, {lowOf(entries), highOf(entries)},
                     random.chance(50) ? scratchpad(Unit::Vector) : wholeScratchpad(), live);
      });
}

} // namespace lockstep
