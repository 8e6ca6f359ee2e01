// The vector unit of the reference: every row, slice and entry by itself.
#include "ReferenceCompute.h"

#include <algorithm>
#include <array>

namespace lockstep::reference {
namespace {

uint64_t divideUp(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

/// Words of a row, as the manual's list has them: int8, uint8, int32, int16, pair, wide, -, immediate.
uint64_t words(uint64_t type, uint64_t memory, const Parameters &p) {
  const uint64_t C = p.array_columns, V = p.vectorBytes(), N2 = divideUp(2 * C, V), N4 = divideUp(4 * C, V);
  const std::array<uint64_t, 8> list = {1, 1, memory ? 1 : N4, N2, 2, 2, 0, 0};
  return list[type];
}

struct Finish {
  const Parameters &p;
  const uint64_t start;
  const uint64_t C = p.array_columns, V = p.vectorBytes(), G = C / p.vector_lanes;

  template <typename Other> uint64_t operator()(const Other &) const { return start + 1; }

  uint64_t operator()(const RequantizeInstruction &q) const {
    const uint64_t P = 6, N2 = divideUp(2 * C, V), NW = divideUp(4 * C, V);
    const uint64_t H = q.output_type == 2 ? std::max(G, NW) : q.output_type == 3 ? std::max(G, N2) : G;
    const uint64_t NP = q.has_bias + 2 * q.per_channel;
    uint64_t next = start + 1; // earliest issue
    uint64_t lastRow = kNever; // last issue cycle of a row
    uint64_t written = 0;
    const auto parameters = [&] {
      if (NP == 0)
        return;
      if (lastRow != kNever)
        next = std::max(next, lastRow + P + 1);
      next += NP;
    };
    for (uint64_t i1 = 0; i1 < q.count_1; ++i1) {
      const uint64_t columns = i1 + 1 == q.count_1 ? q.last_columns : C;
      if (q.channel_axis == 0)
        parameters();
      for (uint64_t i0 = 0; i0 < q.count_0; ++i0) {
        if (q.channel_axis == 1 && i0 % C == 0)
          parameters();
        lastRow = next + H - 1;
        next += H;
        written = lastRow + P;
        if (q.transpose && (i0 % V == V - 1 || i0 + 1 == q.count_0)) {
          written = lastRow + P + columns;
          next = lastRow + P + columns + 1;
        }
      }
    }
    return written;
  }

  uint64_t operator()(const ElementwiseInstruction &e) const {
    uint64_t RA = 0, RS = 0;
    (e.a_memory ? RA : RS) += words(e.a_type, e.a_memory, p);
    (e.b_memory ? RA : RS) += words(e.b_type, e.b_memory, p);
    const uint64_t W = words(e.output_type, e.output_memory, p);
    const uint64_t H = std::max({uint64_t{1}, G, RA, RS, W});
    uint64_t next = start + 1, written = 0;
    for (uint64_t row = 0; row < e.count_0 * e.count_1 * e.count_2; ++row) {
      const uint64_t x = next + H - 1;
      written = x + 8 + G + W;
      next = x + 1;
    }
    return written;
  }

  uint64_t operator()(const ReduceInstruction &r) const {
    const uint64_t H = std::max({uint64_t{1}, G, words(r.a_type, r.a_memory, p)});
    uint64_t F = 0;
    for (uint64_t lanes = p.vector_lanes; lanes > 1; lanes = divideUp(lanes, 2))
      ++F;
    uint64_t next = start + 1, written = 0;
    for (uint64_t i1 = 0; i1 < r.count_1; ++i1) {
      uint64_t x = 0;
      for (uint64_t i0 = 0; i0 < r.count_0; ++i0, next += H)
        x = next + H - 1;
      written = x + 4 + G + F;
      next = x + 5 + G + F;
    }
    return written;
  }

  uint64_t operator()(const TableInstruction &t) const { return start + 4 + (t.table_type ? 255 : 512); }
};

} // namespace

uint64_t finishOfVector(const Instruction &instruction, const Parameters &parameters, uint64_t start) {
  return std::visit(Finish{parameters, start}, instruction);
}

} // namespace lockstep::reference
