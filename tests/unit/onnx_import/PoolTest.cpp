// Pools of all ranks against their definition.
#include "tests/unit/onnx_import/Naive.h"
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>

namespace lockstep {

namespace {

/// Pads smaller than the kernel, so that no window is empty.
NaiveWindow randomPool(size_t rank, bool isDilated, Random &random) {
  NaiveWindow window = randomWindow(rank, random);
  for (size_t axis = 0; axis < rank; ++axis) {
    window.dilations[axis] = isDilated ? window.dilations[axis] : 1;
    window.begin[axis] = std::min(window.begin[axis], window.kernel[axis] - 1);
    window.end[axis] = std::min(window.end[axis], window.kernel[axis] - 1);
  }
  return window;
}

struct PoolCase {
  NaiveWindow window;
  NaiveTensor x;
  OperatorCase given;
};

PoolCase poolCase(const std::string &type, uint64_t seed, bool isDilated) {
  Random random(seed);
  const size_t rank = 1 + seed % 3;
  const NaiveWindow window = randomPool(rank, isDilated, random);
  Index shape{random.range(1, 2), random.range(1, 3)};
  for (size_t axis = 0; axis < rank; ++axis)
    shape.push_back(window.span(axis) + random.range(1, 4));
  const NaiveTensor x = randomTensor(shape, random);
  OperatorCase given{type,
                     {x.tensor()},
                     {{"kernel_shape", window.kernel}, {"strides", window.strides}, {"pads", window.pads()}},
                     {},
                     {}};
  if (isDilated)
    given.attributes.push_back({"dilations", window.dilations});
  return {window, x, given};
}

void expectEqual(PoolCase &pool, const NaiveTensor &expected) {
  pool.given.outputs = {{"float32", {expected.shape.begin(), expected.shape.end()}}};
  EXPECT_EQ(valuesOf<float>(outputOf(pool.given)), expected.values) << pool.given.type;
}

float largest(const std::vector<float> &elements, const std::vector<Index> &) {
  return *std::max_element(elements.begin(), elements.end());
}

float sum(const std::vector<float> &elements) {
  return std::accumulate(elements.begin(), elements.end(), 0.0f);
}

TEST(MaxPool, IsItsDefinitionForRandomWindowsOfOneToThreeAxes) {
  for (uint64_t seed = 0; seed < 18; ++seed) {
    PoolCase pool = poolCase("MaxPool", seed, seed % 2 == 1);
    expectEqual(pool, naivePool(pool.x, pool.window, largest));
  }
}

TEST(MaxPool, TellsTheFirstPlaceOfTheMaximumInBothOrders) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    PoolCase pool = poolCase("MaxPool", seed, true);
    const bool columnMajor = seed % 2;
    pool.given.attributes.push_back({"storage_order", int64_t(columnMajor)});
    const NaiveTensor places = naivePool(pool.x, pool.window, [&](const auto &elements, const auto &indices) {
      const Index at =
          indices[static_cast<size_t>(std::max_element(elements.begin(), elements.end()) - elements.begin())];
      int64_t flat = at[0] * pool.x.shape[1] + at[1];
      for (size_t i = 2; i < at.size(); ++i) {
        const size_t axis = columnMajor ? at.size() + 1 - i : i;
        flat = flat * pool.x.shape[axis] + at[axis];
      }
      return static_cast<float>(flat);
    });
    const std::vector<uint64_t> shape(places.shape.begin(), places.shape.end());
    pool.given.outputs = {{"float32", shape}, {"int64", shape}};
    const auto results = runOperator(pool.given);
    ASSERT_TRUE(results) << results.error().message;
    EXPECT_EQ(valuesOf<float>((*results)[0]), naivePool(pool.x, pool.window, largest).values);
    EXPECT_EQ(valuesOf<int64_t>((*results)[1]),
              std::vector<int64_t>(places.values.begin(), places.values.end()));
  }
}

