#include "tests/unit/golden/GoldenFixture.h"

namespace lockstep {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

LoadInstruction loadRows(uint64_t rows, uint64_t rowBytes, uint64_t chunkBytes) {
  LoadInstruction load;
  load.external_address = kInput;
  load.count_0 = rows, load.count_1 = load.count_2 = 1;
  load.row_bytes = rowBytes, load.chunk_bytes = chunkBytes;
  load.local_stride_0 = 1, load.chunk_stride = 1;
  return load;
}

TEST(GoldenLoad, CutsRowsIntoChunksAndFillsTheOtherLanes) {
  GoldenFixture f(4, 4);
  LoadInstruction load = loadRows(2, 7, 3);
  load.external_address = kInput + 5, load.external_stride_0 = 100;
  load.local_address = 10, load.local_stride_0 = 1, load.chunk_stride = 4, load.fill = 0xee;
  f.step(load);
  const uint8_t *in = f.input() + 5;
  EXPECT_THAT(f.lanes(10), ElementsAre(in[0], in[1], in[2], 0xee));
  EXPECT_THAT(f.lanes(14), ElementsAre(in[3], in[4], in[5], 0xee));
  EXPECT_THAT(f.lanes(18), ElementsAre(in[6], 0xee, 0xee, 0xee));
  EXPECT_THAT(f.lanes(11), ElementsAre(in[100], in[101], in[102], 0xee));
  EXPECT_THAT(f.lanes(12), Each(0));
}

TEST(GoldenLoad, NestsThreeLevelsWithNegativeStrides) {
  GoldenFixture f(4, 4);
  LoadInstruction load = loadRows(2, 4, 4);
  load.external_address = kInput + 200;
  load.external_stride_0 = -8, load.external_stride_1 = 16, load.external_stride_2 = -100;
  load.count_1 = 3, load.count_2 = 2;
  load.local_address = 100, load.local_stride_0 = 1, load.local_stride_1 = -2, load.local_stride_2 = 20;
  f.step(load);
  for (int i2 = 0; i2 < 2; ++i2)
    for (int i1 = 0; i1 < 3; ++i1)
      for (int i0 = 0; i0 < 2; ++i0)
        EXPECT_EQ(std::memcmp(f.word(static_cast<uint64_t>(100 + i0 - 2 * i1 + 20 * i2)),
                              f.input() + 200 - 8 * i0 + 16 * i1 - 100 * i2, 4),
                  0);
}

TEST(GoldenLoad, LaterRowsOverwriteEarlierOnes) {
  GoldenFixture f(4, 4);
  LoadInstruction load = loadRows(3, 4, 4);
  load.external_stride_0 = 50, load.local_stride_0 = 0;
  f.step(load);
  EXPECT_EQ(std::memcmp(f.word(0), f.input() + 100, 4), 0);
}

TEST(GoldenLoad, ReachesTheAccumulatorByBytes) {
  GoldenFixture f(4, 4);
  LoadInstruction load = loadRows(2, 14, 14);
  load.local_memory = 1, load.local_address = 3, load.external_stride_0 = 32, load.fill = 0xff;
  f.step(load);
  int32_t expected;
  std::memcpy(&expected, f.input() + 32 + 8, 4);
  EXPECT_EQ(f.accumulator(4, 2), expected);
  EXPECT_EQ(static_cast<uint32_t>(f.accumulator(4, 3)), 0xffff0000u | f.input()[44] | f.input()[45] << 8);
}

TEST(GoldenLoad, TransposesBlocksAndFillsLanesBeyondTheRows) {
  GoldenFixture f(4, 4);
  LoadInstruction load = loadRows(3, 9, 4);
  load.transpose = 1, load.external_stride_0 = 20, load.fill = 9;
  load.count_1 = 2, load.external_stride_1 = 300;
  load.local_address = 8, load.local_stride_0 = 2, load.local_stride_1 = 1;
  f.step(load);
  for (uint64_t block = 0; block < 2; ++block)
    for (uint64_t m = 0; m < 9; ++m) {
      const uint8_t *in = f.input() + 300 * block + m;
      EXPECT_THAT(f.lanes(8 + block + 2 * m), ElementsAre(in[0], in[20], in[40], 9));
    }
}

TEST(GoldenFill, WritesEveryLaneOfNestedWords) {
  GoldenFixture f(4, 4);
  FillInstruction fill;
  fill.fill = 0x80, fill.local_address = 30;
  fill.count_0 = 2, fill.count_1 = 2, fill.count_2 = 1;
  fill.local_stride_0 = -1, fill.local_stride_1 = 10;
  f.step(fill);
  for (uint64_t word : {29, 30, 39, 40})
    EXPECT_THAT(f.lanes(word), Each(0x80));
  EXPECT_THAT(f.lanes(31), Each(0));
  fill.local_memory = 1;
  f.step(fill);
  EXPECT_EQ(static_cast<uint32_t>(f.accumulator(39, 3)), 0x80808080u);
}

TEST(GoldenStore, JoinsChunksToRowsAndTouchesNoOtherByte) {
  GoldenFixture f(4, 4);
  for (uint64_t word = 0; word < 20; ++word)
    for (uint64_t lane = 0; lane < 4; ++lane)
      f.word(word)[lane] = static_cast<uint8_t>(10 * word + lane);
  StoreInstruction store;
  store.external_address = kOutput + 3, store.external_stride_0 = 16;
  store.count_0 = 2, store.count_1 = store.count_2 = 1;
  store.row_bytes = 5, store.chunk_bytes = 2, store.chunk_stride = 6;
  store.local_address = 1, store.local_stride_0 = 1;
  f.step(store);
  const std::vector<int> out(f.output(), f.output() + 26);
  EXPECT_THAT(out, ElementsAre(0, 0, 0, 10, 11, 70, 71, 130, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 21, 80, 81,
                               140, 0, 0));
}

TEST(GoldenStore, NestsThreeLevelsOnBothSides) {
  GoldenFixture f(4, 4);
  for (uint64_t word = 0; word < 256; ++word)
    f.word(word)[0] = static_cast<uint8_t>(word);
  StoreInstruction store;
  store.external_address = kOutput + 500;
  store.external_stride_0 = 1, store.external_stride_1 = -10, store.external_stride_2 = 100;
  store.count_0 = 2, store.count_1 = 3, store.count_2 = 2, store.row_bytes = store.chunk_bytes = 1;
  store.local_address = 100, store.local_stride_0 = -7, store.local_stride_1 = 20, store.local_stride_2 = -50;
  f.step(store);
  for (int i2 = 0; i2 < 2; ++i2)
    for (int i1 = 0; i1 < 3; ++i1)
      for (int i0 = 0; i0 < 2; ++i0)
        EXPECT_EQ(f.output()[500 + i0 - 10 * i1 + 100 * i2], 100 - 7 * i0 + 20 * i1 - 50 * i2);
}

TEST(GoldenStep, RefusesAnIllegalInstructionAndExecutesNothing) {
  GoldenFixture f(4, 4);
  LoadInstruction load = loadRows(300, 4, 4); // 256 words exist
  const Status status = f.golden.step(load, f.memory, 17);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::Legality);
  EXPECT_THAT(status.error().message,
              HasSubstr("load_c3: instruction 17 (load): local_address leads to 299"));
  EXPECT_THAT(f.lanes(0), Each(0));
}

