#include "sim/systemc/VectorTimeline.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr unsigned kInt32Output = 2;

/// Issues rows and parameter rows one block of columns after the other; cycles count from the start.
class IssuePlan {
public:
  IssuePlan(const RequantizeInstruction &q, const Parameters &p, uint64_t pipeline)
      : q(q), pipeline(pipeline), columns(p.array_columns), vector_bytes(p.vectorBytes()),
        parameter_rows(q.has_bias + 2 * q.per_channel) {
    const uint64_t passes = columns / p.vector_lanes;
    const uint64_t words = (4 * columns + vector_bytes - 1) / vector_bytes;
    row_cycles = q.output_type == kInt32Output ? std::max(passes, words) : passes;
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

} // namespace

uint64_t requantizeCycles(const RequantizeInstruction &instruction, const Parameters &parameters,
                          uint64_t pipelineCycles) {
  return IssuePlan(instruction, parameters, pipelineCycles).finish();
}

} // namespace lockstep
