// Products that are larger than a packed block in one direction, in the form that schedulers emit, against
// the golden.
#include "hw/golden/Golden.h"
#include "sim/kernel/Kernel.h"
#include "tests/unit/kernel/RandomInstruction.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

struct Product {
  int64_t array_rows, array_columns;
  int64_t vectors, column_tiles, steps;
  uint64_t last_rows, last_columns; // 0: whole
};

/// Stationary tiles follow each other, steps fastest; streamed word of (step, vector) at step * vectors +
/// vector.
class Pair {
public:
  Pair(const Product &product, KernelIsa isa)
      : p(product), parameters(parametersFor(product)), golden(parameters), kernel(parameters, isa) {
    Random random(11);
    for (uint8_t &byte : golden.onChip().scratchpad)
      byte = static_cast<uint8_t>(random.next() >> 40);
    for (uint8_t &byte : golden.onChip().accumulator)
      byte = static_cast<uint8_t>(random.next() >> 40);
  }

  MatmulInstruction instruction(bool transposed, bool accumulate) const {
    MatmulInstruction m;
    m.streamed_zero_point = -7;
    m.stationary_type = 1;
    m.stationary_zero_point = 130;
    m.transpose_stationary = transposed;
    m.accumulate = accumulate;
    m.last_rows = p.last_rows ? p.last_rows : static_cast<uint64_t>(p.array_rows);
    m.last_columns = p.last_columns ? p.last_columns : static_cast<uint64_t>(p.array_columns);
    m.tile_count_0 = static_cast<uint64_t>(p.steps);
    m.tile_streamed_stride_0 = p.vectors;
    m.tile_count_1 = m.tile_count_2 = m.stream_count_1 = 1;
    m.tile_count_3 = static_cast<uint64_t>(p.column_tiles);
    m.tile_accumulator_stride_3 = p.vectors;
    m.stream_count_0 = static_cast<uint64_t>(p.vectors);
    m.stream_streamed_stride_0 = m.stream_accumulator_stride_0 = 1;
    m.stationary_stride = static_cast<uint64_t>(std::max(p.array_rows, p.array_columns));
    m.streamed_address = static_cast<uint64_t>(parameters.scratchpadWords() / 2);
    return m;
  }

  bool agrees(const MatmulInstruction &m) {
    std::vector<uint8_t> scratchpad = golden.onChip().scratchpad, accumulator = golden.onChip().accumulator;
    Status status = golden.step(m, memory);
    EXPECT_TRUE(status) << status.error().message;
    EXPECT_TRUE(kernel.execute(m, {scratchpad.data(), accumulator.data()}));
    return accumulator == golden.onChip().accumulator && scratchpad == golden.onChip().scratchpad;
  }

private:
  static int64_t powerOfTwo(int64_t minimum) {
    int64_t power = 64;
    while (power < minimum)
      power *= 2;
    return power;
  }
  static Parameters parametersFor(const Product &p) {
    Parameters result;
    result.array_rows = p.array_rows;
    result.array_columns = p.array_columns;
    result.scratchpad_banks = result.accumulator_banks = 2;
    int64_t tiles = p.steps * p.column_tiles * result.vectorBytes();
    result.scratchpad_size_bytes =
        2 * powerOfTwo(std::max(tiles, p.steps * p.vectors)) * result.vectorBytes();
    result.accumulator_size_bytes = powerOfTwo(p.column_tiles * p.vectors) * result.accumulatorWordBytes();
    result.array_weight_load_bytes_per_cycle = result.vectorBytes();
    result.vector_lanes = 1;
    return result;
  }

  Product p;
  Parameters parameters;
  Golden golden;
  Kernel kernel;
  ExternalMemory memory;
};

class KernelBlocks : public ::testing::TestWithParam<KernelIsa> {
protected:
  void SetUp() override {
    if (GetParam() > bestKernelIsa())
      GTEST_SKIP() << "this processor has no " << kernelIsaName(GetParam());
  }
  void expectEqual(const Product &product) {
    for (bool transposed : {false, true})
      for (bool accumulate : {false, true}) {
        Pair pair(product, GetParam());
        EXPECT_TRUE(pair.agrees(pair.instruction(transposed, accumulate)))
            << (transposed ? "transposed " : "") << (accumulate ? "accumulate" : "");
      }
  }
};

TEST_P(KernelBlocks, MoreVectorsThanABlockHolds) {
  expectEqual({16, 16, 300, 2, 2, 0, 0});
  expectEqual({3, 5, 600, 3, 4, 2, 4});
}
TEST_P(KernelBlocks, MoreColumnsThanABlockHolds) {
  expectEqual({16, 16, 5, 40, 2, 9, 3});
  expectEqual({4, 8, 5, 50, 3, 1, 7});
}
TEST_P(KernelBlocks, MoreReductionThanABlockHolds) {
  expectEqual({16, 16, 5, 2, 150, 15, 16});
  expectEqual({128, 32, 3, 1, 17, 65, 32});
  expectEqual({5, 7, 9, 2, 300, 4, 6});
}
TEST_P(KernelBlocks, MoreOfEverythingThanABlockHolds) { expectEqual({16, 16, 300, 18, 70, 0, 0}); }
TEST_P(KernelBlocks, EveryNumberOfVectorsUpToThreeRegisterBlocks) {
  for (int64_t vectors = 1; vectors <= 50; ++vectors)
    for (int64_t tiles : {1, 2, 3, 4, 5}) {
      Pair pair({16, 16, vectors, tiles, 1, 0, 0}, GetParam());
      ASSERT_TRUE(pair.agrees(pair.instruction(false, false)))
          << vectors << " vectors, " << tiles << " tiles";
    }
}