TEST(MaxPool, OfUnsignedBytesComparesThemUnsigned) {
  const OperatorCase given{"MaxPool",
                           {tensorWith<uint8_t>({1, 200, 127, 128}, {1, 1, 4})},
                           {{"kernel_shape", std::vector<int64_t>{2}}},
                           {},
                           {{"uint8", {1, 1, 3}}}};
  EXPECT_EQ(valuesOf<uint8_t>(outputOf(given)), (std::vector<uint8_t>{200, 200, 128}));
}

TEST(MaxPool, WithCeilModeHasALastWindowThatIsCutOff) {
  const OperatorCase given{"MaxPool",
                           {tensorWith<float>({5, 1, 2, 3, 4}, {1, 1, 5})},
                           {{"kernel_shape", std::vector<int64_t>{2}},
                            {"strides", std::vector<int64_t>{2}},
                            {"ceil_mode", int64_t(1)}},
                           {},
                           {{"float32", {1, 1, 3}}}};
  EXPECT_EQ(valuesOf<float>(outputOf(given)), (std::vector<float>{5, 3, 4}));
}

TEST(AveragePool, DividesByTheElementsThatAreInside) {
  for (uint64_t seed = 50; seed < 62; ++seed) {
    PoolCase pool = poolCase("AveragePool", seed, false);
    expectEqual(pool, naivePool(pool.x, pool.window, [](const auto &elements, const auto &) {
                  return sum(elements) / static_cast<float>(elements.size());
                }));
  }
}

TEST(AveragePool, CountsPadsIfToldTo) {
  for (uint64_t seed = 70; seed < 79; ++seed) {
    PoolCase pool = poolCase("AveragePool", seed, false);
    pool.given.attributes.push_back({"count_include_pad", int64_t(1)});
    int64_t taps = 1;
    for (int64_t extent : pool.window.kernel)
      taps *= extent;
    expectEqual(pool, naivePool(pool.x, pool.window, [&](const auto &elements, const auto &) {
                  return sum(elements) / static_cast<float>(taps);
                }));
  }
}

TEST(LpPool, IsTheNormOfEachWindow) {
  const OperatorCase given{"LpPool",
                           {tensorWith<float>({3, -4, 0, 1}, {1, 1, 4})},
                           {{"kernel_shape", std::vector<int64_t>{2}}},
                           {},
                           {{"float32", {1, 1, 3}}}};
  const std::vector<float> values = valuesOf<float>(outputOf(given));
  ASSERT_EQ(values.size(), 3u);
  EXPECT_FLOAT_EQ(values[0], 5);
  EXPECT_FLOAT_EQ(values[1], 4);
  EXPECT_FLOAT_EQ(values[2], 1);
}

TEST(GlobalPools, TakeAllSpatialAxesWhateverTheirNumber) {
  for (const std::vector<uint64_t> &shape : {std::vector<uint64_t>{1, 2, 4}, {1, 2, 2, 2}, {1, 2, 1, 2, 2}}) {
    std::vector<uint64_t> reduced = shape;
    std::fill(reduced.begin() + 2, reduced.end(), 1);
    const Tensor x = tensorWith<float>({1, 2, 3, 6, -1, -2, -3, -2}, shape);
    const auto run = [&](const std::string &type) {
      return valuesOf<float>(outputOf({type, {x}, {}, {}, {{"float32", reduced}}}));
    };
    EXPECT_EQ(run("GlobalAveragePool"), (std::vector<float>{3, -2}));
    EXPECT_EQ(run("GlobalMaxPool"), (std::vector<float>{6, -1}));
  }
}

TEST(MaxUnpool, PutsElementsBackAndLeavesOutPlacesThatAreOutside) {
  const OperatorCase given{"MaxUnpool",
                           {tensorWith<float>({5, 6}, {1, 1, 2}), tensorWith<int64_t>({1, 99}, {1, 1, 2})},
                           {{"kernel_shape", std::vector<int64_t>{2}}, {"strides", std::vector<int64_t>{2}}},
                           {},
                           {{"float32", {1, 1, 4}}}};
  EXPECT_EQ(valuesOf<float>(outputOf(given)), (std::vector<float>{0, 5, 0, 0}));
}

} // namespace

} // namespace lockstep
