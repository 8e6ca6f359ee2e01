// matmul against plain matrix products, written without tiles.
#include "tests/unit/golden/GoldenFixture.h"

#include <random>

namespace lockstep {
namespace {

struct Shape {
  int64_t rows, columns; // of the array
  int64_t m, k, n;
  bool transposed; // stationary words are columns
  bool unsignedOperands;
  int64_t streamedZero, stationaryZero;
};

/// X [m, k] and W [k, n] in the scratchpad, tiled; Y [m, n] in the accumulator, column block by column block.
class Product {
public:
  explicit Product(const Shape &shape) : s(shape), f(shape.rows, shape.columns) {
    std::mt19937 random(7);
    X.resize(static_cast<size_t>(s.m * s.k));
    W.resize(static_cast<size_t>(s.k * s.n));
    for (auto *operand : {&X, &W})
      for (auto &element : *operand)
        element = random() % 4 == 0 ? (random() % 2 ? 127 : 128) : static_cast<uint8_t>(random());
    placeStreamed();
    placeStationary();
  }

  /// Word (k block kb, row m) at kb * m + row.
  void placeStreamed() {
    for (int64_t row = 0; row < s.m; ++row)
      for (int64_t kb = 0; kb * s.rows < s.k; ++kb)
        for (int64_t r = 0; r < s.rows; ++r)
          f.word(static_cast<uint64_t>(kb * s.m + row))[r] = // garbage beyond k must not count
              kb * s.rows + r < s.k ? X[static_cast<size_t>(row * s.k + kb * s.rows + r)] : uint8_t{99};
  }

  int64_t tileWords() const { return s.transposed ? s.columns : s.rows; }
  int64_t blocks(int64_t size, int64_t step) const { return (size + step - 1) / step; }

  /// Tile t = (column block, k block), k innermost, from word 128 on.
  void placeStationary() {
    for (int64_t k = 0; k < s.k; ++k)
      for (int64_t n = 0; n < s.n; ++n) {
        const int64_t tile = n / s.columns * blocks(s.k, s.rows) + k / s.rows;
        const int64_t r = k % s.rows, c = n % s.columns;
        f.word(
            static_cast<uint64_t>(128 + tile * tileWords() + (s.transposed ? c : r)))[s.transposed ? r : c] =
            W[static_cast<size_t>(k * s.n + n)];
      }
  }

  MatmulInstruction instruction() const {
    MatmulInstruction m;
    m.streamed_type = m.stationary_type = s.unsignedOperands;
    m.streamed_zero_point = s.streamedZero, m.stationary_zero_point = s.stationaryZero;
    m.transpose_stationary = s.transposed;
    m.stationary_address = 128, m.stationary_stride = static_cast<uint64_t>(tileWords());
    m.tile_count_0 = static_cast<uint64_t>(blocks(s.k, s.rows)), m.tile_streamed_stride_0 = s.m;
    m.tile_count_1 = m.tile_count_2 = 1;
    m.tile_count_3 = static_cast<uint64_t>(blocks(s.n, s.columns)), m.tile_accumulator_stride_3 = s.m;
    m.last_rows = static_cast<uint64_t>((s.k - 1) % s.rows + 1);
    m.last_columns = static_cast<uint64_t>((s.n - 1) % s.columns + 1);
    m.stream_count_0 = static_cast<uint64_t>(s.m), m.stream_count_1 = 1;
    m.stream_streamed_stride_0 = m.stream_accumulator_stride_0 = 1;
    return m;
  }

  int64_t element(uint8_t byte) const { return s.unsignedOperands || byte < 128 ? byte : byte - 256; }
  int32_t expected(int64_t m, int64_t n) const {
    int64_t sum = 0;
    for (int64_t k = 0; k < s.k; ++k)
      sum += (element(X[static_cast<size_t>(m * s.k + k)]) - s.streamedZero) *
             (element(W[static_cast<size_t>(k * s.n + n)]) - s.stationaryZero);
    return static_cast<int32_t>(sum);
  }
  int32_t result(int64_t m, int64_t n) {
    return f.accumulator(static_cast<uint64_t>(n / s.columns * s.m + m),
                         static_cast<uint64_t>(n % s.columns));
  }

