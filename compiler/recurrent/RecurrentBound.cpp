#include "compiler/recurrent/RecurrentScheduler.h"
#include "compiler/recurrent/RecurrentShape.h"

#include <algorithm>

namespace lockstep {

uint64_t RecurrentBound::cycles() const { return std::max({array_cycles, read_cycles, write_cycles}); }

RecurrentBound recurrentBound(const RecurrentProblem &p, const Parameters &m) {
  const int64_t gates = gatesOf(p.cell), passes = p.state_int8 ? 1 : 2;
  const int64_t outputBytes = p.output == RecurrentOutput::Int8 ? 1 : 2;
  const int64_t tileLoad = ceilDivide(m.array_rows, m.weightWordsPerCycle());
  const int64_t tiles = ceilDivide(gates * p.hidden, m.array_columns) * ceilDivide(p.hidden, m.array_rows);
  const int64_t weights = gates * p.hidden * p.hidden, states = p.batch * p.hidden;
  const int64_t reads = p.steps * states * gates * 2 + (p.initial_h + p.initial_c) * states * 2 +
                        (p.has_lengths ? p.steps * p.batch * m.array_columns : 0) + weights +
                        (p.steps - 1) * std::max<int64_t>(0, weights - m.scratchpad_size_bytes);
  const int64_t writes = (p.writes_y ? p.steps : 0) * states * outputBytes +
                         (p.writes_y_h ? states * outputBytes : 0) + (p.writes_y_c ? states * 2 : 0);
  RecurrentBound bound;
  bound.array_cycles = static_cast<uint64_t>(p.steps * tiles * std::max(tileLoad, passes * p.batch));
  bound.read_cycles = static_cast<uint64_t>(ceilDivide(reads, m.memory_read_bytes_per_cycle));
  bound.write_cycles = static_cast<uint64_t>(ceilDivide(writes, m.memory_write_bytes_per_cycle));
  return bound;
}

} // namespace lockstep
