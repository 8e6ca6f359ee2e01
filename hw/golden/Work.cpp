#include "hw/golden/Work.h"

#include "hw/isa/LaneRows.h"

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
    const int64_t written = wordsOfRow(static_cast<LaneType>(q.output_type), false, parameters);
    return Count{q.count_0} * q.count_1 * std::max(lanePasses(), written);
  }
  Count operator()(const ElementwiseInstruction &e) const {
    const bool aInAccumulator = e.a_memory != 0, bInAccumulator = e.b_memory != 0;
    const int64_t a = wordsOfRow(static_cast<LaneType>(e.a_type), aInAccumulator, parameters);
    const int64_t b = wordsOfRow(static_cast<LaneType>(e.b_type), bInAccumulator, parameters);
    const int64_t read = aInAccumulator == bInAccumulator ? a + b : std::max(a, b);
    const int64_t written =
        wordsOfRow(static_cast<LaneType>(e.output_type), e.output_memory != 0, parameters);
    return Count{e.count_0} * e.count_1 * e.count_2 * std::max({lanePasses(), read, written});
  }
  Count operator()(const ReduceInstruction &r) const {
    const int64_t read = wordsOfRow(static_cast<LaneType>(r.a_type), r.a_memory != 0, parameters);
    return Count{r.count_0} * r.count_1 * std::max(lanePasses(), read);
  }
  Count operator()(const TableInstruction &t) const { return t.table_type ? 256 : 513; }
  Count operator()(const StoreInstruction &t) const {
    return Count{t.count_0} * t.count_1 * t.count_2 * ceilDivide(t.row_bytes, t.chunk_bytes);
  }
  template <typename Other> Count operator()(const Other &) const { return 0; }

  int64_t lanePasses() const { return parameters.array_columns / parameters.vector_lanes; } // G
};

} // namespace

__int128 leastCycles(const Instruction &resolved, const Parameters &parameters) {
  return std::visit(WorkVisitor{parameters}, resolved);
}

} // namespace lockstep