  const Shape s;
  GoldenFixture f;
  std::vector<uint8_t> X, W;
};

class GoldenMatmul : public testing::TestWithParam<Shape> {};

TEST_P(GoldenMatmul, IsTheProductOfTheMatrices) {
  Product product(GetParam());
  product.f.setAccumulator(0, 0, 123456); // overwritten
  product.f.step(product.instruction());
  for (int64_t m = 0; m < product.s.m; ++m)
    for (int64_t n = 0; n < product.s.n; ++n)
      ASSERT_EQ(product.result(m, n), product.expected(m, n)) << m << ", " << n;
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, GoldenMatmul,
    testing::Values(Shape{4, 4, 1, 1, 1, false, false, 0, 0}, Shape{4, 4, 5, 7, 6, false, false, 3, -4},
                    Shape{4, 4, 5, 7, 6, true, false, -128, 127}, Shape{4, 4, 4, 8, 4, true, true, 255, 0},
                    Shape{3, 5, 6, 10, 11, false, true, 128, 128}, Shape{3, 5, 6, 10, 11, true, false, 0, 0},
                    Shape{5, 3, 7, 13, 8, false, false, 127, -128},
                    Shape{5, 3, 7, 13, 8, true, true, 7, 255}));

TEST(GoldenMatmulRules, AddsToTheAccumulatorWithWrapAround) {
  Product product({4, 4, 2, 4, 4, false, false, 0, 0});
  product.f.setAccumulator(1, 2, INT32_MAX);
  MatmulInstruction m = product.instruction();
  m.accumulate = 1;
  product.f.step(m);
  const auto expected = static_cast<int32_t>(int64_t{INT32_MAX} + product.expected(1, 2));
  EXPECT_EQ(product.result(1, 2), expected);
  EXPECT_EQ(product.result(0, 0), product.expected(0, 0));
}

TEST(GoldenMatmulRules, ColumnsBeyondTheLastBecomeZeroWhenOverwritten) {
  Product product({4, 4, 1, 4, 3, false, false, 0, 0});
  product.f.setAccumulator(0, 3, 55);
  product.f.step(product.instruction());
  EXPECT_EQ(product.f.accumulator(0, 3), 0);
}

TEST(GoldenMatmulRules, ColumnsBeyondTheLastStayWhenAdded) {
  Product product({4, 4, 1, 4, 3, false, false, 0, 0});
  product.f.setAccumulator(0, 3, 55);
  MatmulInstruction m = product.instruction();
  m.accumulate = 1;
  product.f.step(m);
  EXPECT_EQ(product.f.accumulator(0, 3), 55);
}

TEST(GoldenMatmulRules, VectorsOnOneWordTakeEffectOneAfterTheOther) {
  Product product({4, 4, 3, 4, 4, false, false, 0, 0});
  MatmulInstruction m = product.instruction();
  m.stream_accumulator_stride_0 = 0;
  product.f.step(m);
  EXPECT_EQ(product.result(0, 1), product.expected(2, 1)); // the last one overwrites
  m.accumulate = 1;
  product.f.step(m);
  EXPECT_EQ(product.result(0, 1), product.expected(2, 1) + product.expected(0, 1) + product.expected(1, 1) +
                                      product.expected(2, 1));
}

TEST(GoldenMatmulRules, ReducesOverEveryLevelThatStaysOnItsWords) {
  // Levels 0 and 2 reduce (stride 0), level 1 steps to other accumulator words.
  Product product({4, 4, 1, 4, 4, false, false, 0, 0});
  MatmulInstruction m = product.instruction();
  m.stationary_stride = 0;
  m.tile_count_0 = 2, m.tile_count_1 = 3, m.tile_count_2 = 2;
  m.tile_streamed_stride_0 = 0, m.tile_accumulator_stride_1 = 5;
  for (uint64_t word : {0, 5, 10})
    product.f.setAccumulator(word, 0, 1000);
  product.f.step(m);
  for (uint64_t word : {0, 5, 10})
    EXPECT_EQ(product.f.accumulator(word, 0), 4 * product.expected(0, 0));
}

TEST(GoldenMatmulRules, StreamsByTwoNestedCounters) {
  Product product({4, 4, 6, 4, 4, false, false, 0, 0});
  MatmulInstruction m = product.instruction();
  m.streamed_address = 5, m.stream_count_0 = 2,
  m.stream_streamed_stride_0 = -3; // rows 5, 2, then 4, 1, then 3, 0
  m.stream_count_1 = 3, m.stream_streamed_stride_1 = -1;
  m.accumulator_address = 20, m.stream_accumulator_stride_0 = 1, m.stream_accumulator_stride_1 = 2;
  product.f.step(m);
  const int rows[] = {5, 2, 4, 1, 3, 0};
  for (uint64_t i = 0; i < 6; ++i)
    EXPECT_EQ(product.f.accumulator(20 + i, 3), product.expected(rows[i], 3));
}

} // namespace
} // namespace lockstep
