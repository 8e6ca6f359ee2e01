// A 16 x 16 x 16 product, one instruction for each step.
#pragma once

#include "Comparison.h"
#include "tests/support/ProgramBuilder.h"

namespace lockstep {

/// Loads stationary and streamed operand (256 bytes each, the second posts semaphore 0), multiplies (posts
/// 1), requantizes (posts 2), stores 256 bytes. For machines of 16 columns and rows.
inline Program smallGemm(const Parameters &parameters) {
  const auto load = [](uint64_t external, uint64_t local, int post) {
    LoadInstruction i;
    i.external_address = external;
    i.local_address = local;
    i.row_bytes = 256;
    i.chunk_bytes = 16;
    i.chunk_stride = 1;
    i.count_0 = i.count_1 = i.count_2 = 1;
    return synchronized(i, -1, post);
  };
  MatmulInstruction matmul;
  matmul.streamed_address = parameters.scratchpadBankWords();
  matmul.last_rows = matmul.last_columns = 16;
  matmul.tile_count_0 = matmul.tile_count_1 = matmul.tile_count_2 = matmul.tile_count_3 = 1;
  matmul.stream_count_0 = 16;
  matmul.stream_count_1 = matmul.stream_streamed_stride_0 = matmul.stream_accumulator_stride_0 = 1;
  RequantizeInstruction requantize;
  requantize.local_address = 2 * parameters.scratchpadBankWords();
  requantize.multiplier = 1 << 20;
  requantize.shift = 30;
  requantize.clamp_minimum = -128;
  requantize.clamp_maximum = 127;
  requantize.last_columns = requantize.count_0 = 16;
  requantize.count_1 = requantize.accumulator_stride_0 = requantize.local_stride_0 = 1;
  StoreInstruction store;
  store.external_address = 0x3000;
  store.local_address = requantize.local_address;
  store.row_bytes = 256;
  store.chunk_bytes = 16;
  store.chunk_stride = 1;
  store.count_0 = store.count_1 = store.count_2 = 1;
  return ProgramBuilder(parameters)
      .region("w", 0x1000, 256, RegionKind::Constant)
      .region("a", 0x2000, 256, RegionKind::Input)
      .region("c", 0x3000, 256, RegionKind::Output)
      .add(load(0x1000, 0, -1))
      .add(load(0x2000, parameters.scratchpadBankWords(), 0))
      .add(synchronized(matmul, 0, 1))
      .add(synchronized(requantize, 1, 2))
      .add(synchronized(store, 2, -1))
      .finish();
}

} // namespace lockstep
