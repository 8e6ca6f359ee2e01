#include "tests/lockstep/vector/VectorPrograms.h"

#include "hw/isa/LaneRows.h"
#include "tests/support/ProgramBuilder.h"
#include "tests/support/Random.h"

#include <algorithm>
#include <optional>

namespace lockstep {

namespace {

constexpr uint64_t kScratchpadData = 0x100000, kAccumulatorData = 0x200000;
constexpr int kLoaded = 0; // semaphore: the data is on the chip

/// Bytes with runs of extremes, so that sums wrap around and clamps are reached.
std::vector<uint8_t> randomBytes(size_t size, Random &random) {
  std::vector<uint8_t> bytes(size);
  for (uint8_t &byte : bytes)
    byte = uint8_t(random.chance(60) ? random.next() : uint64_t(random.pick({0, 127, 128, 255})));
  return bytes;
}

/// The lower half of either memory holds data, the upper half takes results, one behind the other.
class Layout {
public:
  explicit Layout(const Parameters &parameters) : parameters(parameters) {}

  int64_t words(bool accumulator) const {
    return accumulator ? parameters.accumulatorWords() : parameters.scratchpadWords();
  }
  /// A first word so that `low` to `high` words from it lie in the data.
  uint64_t anywhere(bool accumulator, int64_t low, int64_t high, Random &random) const {
    return uint64_t(random.range(-low, words(accumulator) / 2 - 1 - high));
  }
  /// The same for results, behind all earlier ones; nothing if there is no room.
  std::optional<uint64_t> behind(bool accumulator, int64_t low, int64_t high) {
    int64_t &used = taken[accumulator];
    if (used + high - low + 1 > words(accumulator) / 2)
      return std::nullopt;
    const int64_t first = words(accumulator) / 2 + used - low;
    used += high - low + 1;
    return uint64_t(first);
  }
  void clear() { taken[0] = taken[1] = 0; }

private:
  const Parameters &parameters;
  int64_t taken[2] = {0, 0};
};

/// Offsets of the lowest and the highest word of rows in nested loops.
struct Reach {
  int64_t low = 0, high = 0;
  Reach &loop(uint64_t count, int64_t stride) {
    low += std::min<int64_t>(0, int64_t(count - 1) * stride);
    high += std::max<int64_t>(0, int64_t(count - 1) * stride);
    return *this;
  }
};

LoadInstruction loadOf(const Parameters &parameters, bool accumulator) {
  LoadInstruction load;
  const int64_t words = accumulator ? parameters.accumulatorWords() : parameters.scratchpadWords();
  const int64_t word_bytes = accumulator ? parameters.accumulatorWordBytes() : parameters.vectorBytes();
  load.local_memory = accumulator;
  load.external_address = accumulator ? kAccumulatorData : kScratchpadData;
  load.row_bytes = load.chunk_bytes = uint64_t(word_bytes);
  load.count_0 = uint64_t(words / 2), load.count_1 = load.count_2 = 1;
  load.external_stride_0 = word_bytes, load.local_stride_0 = 1;
  return load;
}

TableInstruction tableOf(const Parameters &parameters, bool int8, uint64_t table, uint64_t address) {
  TableInstruction i;
  i.table_type = int8, i.table = std::min<uint64_t>(table, uint64_t(parameters.vector_tables) - 1);
  i.local_address = address;
  return i;
}

/// Collects instructions of the vector unit and begins a new program where the room for results ends.
class Collector {
public:
  Collector(const Parameters &parameters, uint64_t seed)
      : layout(parameters), random(seed), parameters(parameters), builder(parameters) {
    begin();
  }

  std::vector<Program> finish() {
    programs.push_back(builder.finish());
    return std::move(programs);
  }
  template <typename Struct> void add(const Struct &instruction) { builder.add(instruction); }
  /// A place for results; in a new program if this one is full.
  uint64_t place(bool accumulator, const Reach &reach) {
    auto first = layout.behind(accumulator, reach.low, reach.high);
    if (!first) {
      programs.push_back(builder.finish());
      begin();
      first = layout.behind(accumulator, reach.low, reach.high);
    }
    return *first;
  }

  Layout layout;
  Random random;

private:
  void begin() {
    builder = ProgramBuilder(parameters);
    layout.clear();
    for (bool accumulator : {false, true}) {
      const LoadInstruction load = loadOf(parameters, accumulator);
      const size_t size = size_t(load.count_0 * load.row_bytes);
      builder.region(accumulator ? "sums" : "words", load.external_address, size, RegionKind::Input);
      builder.data(load.external_address, randomBytes(size, random));
      builder.add(accumulator ? synchronized(load, -1, kLoaded) : load);
    }
    builder.add(synchronized(tableOf(parameters, false, 0, 0), kLoaded, -1));
    builder.add(tableOf(parameters, true, 1, 3));
  }

