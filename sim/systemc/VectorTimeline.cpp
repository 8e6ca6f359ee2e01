#include "sim/systemc/VectorTimeline.h"

#include "hw/golden/OnChipState.h"
#include "sim/kernel/Elementwise.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr unsigned kInt32Output = 2, kInt16Output = 3;

/// Issues rows and parameter rows one block of columns after the other; cycles count from the start.
class IssuePlan {
public:
  IssuePlan(const RequantizeInstruction &q, const Parameters &p, uint64_t pipeline)
      : q(q), pipeline(pipeline), columns(p.array_columns), vector_bytes(p.vectorBytes()),
        parameter_rows(q.has_bias + 2 * q.per_channel) {
    const uint64_t passes = columns / p.vector_lanes;
    const uint64_t element = q.output_type == kInt32Output ? 4 : q.output_type == kInt16Output ? 2 : 1;
    row_cycles = std::max(passes, (element * columns + vector_bytes - 1) / vector_bytes);
  }

  uint64_t finish() {
    block(q.count_1 == 1 ? q.last_columns : columns);
    if (q.count_1 > 2)
      repeatBlocks(q.count_1 - 2);
    if (q.count_1 > 1)
      block(q.last_columns);
    return q.transpose ? next - 1 : next - 1 + pipeline;
  }

private:
  /// From the second block on, equal blocks take equally long.
  void repeatBlocks(uint64_t count) {
    const uint64_t before = next;
    block(columns);
    next += (count - 1) * (next - before);
  }

  void block(uint64_t validColumns) {
    if (q.channel_axis == 0)
      parameters();
    for (uint64_t row = 0; row < q.count_0;)
      row = rowsFrom(row, validColumns);
  }

  /// Rows up to the next thing that interrupts their issue: new parameters, or the end of a group that is
  /// turned.
  uint64_t rowsFrom(uint64_t row, uint64_t validColumns) {
    if (q.channel_axis == 1 && row % columns == 0)
      parameters();
    uint64_t end = q.count_0;
    if (q.channel_axis == 1 && parameter_rows > 0)
      end = std::min(end, row - row % columns + columns);
    if (q.transpose)
      end = std::min(end, row - row % vector_bytes + vector_bytes);
    next += (end - row) * row_cycles;
    empty = false;
    if (q.transpose && (end == q.count_0 || end % vector_bytes == 0))
      drain(validColumns);
    return end;
  }

  /// Fetched with the pipeline empty.
  void parameters() {
    if (parameter_rows == 0)
      return;
    next += (empty ? 0 : pipeline) + parameter_rows;
    empty = false;
  }

  /// Words of a group are written in x + P + 1 .. x + P + columns; nothing is issued meanwhile, and all is
  /// written then.
  void drain(uint64_t validColumns) {
    next += pipeline + validColumns;
    empty = true;
  }

  const RequantizeInstruction &q;
  uint64_t pipeline, columns, vector_bytes, parameter_rows, row_cycles = 1;
  uint64_t next = 1; // earliest next issue cycle: last issue cycle (or drain) + 1
  bool empty = true; // no row is in the pipeline
};

/// Words that are read for one row, from either memory, and the cycles of its lanes.
class RowReads {
public:
  explicit RowReads(const Parameters &p)
      : columns(p.array_columns), vector_bytes(p.vectorBytes()), passes(p.array_columns / p.vector_lanes) {}

  void operand(uint64_t type, uint64_t memory) { words[memory] += rowWords(type, memory); }
  uint64_t rowWords(uint64_t type, uint64_t memory) const {
    return wordsOfRow(type, memory, columns, vector_bytes);
  }
  /// H of a row that writes so many words.
  uint64_t cycles(uint64_t written) const { return std::max({passes, words[0], words[1], written}); }
  /// G.
  uint64_t lanePasses() const { return passes; }

private:
  uint64_t columns, vector_bytes, passes;
  uint64_t words[2] = {}; // RS, RA
};

/// ceil(log2(value)), value at least 1.
uint64_t ceilLog2(uint64_t value) {
  uint64_t levels = 0;
  while (uint64_t{1} << levels < value)
    ++levels;
  return levels;
}

} // namespace

uint64_t requantizeCycles(const RequantizeInstruction &instruction, const Parameters &parameters,
                          uint64_t pipelineCycles) {
  return IssuePlan(instruction, parameters, pipelineCycles).finish();
}

// The last row's last issue cycle is start + rows H.
uint64_t elementwiseCycles(const ElementwiseInstruction &e, const Parameters &parameters) {
  RowReads row(parameters);
  row.operand(e.a_type, e.a_memory);
  row.operand(e.b_type, e.b_memory);
  const uint64_t written = row.rowWords(e.output_type, e.output_memory);
  return e.count_0 * e.count_1 * e.count_2 * row.cycles(written) + 8 + row.lanePasses() + written;
}

uint64_t reduceCycles(const ReduceInstruction &r, const Parameters &parameters) {
  RowReads row(parameters);
  row.operand(r.a_type, r.a_memory);
  const uint64_t afterwards = 4 + row.lanePasses() + ceilLog2(parameters.vector_lanes);
  return r.count_1 * (r.count_0 * row.cycles(1) + afterwards);
}

// Entry e is written in start + 4 + e.
uint64_t tableCycles(const TableInstruction &t) { return 3 + (t.table_type ? 256 : kTableEntries); }

} // namespace lockstep