/// What a recurrent layer at a small batch does: int8 vectors without a zero point, whole tiles.
TEST_P(KernelBlocks, FewVectorsOfEveryNumberAndOrientation) {
  for (const auto &[rows, columns] : {std::pair(16, 16), {32, 32}, {64, 16}, {16, 48}, {8, 16}, {128, 128}})
    for (int64_t vectors = 1; vectors <= 10; ++vectors)
      for (unsigned form = 0; form < 8; ++form) {
        Pair pair({rows, columns, vectors, 3, 5, 0, 0}, GetParam());
        MatmulInstruction m = pair.instruction(form & 1, form & 2);
        m.streamed_zero_point = 0;
        m.stationary_type = form >> 2;
        m.stationary_zero_point = form & 4 ? 130 : vectors % 2 ? 0 : -3;
        ASSERT_TRUE(pair.agrees(m)) << rows << "x" << columns << ", " << vectors << " vectors, form " << form;
      }
}
TEST_P(KernelBlocks, AdjacentVectorsOfEveryNumber) {
  for (const auto &[rows, columns] : {std::pair(16, 16), {12, 16}, {4, 16}})
    for (int64_t vectors = 8; vectors <= 72; vectors += vectors < 40 ? 1 : 8)
      for (unsigned form = 0; form < 4; ++form) {
        Pair pair({rows, columns, vectors, 2, 3, 0, 0}, GetParam());
        MatmulInstruction m = pair.instruction(form & 1, form & 2);
        m.streamed_zero_point = 0;
        m.stream_streamed_stride_0 = vectors == 20 ? 2 : vectors == 21 ? -1 : 1;
        m.streamed_address += vectors == 21 ? 20 : 0;
        if (vectors == 22)
          m.stream_count_0 = 11, m.stream_count_1 = 2, m.stream_streamed_stride_1 = 11,
          m.stream_accumulator_stride_1 = 11;
        if (vectors % 4 == 0 && vectors != 20) { // high halves, then low halves
          m.stream_count_0 /= 2, m.stream_count_1 = 2;
          m.stream_streamed_stride_0 = 2, m.stream_streamed_stride_1 = 1;
          m.stream_accumulator_stride_1 = vectors / 2;
        }
        ASSERT_TRUE(pair.agrees(m)) << rows << "x" << columns << ", " << vectors << " vectors, form " << form;
      }
}
/// Ragged tiles, uint8 vectors and zero points of vectors take the way of many vectors.
TEST_P(KernelBlocks, FewVectorsThatAreNotWholeInt8) {
  for (unsigned form = 0; form < 8; ++form) {
    Pair pair({16, 16, 2, 3, 5, form & 2 ? 13u : 0u, form & 4 ? 7u : 0u}, GetParam());
    MatmulInstruction m = pair.instruction(form & 1, false);
    m.streamed_type = form == 0;
    m.streamed_zero_point = form == 1 ? -1 : 0;
    ASSERT_TRUE(pair.agrees(m)) << "form " << form;
  }
}
/// Groups, and a repeated accumulator word.
TEST_P(KernelBlocks, FewVectorsOfSeveralGroups) {
  for (uint64_t accumulate : {0, 1}) {
    Pair pair({16, 16, 2, 6, 4, 0, 0}, GetParam());
    MatmulInstruction m = pair.instruction(true, accumulate);
    m.streamed_zero_point = 0;
    m.tile_count_2 = 2, m.tile_streamed_stride_2 = 3, m.tile_accumulator_stride_2 = 2;
    m.tile_count_3 = 3, m.tile_accumulator_stride_3 = 4;
    if (accumulate)
      m.stream_accumulator_stride_0 = 0;
    EXPECT_TRUE(pair.agrees(m));
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, KernelBlocks,
                         ::testing::Values(KernelIsa::Plain, KernelIsa::Avx2, KernelIsa::Avx512Vnni),
                         [](const auto &info) { return std::string(kernelIsaName(info.param)); });

/// A convolution: the streamed words of a tile of the reduction are shifted rows of an image, two stream
/// levels walk over it.
TEST(Kernel, ConvolutionByCountersEqualsTheGolden) {
  Pair pair({16, 16, 64, 4, 9, 0, 0}, bestKernelIsa());
  MatmulInstruction m = pair.instruction(false, false);
  m.tile_count_0 = 3, m.tile_streamed_stride_0 = 1;
  m.tile_count_1 = 3, m.tile_streamed_stride_1 = 10;
  m.stream_count_0 = 8, m.stream_streamed_stride_0 = 1, m.stream_accumulator_stride_0 = 1;
  m.stream_count_1 = 8, m.stream_streamed_stride_1 = 10, m.stream_accumulator_stride_1 = 8;
  m.tile_accumulator_stride_3 = 64;
  EXPECT_TRUE(pair.agrees(m));
}

TEST(Kernel, RepeatedAccumulatorWordsTakeEffectOneAfterTheOther) {
  for (uint64_t accumulate : {0, 1}) {
    Pair pair({16, 16, 40, 2, 3, 0, 0}, bestKernelIsa());
    MatmulInstruction m = pair.instruction(false, accumulate);
    m.stream_accumulator_stride_0 = 0;
    EXPECT_TRUE(pair.agrees(m));
  }
}

} // namespace
