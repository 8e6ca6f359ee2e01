#include "hw/golden/Work.h"

#include <algorithm>

namespace lockstep {
namespace {

using Count = __int128;

Count ceilDivide(uint64_t value, uint64_t divisor) { return (value + divisor - 1) / divisor; }

struct WorkVisitor {
  const Parameters &parameters;

  Count operator()(const LoadInstruction &t) const {
    const Count blocks = Count{t.count_1} * t.count_2;
    return blocks * (t.transpose ? Count{t.row_bytes} : t.count_0 * ceilDivide(t.row_bytes, t.chunk_bytes));
  }
  Count operator()(const FillInstruction &t) const { return Count{t.count_0} * t.count_1 * t.count_2; }
  Count operator()(const MatmulInstruction &m) const {
    return Count{m.tile_count_0} * m.tile_count_1 * m.tile_count_2 * m.tile_count_3 * m.stream_count_0 *
           m.stream_count_1;
  }
  Count operator()(const RequantizeInstruction &q) const {
    return Count{q.count_0} * q.count_1 *
           std::max<int64_t>(parameters.array_columns / parameters.vector_lanes, 1);
  }
  Count operator()(const StoreInstruction &t) const {
    return Count{t.count_0} * t.count_1 * t.count_2 * ceilDivide(t.row_bytes, t.chunk_bytes);
  }
  template <typename Other> Count operator()(const Other &) const { return 0; }
};

} // namespace

__int128 leastCycles(const Instruction &resolved, const Parameters &parameters) {
  return std::visit(WorkVisitor{parameters}, resolved);
}

} // namespace lockstep
