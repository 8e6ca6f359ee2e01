// Every rule for single instructions: kept at its limit, broken just beyond it.
#include "hw/check/Legality.h"
#include "tests/unit/check/BrokenRules.h"

namespace lockstep {
namespace {

constexpr uint64_t kAll16 = 0xffff, kAll12 = 0xfff, kAll24 = 0xffffff, kAll20 = 0xfffff;

TEST(Legality, AcceptsTheLegalInstructions) {
  EXPECT_EQ(problem(legalLoad()), "");
  EXPECT_EQ(problem(legalFill()), "");
  EXPECT_EQ(problem(legalMatmul()), "");
  EXPECT_EQ(problem(legalRequantize()), "");
  EXPECT_EQ(problem(legalElementwise()), "");
  EXPECT_EQ(problem(legalReduce()), "");
  EXPECT_EQ(problem(legalTable()), "");
  EXPECT_EQ(problem(legalStore()), "");
  EXPECT_EQ(problem(syncOf(Unit::Store, 1, 2)), "");
}

TEST(Legality, NamesFieldValueAndWhatIsAllowed) {
  EXPECT_EQ(after(legalLoad(), [](auto &f) { f.chunk_bytes = 5; }),
            "load_c2: instruction 12 (load): chunk_bytes is 5; allowed: 1 to 4.");
}

TEST(Legality, Encoding_c3) { BREAKS(legalLoad(), wait_2 = 65, "encoding_c3"); }

TEST(Legality, Unit_c1) { BREAKS(legalMatmul(), unit_instance = 1, "unit_c1"); }

TEST(Legality, Unit_c2) {
  BREAKS(legalStore(), wait_0 = f.wait_1 = 3, "unit_c2");
  BREAKS(legalStore(), wait_2 = f.wait_1 = 3, "unit_c2");
  BREAKS(legalStore(), wait_2 = f.wait_0 = 3, "unit_c2");
  BREAKS(legalStore(), post_0 = f.post_1 = 3, "unit_c2");
  BREAKS(legalStore(), post_2 = f.post_1 = 3, "unit_c2");
  BREAKS(legalStore(), post_2 = f.post_0 = 3, "unit_c2");
  KEEPS(legalStore(), post_0 = f.wait_0 = 3);
}

TEST(Legality, Sync_c1) { BREAKS(syncOf(Unit::Load, -1, -1), unit = 4, "sync_c1"); }

TEST(Legality, Load_c1) {
  BREAKS(legalLoad(), count_0 = 0, "load_c1");
  BREAKS(legalLoad(), count_1 = 0, "load_c1");
  BREAKS(legalLoad(), count_2 = 0, "load_c1");
  BREAKS(legalLoad(), row_bytes = 0, "load_c1");
}

TEST(Legality, Load_c2) {
  BREAKS(legalLoad(), chunk_bytes = 0, "load_c2");
  BREAKS(legalLoad(), chunk_bytes = 5, "load_c2");
  LoadInstruction accumulator = legalLoad();
  accumulator.local_memory = 1;
  KEEPS(accumulator, chunk_bytes = 16);
  BREAKS(accumulator, chunk_bytes = 17, "load_c2");
}

TEST(Legality, Load_c3) {
  KEEPS(legalLoad(0, 256), fill = 0);
  BREAKS(legalLoad(1, 256), fill = 0, "load_c3");
  BREAKS(legalLoad(0, 257), fill = 0, "load_c3");
  BREAKS(legalLoad(254, 2), local_stride_0 = -255, "load_c3");
  KEEPS(legalLoad(254, 2), local_stride_0 = -254);
  BREAKS(legalLoad(255, 1), row_bytes = 5; f.chunk_stride = 1, "load_c3");
  BREAKS(legalLoad(0, 129), local_memory = 1, "load_c3");
  BREAKS(legalLoad(0, 1), count_0 = f.count_1 = f.count_2 = kAll16; f.external_stride_0 = 0;
         f.local_stride_2 = -0x80000, "load_c3");
}

TEST(Legality, Load_c4) {
  KEEPS(legalLoad(0, 1), external_address = kInput + kRegionBytes - 4);
  BREAKS(legalLoad(0, 1), external_address = kInput + kRegionBytes - 3, "load_c4");
  BREAKS(legalLoad(0, 1), external_address = kInput - 1, "load_c4");
  BREAKS(legalLoad(0, 2), external_stride_0 = -1, "load_c4");
  BREAKS(legalLoad(0, 2), external_stride_0 = kOutput - kInput, "load_c4");
  BREAKS(legalLoad(0, 1), external_address = ~uint64_t{0}, "load_c4");
  // A sum that would come back to the region modulo 2^64 is outside all the same.
  BREAKS(legalLoad(0, 2), external_address = ~uint64_t{0} - 3; f.external_stride_0 = 4, "load_c4");
}

TEST(Legality, Load_c5) {
  LoadInstruction turned = legalLoad();
  turned.transpose = 1, turned.count_0 = 4, turned.row_bytes = 64;
  KEEPS(turned, count_0 = 4);
  BREAKS(turned, count_0 = 5, "load_c5");
  BREAKS(turned, row_bytes = 65, "load_c5");
  BREAKS(turned, chunk_bytes = 3, "load_c5");
  BREAKS(turned, local_memory = 1; f.chunk_bytes = 4, "load_c5");
  BREAKS(turned, local_address = 256 - 63, "load_c3"); // 64 words, one for each byte of a row
}

TEST(Legality, Fill_c1) {
  BREAKS(legalFill(), count_0 = 0, "fill_c1");
  BREAKS(legalFill(), count_1 = 0, "fill_c1");
  BREAKS(legalFill(), count_2 = 0, "fill_c1");
}

TEST(Legality, Fill_c2) {
  KEEPS(legalFill(0, 256), fill = 255);
  BREAKS(legalFill(0, 257), fill = 0, "fill_c2");
  BREAKS(legalFill(1, 128), local_memory = 1, "fill_c2");
}

TEST(Legality, Store_c1) {
  BREAKS(legalStore(), count_0 = 0, "store_c1");
  BREAKS(legalStore(), count_1 = 0, "store_c1");
  BREAKS(legalStore(), count_2 = 0, "store_c1");
  BREAKS(legalStore(), row_bytes = 0, "store_c1");
}

TEST(Legality, Store_c2) {
  BREAKS(legalStore(), chunk_bytes = 0, "store_c2");
  BREAKS(legalStore(), chunk_bytes = 5, "store_c2");
}

TEST(Legality, Store_c3) {
  KEEPS(legalStore(252, 4), row_bytes = 4);
  BREAKS(legalStore(253, 4), row_bytes = 4, "store_c3");
}

TEST(Legality, Store_c4) {
  BREAKS(legalStore(), external_address = kInput, "store_c4"); // not writable
  BREAKS(legalStore(), external_address = kOutput + kRegionBytes - 15, "store_c4");
  KEEPS(legalStore(), external_address = kOutput + kRegionBytes - 16);
}

TEST(Legality, Matmul_c1) {
  BREAKS(legalMatmul(), dataflow = 1, "matmul_c1");
  BREAKS(legalMatmul(), streamed_type = 2, "matmul_c1");
  BREAKS(legalMatmul(), stationary_type = 15, "matmul_c1");
}

TEST(Legality, Matmul_c2) {
  KEEPS(legalMatmul(), streamed_zero_point = -128);
  BREAKS(legalMatmul(), streamed_zero_point = 128, "matmul_c2");
  BREAKS(legalMatmul(), streamed_zero_point = -129, "matmul_c2");
  BREAKS(legalMatmul(), stationary_zero_point = -1; f.stationary_type = 1, "matmul_c2");
  KEEPS(legalMatmul(), stationary_zero_point = 255; f.stationary_type = 1);
}

TEST(Legality, Matmul_c3) {
  BREAKS(legalMatmul(), tile_count_0 = 0, "matmul_c3");
  BREAKS(legalMatmul(), tile_count_1 = 0, "matmul_c3");
  BREAKS(legalMatmul(), tile_count_2 = 0, "matmul_c3");
  BREAKS(legalMatmul(), tile_count_3 = 0, "matmul_c3");
  BREAKS(legalMatmul(), stream_count_0 = 0, "matmul_c3");
  BREAKS(legalMatmul(), stream_count_1 = 0, "matmul_c3");
}

TEST(Legality, Matmul_c4) {
  BREAKS(legalMatmul(), last_rows = 0, "matmul_c4");
  BREAKS(legalMatmul(), last_rows = 5, "matmul_c4");
  BREAKS(legalMatmul(), last_columns = 0, "matmul_c4");
  BREAKS(legalMatmul(), last_columns = 5, "matmul_c4");
}

TEST(Legality, Matmul_c5) {
  KEEPS(legalMatmul(), stationary_address = 252);
  BREAKS(legalMatmul(), stationary_address = 253, "matmul_c5");
  KEEPS(legalMatmul(), stationary_address = 253; f.last_rows = 3);
  BREAKS(legalMatmul(), stationary_address = 253; f.last_rows = 3; f.transpose_stationary = 1, "matmul_c5");
  KEEPS(legalMatmul(), stationary_address = 253; f.last_columns = 3; f.transpose_stationary = 1);
  // Two tiles: the first is whole.
  BREAKS(legalMatmul(), stationary_address = 253; f.last_rows = 1; f.tile_count_0 = 2, "matmul_c5");
  BREAKS(legalMatmul(), stationary_stride = kAll16;
         f.tile_count_0 = f.tile_count_1 = f.tile_count_2 = f.tile_count_3 = kAll12, "matmul_c5");
}

TEST(Legality, Matmul_c5_AlignsToTheWordsLoadedPerCycle) {
  Parameters parameters = testMachine(4, 4);
  parameters.array_weight_load_bytes_per_cycle = 8;
  MatmulInstruction m = legalMatmul();
  EXPECT_EQ(problem(m, parameters), "");
  m.stationary_address = 65;
  EXPECT_THAT(problem(m, parameters), HasSubstr("matmul_c5"));
  m = legalMatmul();
  m.stationary_stride = 3;
  EXPECT_THAT(problem(m, parameters), HasSubstr("matmul_c5"));
}

TEST(Legality, Matmul_c6) {
  BREAKS(legalMatmul(253, 64), last_rows = 4, "matmul_c6");
  BREAKS(legalMatmul(3, 64), stream_streamed_stride_0 = -2, "matmul_c6");
  BREAKS(legalMatmul(0, 64), tile_count_2 = kAll12; f.tile_streamed_stride_2 = -0x80000, "matmul_c6");
}

TEST(Legality, Matmul_c7) {
  KEEPS(legalMatmul(0, 64, 124), last_rows = 4);
  BREAKS(legalMatmul(0, 64, 125), last_rows = 4, "matmul_c7");
  BREAKS(legalMatmul(0, 64, kAll20), last_rows = 4, "matmul_c7");
}

TEST(Legality, Matmul_c8) {
  KEEPS(legalMatmul(60, 64), last_rows = 4);
  BREAKS(legalMatmul(61, 64), last_rows = 4, "matmul_c8");
  BREAKS(legalMatmul(0, 4), last_rows = 4, "matmul_c8");
}

TEST(Legality, Requantize_c1) {
  KEEPS(legalRequantize(), output_type = 3);
  BREAKS(legalRequantize(), output_type = 4, "requantize_c1");
}

TEST(Legality, Requantize_c2) {
  KEEPS(legalRequantize(), multiplier = 0x7fffffff);
  BREAKS(legalRequantize(), multiplier = 0x80000000, "requantize_c2");
  BREAKS(legalRequantize(), shift = 1, "requantize_c2");
  BREAKS(legalRequantize(), shift = 63, "requantize_c2");
}

TEST(Legality, Requantize_c3) {
  BREAKS(legalRequantize(), count_0 = 0, "requantize_c3");
  BREAKS(legalRequantize(), count_1 = 0, "requantize_c3");
  BREAKS(legalRequantize(), last_columns = 0, "requantize_c3");
  BREAKS(legalRequantize(), last_columns = 5, "requantize_c3");
}

TEST(Legality, Requantize_c4) {
  BREAKS(legalRequantize(), output_zero_point = 128, "requantize_c4");
  BREAKS(legalRequantize(), clamp_minimum = -129, "requantize_c4");
  BREAKS(legalRequantize(), clamp_maximum = 128, "requantize_c4");
  BREAKS(legalRequantize(), clamp_minimum = 5; f.clamp_maximum = 4, "requantize_c4");
  KEEPS(legalRequantize(), clamp_minimum = 5; f.clamp_maximum = 5);
  BREAKS(legalRequantize(), output_type = 1; f.clamp_minimum = -1, "requantize_c4");
  KEEPS(legalRequantize(), output_type = 1; f.clamp_minimum = 0; f.clamp_maximum = 255);
  KEEPS(legalRequantize(), output_type = 2; f.clamp_minimum = 5; f.clamp_maximum = 4); // not used
  KEEPS(legalRequantize(), output_type = 3; f.clamp_minimum = -256; f.clamp_maximum = -256);
  BREAKS(legalRequantize(), output_type = 3; f.clamp_minimum = 5; f.clamp_maximum = 4, "requantize_c4");
}

TEST(Legality, Requantize_c5) {
  BREAKS(legalRequantize(125), count_1 = 1, "requantize_c5");
  KEEPS(legalRequantize(), has_bias = 1; f.parameter_address = 127);
  BREAKS(legalRequantize(), has_bias = 1; f.parameter_address = 128, "requantize_c5");
  KEEPS(legalRequantize(), has_bias = f.per_channel = 1; f.parameter_address = 125);
  BREAKS(legalRequantize(), has_bias = f.per_channel = 1; f.parameter_address = 126, "requantize_c5");
  BREAKS(legalRequantize(), has_bias = f.channel_axis = 1; f.parameter_address = 127;
         f.count_0 = 5, "requantize_c5");
  KEEPS(legalRequantize(), parameter_address = kAll20); // not used
}

TEST(Legality, Requantize_c6) {
  KEEPS(legalRequantize(0, 252), count_1 = 1);
  BREAKS(legalRequantize(0, 253), count_1 = 1, "requantize_c6");
  BREAKS(legalRequantize(0, 256 - 6), output_type = 2, "requantize_c6"); // the last row has 4 words
  KEEPS(legalRequantize(0, 256 - 7), output_type = 2);
  BREAKS(legalRequantize(0, kAll24), count_0 = 1, "requantize_c6");
  RequantizeInstruction turned = legalRequantize(0, 254);
  turned.transpose = turned.transpose_stride = 1;
  KEEPS(turned, last_columns = 2);
  BREAKS(turned, last_columns = 3, "requantize_c6");
  BREAKS(turned, last_columns = 2; f.count_1 = 2, "requantize_c6"); // the first block has 4 columns
}

TEST(Legality, Requantize_c7) {
  BREAKS(legalRequantize(), output_type = 2; f.per_channel = 1, "requantize_c7");
  BREAKS(legalRequantize(), output_type = 2; f.transpose = 1, "requantize_c7");
  BREAKS(legalRequantize(), output_type = 2; f.channel_axis = 1, "requantize_c7");
  KEEPS(legalRequantize(), output_type = 2; f.has_bias = 1);
  BREAKS(legalRequantize(), output_type = 3; f.transpose = 1, "requantize_c7");
  KEEPS(legalRequantize(), output_type = 3; f.per_channel = f.channel_axis = f.has_bias = 1);
}

} // namespace
} // namespace lockstep
