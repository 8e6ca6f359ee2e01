#include "hw/check/Footprint.h"

#include "hw/isa/LaneRows.h"

#include <algorithm>
#include <numeric>

namespace lockstep {
namespace {

/// The values of base + sum of i * stride over nested counters, as their minimum and maximum.
struct Extent {
  Wide low = 0, high = 0;

  static Extent at(Wide base) { return {base, base}; }
  /// One more level: `count` iterations (at least 1).
  Extent over(uint64_t count, int64_t stride) const {
    const Wide reach = (Wide{count} - 1) * stride;
    return reach < 0 ? Extent{low + reach, high} : Extent{low, high + reach};
  }
  Extent with(const Extent &other) const { return {std::min(low, other.low), std::max(high, other.high)}; }
};

uint64_t ceilDivide(uint64_t value, uint64_t divisor) { return value / divisor + (value % divisor != 0); }

Access onChip(Space space, bool reads, bool writes, const Extent &extent, const char *rule,
              const char *field) {
  Access access;
  access.space = space;
  access.reads = reads;
  access.writes = writes;
  access.low = extent.low;
  access.high = extent.high;
  access.rule = rule;
  access.field = field;
  return access;
}

uint64_t magnitude(uint64_t count, int64_t stride) {
  return count <= 1 ? 0 : stride < 0 ? -static_cast<uint64_t>(stride) : static_cast<uint64_t>(stride);
}

/// The external side of a load or store.
template <typename Transfer> Access externalAccess(const Transfer &t, bool writes, const char *rule) {
  const Extent rows = Extent::at(t.external_address)
                          .over(t.count_0, t.external_stride_0)
                          .over(t.count_1, t.external_stride_1)
                          .over(t.count_2, t.external_stride_2)
                          .over(t.row_bytes, 1);
  Access access = onChip(Space::External, !writes, writes, rows, rule, "external_address");
  access.row_address = t.external_address;
  access.row_bytes = t.row_bytes;
  access.row_step = std::gcd(
      magnitude(t.count_0, t.external_stride_0),
      std::gcd(magnitude(t.count_1, t.external_stride_1), magnitude(t.count_2, t.external_stride_2)));
  return access;
}

/// Words of rows of chunks (not transposed).
template <typename Transfer> Extent chunkWords(const Transfer &t) {
  return Extent::at(t.local_address)
      .over(t.count_0, t.local_stride_0)
      .over(t.count_1, t.local_stride_1)
      .over(t.count_2, t.local_stride_2)
      .over(ceilDivide(t.row_bytes, t.chunk_bytes), t.chunk_stride);
}

Extent turnedWords(const LoadInstruction &t) {
  return Extent::at(t.local_address)
      .over(t.row_bytes, t.local_stride_0)
      .over(t.count_1, t.local_stride_1)
      .over(t.count_2, t.local_stride_2);
}

Extent stationaryWords(const MatmulInstruction &m, const Parameters &parameters) {
  // A tile has `last` words where its level is at the end, else `full`: the last tile, and the last full one,
  // bound.
  const uint64_t inner = m.tile_count_0 * m.tile_count_1 * m.tile_count_2; // at most 2^36
  const Wide tiles = Wide{inner} * m.tile_count_3;
  const bool byColumns = m.transpose_stationary != 0;
  const uint64_t full = static_cast<uint64_t>(byColumns ? parameters.array_columns : parameters.array_rows);
  const uint64_t last = byColumns ? m.last_columns : m.last_rows;
  const Wide lastFullTile = byColumns            ? Wide{inner} * (m.tile_count_3 - 1) - 1
                            : m.tile_count_0 > 1 ? tiles - 2
                                                 : -1;
  const Extent start = Extent::at(m.stationary_address);
  Extent words = {start.low, start.high + (tiles - 1) * m.stationary_stride + Wide{last} - 1};
  if (lastFullTile >= 0)
    words.high = std::max(words.high, start.high + lastFullTile * m.stationary_stride + Wide{full} - 1);
  return words;
}

Extent streamedWords(const MatmulInstruction &m) {
  return Extent::at(m.streamed_address)
      .over(m.tile_count_0, m.tile_streamed_stride_0)
      .over(m.tile_count_1, m.tile_streamed_stride_1)
      .over(m.tile_count_2, m.tile_streamed_stride_2)
      .over(m.tile_count_3, m.tile_streamed_stride_3)
      .over(m.stream_count_0, m.stream_streamed_stride_0)
      .over(m.stream_count_1, m.stream_streamed_stride_1);
}

Extent resultWords(const MatmulInstruction &m) {
  return Extent::at(m.accumulator_address)
      .over(m.tile_count_0, m.tile_accumulator_stride_0)
      .over(m.tile_count_1, m.tile_accumulator_stride_1)
      .over(m.tile_count_2, m.tile_accumulator_stride_2)
      .over(m.tile_count_3, m.tile_accumulator_stride_3)
      .over(m.stream_count_0, m.stream_accumulator_stride_0)
      .over(m.stream_count_1, m.stream_accumulator_stride_1);
}

Extent rescaledRows(const RequantizeInstruction &q) {
  return Extent::at(q.accumulator_address)
      .over(q.count_0, q.accumulator_stride_0)
      .over(q.count_1, q.accumulator_stride_1);
}

Extent writtenWords(const RequantizeInstruction &q, const Parameters &parameters) {
  const auto vectorBytes = static_cast<uint64_t>(parameters.vectorBytes());
  const Extent start = Extent::at(q.local_address);
  if (q.transpose) {
    const Extent groups = start.over(ceilDivide(q.count_0, vectorBytes), q.local_stride_0);
    const Extent last = groups.over(q.last_columns, q.transpose_stride);
    const auto offset = static_cast<Wide>(q.count_1 - 1) * q.local_stride_1;
    const Extent ragged = {last.low + offset, last.high + offset};
    if (q.count_1 == 1)
      return ragged;
    return ragged.with(groups.over(static_cast<uint64_t>(parameters.array_columns), q.transpose_stride)
                           .over(q.count_1 - 1, q.local_stride_1));
  }
  const auto words =
      static_cast<uint64_t>(wordsOfRow(static_cast<LaneType>(q.output_type), false, parameters));
  return start.over(q.count_0, q.local_stride_0).over(q.count_1, q.local_stride_1).over(words, 1);
}

/// One side of an elementwise instruction: the strides of its rows by level.
Extent elementwiseWords(const ElementwiseInstruction &e, uint64_t address, std::array<int64_t, 3> strides,
                        int64_t words) {
  return Extent::at(address)
      .over(e.count_0, strides[0])
      .over(e.count_1, strides[1])
      .over(e.count_2, strides[2])
      .over(static_cast<uint64_t>(words), 1);
}

Space onChipSpace(uint64_t memory) { return memory ? Space::Accumulator : Space::Scratchpad; }

struct FootprintVisitor {
  const Parameters &parameters;
  Footprint footprint{};