  const Parameters &parameters;
  ProgramBuilder builder;
  std::vector<Program> programs;
};

int64_t wordsOf(const LanePlace &place, const Parameters &parameters) {
  return wordsOfRow(place.type, place.in_accumulator, parameters);
}

// ---- elementwise ----

struct Limits {
  int64_t low, high;
};

Limits limitsOf(LaneType type) {
  switch (type) {
  case LaneType::Int8:
    return {-128, 127};
  case LaneType::Uint8:
    return {0, 255};
  case LaneType::Int16:
  case LaneType::Pair:
    return {-32768, 32767};
  default:
    return {INT32_MIN, INT32_MAX};
  }
}

bool takesFunction(LaneFunction function, LaneType result) {
  return function == LaneFunction::None ||
         (function == LaneFunction::Table16 ? result != LaneType::Int8 && result != LaneType::Uint8
                                            : result != LaneType::Uint8);
}

void drawArithmetic(ElementwiseInstruction &e, LaneType result, Random &random,
                    const Parameters &parameters) {
  const auto function = LaneFunction(random.below(3));
  e.function = takesFunction(function, result) ? uint64_t(function) : 0;
  if (e.function)
    e.table = std::min<uint64_t>(e.function - 1, uint64_t(parameters.vector_tables) - 1);
  const Limits all = limitsOf(e.function == 1 ? LaneType::Int16 : e.function == 2 ? LaneType::Int8 : result);
  e.clamp_minimum = random.chance(60) ? all.low : random.range(all.low, all.high);
  e.clamp_maximum = random.chance(60) ? all.high : random.range(e.clamp_minimum, all.high);
  e.output_zero_point = random.chance(50) ? 0 : random.range(-256, 255);
  const uint64_t bits = random.below(32);
  if (e.operation != uint64_t(LaneOperation::Multiply))
    e.multiplier = random.chance(20) ? 0x7fffffff : uint64_t{1} << std::min<uint64_t>(bits, 30);
  e.shift = random.chance(70) ? bits : random.below(63);
  e.immediate = random.chance(50) ? int32_t(random.next()) : random.range(-300, 300);
}

/// Strides of rows of `words` words: apart from each other, upwards or downwards.
struct Strides {
  int64_t values[3];
  Reach reach;
};

Strides drawStrides(const ElementwiseInstruction &e, int64_t words, bool apart, Random &random) {
  Strides s;
  const int64_t counts[] = {int64_t(e.count_0), int64_t(e.count_1), int64_t(e.count_2)};
  int64_t step = words;
  for (int level = 0; level < 3; ++level) {
    s.values[level] = apart ? step : random.range(0, 4);
    if (random.chance(50))
      s.values[level] = -s.values[level];
    s.reach.loop(uint64_t(counts[level]), s.values[level]);
    step *= counts[level];
  }
  s.reach.high += words - 1;
  return s;
}

ElementwiseInstruction drawElementwise(Collector &into, const Parameters &parameters, LaneOperation operation,
                                       LanePlace a, LanePlace b, LanePlace result) {
  Random &random = into.random;
  ElementwiseInstruction e;
  e.operation = uint64_t(operation);
  e.a_type = uint64_t(a.type), e.a_memory = a.in_accumulator;
  e.b_type = uint64_t(b.type), e.b_memory = b.in_accumulator;
  e.output_type = uint64_t(result.type), e.output_memory = result.in_accumulator;
  drawArithmetic(e, result.type, random, parameters);
  e.count_0 = 1 + random.below(3), e.count_1 = 1 + random.below(2), e.count_2 = 1 + random.below(2);
  const Strides of_a = drawStrides(e, wordsOf(a, parameters), false, random);
  const Strides of_b = drawStrides(e, std::max<int64_t>(1, wordsOf(b, parameters)), false, random);
  const Strides of_output = drawStrides(e, wordsOf(result, parameters), true, random);
  e.a_stride_0 = of_a.values[0], e.a_stride_1 = of_a.values[1], e.a_stride_2 = of_a.values[2];
  e.b_stride_0 = of_b.values[0], e.b_stride_1 = of_b.values[1], e.b_stride_2 = of_b.values[2];
  e.output_stride_0 = of_output.values[0], e.output_stride_1 = of_output.values[1];
  e.output_stride_2 = of_output.values[2];
  e.a_address = into.layout.anywhere(a.in_accumulator, of_a.reach.low, of_a.reach.high, random);
  e.b_address = into.layout.anywhere(b.in_accumulator, of_b.reach.low, of_b.reach.high, random);
  e.output_address = into.place(result.in_accumulator, of_output.reach);
  return e;
}

} // namespace

const std::vector<LanePlace> &operandPlaces() {
  static const std::vector<LanePlace> places = {
      {LaneType::Int8, false}, {LaneType::Uint8, false}, {LaneType::Int32, false}, {LaneType::Int16, false},
      {LaneType::Pair, false}, {LaneType::Int32, true},  {LaneType::Pair, true},   {LaneType::Wide, true}};
  return places;
}

const std::vector<LanePlace> &resultPlaces() {
  static const std::vector<LanePlace> places = {{LaneType::Int8, false},  {LaneType::Uint8, false},
                                                {LaneType::Int32, false}, {LaneType::Int16, false},
                                                {LaneType::Pair, false},  {LaneType::Int32, true}};
  return places;
}

std::vector<Program> elementwisePrograms(const Parameters &parameters, LaneOperation operation, LanePlace a) {
  Collector into(parameters, 100 * uint64_t(a.type) + 10 * a.in_accumulator + uint64_t(operation));
  std::vector<LanePlace> seconds = operandPlaces();
  seconds.push_back({LaneType::Immediate, false});
  for (const LanePlace &b : seconds)
    for (const LanePlace &result : resultPlaces())
      into.add(drawElementwise(into, parameters, operation, a, b, result));
  return into.finish();
}

std::vector<Program> reducePrograms(const Parameters &parameters) {
  Collector into(parameters, 7);
  for (uint64_t reduction : {0, 1})
    for (const LanePlace &a : operandPlaces())
      for (int64_t last : {int64_t(1), parameters.array_columns - 1, parameters.array_columns}) {
        ReduceInstruction r;
        r.reduction = reduction, r.a_type = uint64_t(a.type), r.a_memory = a.in_accumulator;
        r.last_columns = uint64_t(std::max<int64_t>(1, last));
        r.count_0 = 1 + into.random.below(4), r.count_1 = 1 + into.random.below(3);
        r.a_stride_0 = into.random.range(-3, 3), r.a_stride_1 = into.random.range(-9, 9);
        r.output_stride_1 = into.random.chance(50) ? 1 : -1;
        Reach slices, totals;
        slices.loop(r.count_0, r.a_stride_0).loop(r.count_1, r.a_stride_1);
        totals.loop(r.count_1, r.output_stride_1);
        slices.high += wordsOf(a, parameters) - 1;
        r.a_address = into.layout.anywhere(a.in_accumulator, slices.low, slices.high, into.random);
        r.output_address = into.place(true, totals);
        into.add(r);
      }
  for (uint64_t address : {0, 1, 17})
    into.add(tableOf(parameters, address == 1, address % 2, address));
  return into.finish();
}

std::vector<Program> int16Programs(const Parameters &parameters) {
  Collector into(parameters, 9);
  const int64_t words = wordsOf({LaneType::Int16, false}, parameters), columns = parameters.array_columns;
  for (unsigned variant = 0; variant < 24; ++variant) {
    RequantizeInstruction q;
    q.output_type = uint64_t(ElementType::Int16);
    q.has_bias = variant & 1, q.per_channel = variant >> 1 & 1, q.channel_axis = variant >> 2 & 1;
    q.last_columns = uint64_t(variant < 8 ? columns : 1 + int64_t(variant) % columns);
    q.count_0 = uint64_t(q.channel_axis ? columns + 2 : 5), q.count_1 = 2;
    q.multiplier = variant < 8 ? 0x7fffffff : 1 << 20;
    q.shift = variant < 16 ? 31 + variant % 16 : 20;
    q.output_zero_point = -3, q.clamp_minimum = -20, q.clamp_maximum = 17; // of no effect
    q.accumulator_stride_0 = variant & 4 ? -1 : 1, q.accumulator_stride_1 = 3;
    q.local_stride_0 = variant & 8 ? -words : words, q.local_stride_1 = int64_t(q.count_0) * words;
    Reach rows, results;
    rows.loop(q.count_0, q.accumulator_stride_0).loop(q.count_1, q.accumulator_stride_1);
    results.loop(q.count_0, q.local_stride_0).loop(q.count_1, q.local_stride_1);
    results.high += words - 1;
    q.accumulator_address = into.layout.anywhere(true, rows.low, rows.high, into.random);
    q.parameter_address = into.layout.anywhere(true, 0, 24, into.random);
    q.local_address = into.place(false, results);
    into.add(q);
  }
  return into.finish();
}

} // namespace lockstep