TEST(GoldenRun, ClearsTheChipRunsInProgramOrderAndTellsTheObserver) {
  const Parameters parameters = testMachine(4, 4);
  LoadInstruction load = loadRows(1, 4, 4);
  load.local_register = 9;
  StoreInstruction store;
  store.external_address = kOutput, store.row_bytes = 8, store.chunk_bytes = 4, store.chunk_stride = 1;
  store.count_0 = store.count_1 = store.count_2 = 1;
  Program program = ProgramBuilder(parameters)
                        .region("in", kInput, 64, RegionKind::Input)
                        .region("out", kOutput, 64, RegionKind::Output)
                        .data(kInput, {1, 2, 3, 4})
                        .add(loopOf(2))
                        .add(load)
                        .add(addOf(9, 9, 1))
                        .add(EndInstruction{})
                        .add(store)
                        .finish();
  auto memory = buildMemory(program);
  ASSERT_TRUE(memory);
  Golden golden(parameters);
  golden.onChip().scratchpad[100] = 77;
  std::vector<uint64_t> indices;
  const Status status =
      golden.run(program, *memory, [&](const ResolvedInstruction &item) { indices.push_back(item.index); });
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_THAT(indices, ElementsAre(1, 1, 4));
  EXPECT_EQ(golden.onChip().scratchpad[100], 0);
  const uint8_t *out = memory->find(kOutput, 8);
  EXPECT_THAT(std::vector<int>(out, out + 8), ElementsAre(1, 2, 3, 4, 1, 2, 3, 4));
}

/// A legal matmul of 4095^4 tiles of 65535^2 vectors, all on the same words.
MatmulInstruction endlessMatmul() {
  MatmulInstruction m;
  m.stationary_address = 64, m.last_rows = m.last_columns = 4;
  m.tile_count_0 = m.tile_count_1 = m.tile_count_2 = m.tile_count_3 = 4095;
  m.stream_count_0 = m.stream_count_1 = 65535;
  return m;
}

TEST(GoldenRun, RefusesWorkThatNoUnitCanDoInTheCyclesAllowed) {
  const Parameters parameters = testMachine(4, 4);
  const Program program = ProgramBuilder(parameters).add(endlessMatmul()).finish();
  auto memory = buildMemory(program);
  ASSERT_TRUE(memory);
  const Status status = Golden(parameters).run(program, *memory, {}, kDefaultInstructionLimit, ~uint64_t{0});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::Limit);
  EXPECT_THAT(status.error().message, HasSubstr("Instruction 0 brings the matrix unit beyond"));
}

TEST(GoldenRun, AllowsExactlyTheCyclesThatAUnitNeeds) {
  const Parameters parameters = testMachine(4, 4);
  FillInstruction fill;
  fill.count_0 = 5, fill.count_1 = 2, fill.count_2 = 1;
  const Program program = ProgramBuilder(parameters).add(loopOf(3)).add(fill).add(EndInstruction{}).finish();
  auto memory = buildMemory(program);
  ASSERT_TRUE(memory);
  EXPECT_TRUE(Golden(parameters).run(program, *memory, {}, kDefaultInstructionLimit, 30));
  EXPECT_FALSE(Golden(parameters).run(program, *memory, {}, kDefaultInstructionLimit, 29));
}

} // namespace
} // namespace lockstep