  template <typename Other> void operator()(const Other &) {}

  void operator()(const LoadInstruction &t) {
    const Space space = onChipSpace(t.local_memory);
    footprint.add(externalAccess(t, false, "load_c4"));
    footprint.add(
        onChip(space, false, true, t.transpose ? turnedWords(t) : chunkWords(t), "load_c3", "local_address"));
  }
  void operator()(const FillInstruction &t) {
    const Space space = onChipSpace(t.local_memory);
    const Extent words = Extent::at(t.local_address)
                             .over(t.count_0, t.local_stride_0)
                             .over(t.count_1, t.local_stride_1)
                             .over(t.count_2, t.local_stride_2);
    footprint.add(onChip(space, false, true, words, "fill_c2", "local_address"));
  }
  void operator()(const MatmulInstruction &m) {
    footprint.add(onChip(Space::Scratchpad, true, false, stationaryWords(m, parameters), kStationaryRule,
                         "stationary_address"));
    footprint.add(onChip(Space::Scratchpad, true, false, streamedWords(m), "matmul_c6", "streamed_address"));
    footprint.add(onChip(Space::Accumulator, true, true, resultWords(m), "matmul_c7", "accumulator_address"));
  }
  void operator()(const RequantizeInstruction &q) {
    footprint.add(
        onChip(Space::Accumulator, true, false, rescaledRows(q), "requantize_c5", "accumulator_address"));
    const uint64_t rows = q.has_bias + 2 * q.per_channel;
    const uint64_t blocks =
        q.channel_axis ? ceilDivide(q.count_0, static_cast<uint64_t>(parameters.array_columns)) : q.count_1;
    if (rows != 0)
      footprint.add(onChip(Space::Accumulator, true, false,
                           Extent::at(q.parameter_address).over(blocks * rows, 1), "requantize_c5",
                           "parameter_address"));
    footprint.add(onChip(Space::Scratchpad, false, true, writtenWords(q, parameters), "requantize_c6",
                         "local_address"));
  }
  void operator()(const ElementwiseInstruction &e) {
    const auto words = [&](uint64_t type, uint64_t memory) {
      return wordsOfRow(static_cast<LaneType>(type), memory != 0, parameters);
    };
    const Extent a = elementwiseWords(e, e.a_address, {e.a_stride_0, e.a_stride_1, e.a_stride_2},
                                      words(e.a_type, e.a_memory));
    footprint.add(onChip(onChipSpace(e.a_memory), true, false, a, "elementwise_c7", "a_address"));
    if (static_cast<LaneType>(e.b_type) != LaneType::Immediate) {
      const Extent b = elementwiseWords(e, e.b_address, {e.b_stride_0, e.b_stride_1, e.b_stride_2},
                                        words(e.b_type, e.b_memory));
      footprint.add(onChip(onChipSpace(e.b_memory), true, false, b, "elementwise_c7", "b_address"));
    }
    const Extent results =
        elementwiseWords(e, e.output_address, {e.output_stride_0, e.output_stride_1, e.output_stride_2},
                         words(e.output_type, e.output_memory));
    footprint.add(
        onChip(onChipSpace(e.output_memory), false, true, results, "elementwise_c8", "output_address"));
  }
  void operator()(const ReduceInstruction &r) {
    const int64_t words = wordsOfRow(static_cast<LaneType>(r.a_type), r.a_memory != 0, parameters);
    const Extent slices = Extent::at(r.a_address)
                              .over(r.count_0, r.a_stride_0)
                              .over(r.count_1, r.a_stride_1)
                              .over(static_cast<uint64_t>(words), 1);
    footprint.add(onChip(onChipSpace(r.a_memory), true, false, slices, "reduce_c3", "a_address"));
    const Extent results = Extent::at(r.output_address).over(r.count_1, r.output_stride_1);
    footprint.add(onChip(Space::Accumulator, false, true, results, "reduce_c4", "output_address"));
  }
  void operator()(const TableInstruction &t) {
    const int64_t words = wordsOfTable(t.table_type != 0, parameters);
    const Extent entries = Extent::at(t.local_address).over(static_cast<uint64_t>(words), 1);
    footprint.add(onChip(Space::Scratchpad, true, false, entries, "table_c2", "local_address"));
  }
  void operator()(const StoreInstruction &t) {
    footprint.add(onChip(Space::Scratchpad, true, false, chunkWords(t), "store_c3", "local_address"));
    footprint.add(externalAccess(t, true, "store_c4"));
  }
};

/// (b - a) modulo step, for addresses of 64 bits.
uint64_t distance(uint64_t a, uint64_t b, uint64_t step) {
  const uint64_t ra = a % step, rb = b % step;
  return rb >= ra ? rb - ra : rb + (step - ra);
}

bool disjointResidues(const Access &a, const Access &b) {
  const uint64_t step = std::gcd(a.row_step, b.row_step);
  return step != 0 && distance(a.row_address, b.row_address, step) >= a.row_bytes &&
         distance(b.row_address, a.row_address, step) >= b.row_bytes;
}

} // namespace

const char *const kStationaryRule = "matmul_c5";

std::string toString(Wide value) {
  if (value < 0)
    return "-" + toString(-value);
  const std::string last(1, static_cast<char>('0' + static_cast<int>(value % 10)));
  return value < 10 ? last : toString(value / 10) + last;
}

const char *spaceName(Space space) {
  return space == Space::Scratchpad    ? "scratchpad"
         : space == Space::Accumulator ? "accumulator"
                                       : "external memory";
}

Footprint footprintOf(const Instruction &instruction, const Parameters &parameters) {
  FootprintVisitor visitor{parameters};
  std::visit(visitor, instruction);
  return visitor.footprint;
}

bool mayMeet(const Access &a, const Access &b) {
  if (a.space != b.space || a.high < b.low || b.high < a.low)
    return false;
  return a.space != Space::External || !disjointResidues(a, b);
}

const Access *overwrittenWhileRead(const Footprint &footprint) {
  const Access &written = footprint.accesses[footprint.count - 1];
  for (const Access &access : footprint)
    if (access.reads && !access.writes && mayMeet(access, written))
      return &access;
  return nullptr;
}

bool shareBank(const Access &a, const Access &b, int64_t bankWords) {
  return a.space == b.space && a.low / bankWords <= b.high / bankWords &&
         b.low / bankWords <= a.high / bankWords;
}

} // namespace lockstep
