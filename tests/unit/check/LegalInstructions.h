// One legal instruction of each kind on testMachine(4, 4), for tests that break one field.
#pragma once

#include "tests/support/ProgramBuilder.h"
#include "tests/support/TestMachine.h"

namespace lockstep {

// testMachine(4, 4): 256 scratchpad words in banks of 64, 128 accumulator words in banks of 32.
constexpr uint64_t kInput = 0x10000, kOutput = 0x20000, kRegionBytes = 4096;

inline std::vector<Region> testRegions() {
  return {{"in", kInput, kRegionBytes, RegionKind::Input},
          {"out", kOutput, kRegionBytes, RegionKind::Output}};
}

inline LoadInstruction legalLoad(uint64_t word = 0, uint64_t words = 1) {
  LoadInstruction load;
  load.external_address = kInput;
  load.local_address = word;
  load.count_0 = words, load.count_1 = load.count_2 = 1;
  load.external_stride_0 = 4, load.local_stride_0 = 1;
  load.row_bytes = load.chunk_bytes = 4;
  return load;
}

inline FillInstruction legalFill(uint64_t word = 0, uint64_t words = 1) {
  FillInstruction fill;
  fill.local_address = word;
  fill.count_0 = words, fill.count_1 = fill.count_2 = 1;
  fill.local_stride_0 = 1;
  return fill;
}

/// Streams `vectors` words from `streamed`, one stationary tile at `stationary`, results at accumulator word
/// `result`.
inline MatmulInstruction legalMatmul(uint64_t streamed = 0, uint64_t stationary = 64, uint64_t result = 0,
                                     uint64_t vectors = 4) {
  MatmulInstruction m;
  m.streamed_address = streamed, m.stationary_address = stationary, m.accumulator_address = result;
  m.last_rows = m.last_columns = 4;
  m.tile_count_0 = m.tile_count_1 = m.tile_count_2 = m.tile_count_3 = m.stream_count_1 = 1;
  m.stream_count_0 = vectors;
  m.stream_streamed_stride_0 = m.stream_accumulator_stride_0 = 1;
  return m;
}

inline RequantizeInstruction legalRequantize(uint64_t accumulator = 0, uint64_t result = 128,
                                             uint64_t rows = 4) {
  RequantizeInstruction q;
  q.accumulator_address = accumulator, q.local_address = result;
  q.count_0 = rows, q.count_1 = 1, q.last_columns = 4;
  q.accumulator_stride_0 = q.local_stride_0 = 1;
  q.multiplier = 1, q.shift = 2, q.clamp_minimum = -128, q.clamp_maximum = 127;
  return q;
}

/// int32 rows of the accumulator from `a` on plus those from `b` on, as int16 (2 words a row) from scratchpad
/// word `result` on.
inline ElementwiseInstruction legalElementwise(uint64_t a = 0, uint64_t b = 32, uint64_t result = 128,
                                               uint64_t rows = 4) {
  ElementwiseInstruction e;
  e.a_memory = e.b_memory = 1, e.a_type = e.b_type = 2, e.output_type = 3;
  e.a_address = a, e.b_address = b, e.output_address = result;
  e.count_0 = rows, e.count_1 = e.count_2 = 1;
  e.a_stride_0 = e.b_stride_0 = 1, e.output_stride_0 = 2;
  e.multiplier = 1, e.clamp_minimum = -32768, e.clamp_maximum = 32767;
  return e;
}

/// Sums of int8 rows from scratchpad word `a` on, to accumulator words from `result` on.
inline ReduceInstruction legalReduce(uint64_t a = 0, uint64_t result = 0, uint64_t rows = 4) {
  ReduceInstruction r;
  r.a_address = a, r.output_address = result;
  r.count_0 = 1, r.count_1 = rows, r.last_columns = 4;
  r.a_stride_1 = r.output_stride_1 = 1;
  return r;
}

/// An int8 table: 64 words.
inline TableInstruction legalTable(uint64_t word = 0) {
  TableInstruction t;
  t.table_type = 1, t.local_address = word;
  return t;
}

inline StoreInstruction legalStore(uint64_t word = 128, uint64_t words = 4) {
  StoreInstruction store;
  store.external_address = kOutput;
  store.local_address = word;
  store.count_0 = words, store.count_1 = store.count_2 = 1;
  store.external_stride_0 = 4, store.local_stride_0 = 1;
  store.row_bytes = store.chunk_bytes = 4;
  return store;
}

} // namespace lockstep
