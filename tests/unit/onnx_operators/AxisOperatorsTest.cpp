// Reductions, places of extremes, running sums, TopK, softmax.
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep {

namespace {

using testing::ElementsAre;
using Ints = std::vector<int64_t>;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(ReduceMax, OfInfinitiesIsAnInfinity) {
  Tensor x = tensorWith<float>({-kInfinity, -kInfinity, -kInfinity, 3}, {2, 2});
  EXPECT_THAT(valuesOf<float>(outputOf(
                  {"ReduceMax", {x}, {{"axes", Ints{1}}, {"keepdims", int64_t(0)}}, {}, {{"float32", {2}}}})),
              ElementsAre(-kInfinity, 3));
}

TEST(ReduceMax, OfUnsignedNumbersSeesTheHighBit) {
  Tensor x = vectorWith<uint8_t>({1, 200, 100});
  EXPECT_THAT(outputOf({"ReduceMax", {x}, {{"keepdims", int64_t(0)}}, {}, {{"uint8", {}}}}).bytes,
              ElementsAre(200));
}

TEST(ReduceMean, OfIntegersTruncates) {
  Tensor x = vectorWith<int32_t>({-3, -4});
  EXPECT_THAT(
      valuesOf<int32_t>(outputOf({"ReduceMean", {x}, {{"keepdims", int64_t(0)}}, {}, {{"int32", {}}}})),
      ElementsAre(-3));
}

TEST(ReduceSum, ReducesSeveralAxesWhateverTheirOrder) {
  std::vector<int64_t> values(24);
  for (size_t i = 0; i < 24; ++i)
    values[i] = int64_t(i);
  Tensor x = tensorWith(values, {2, 3, 4}), axes = vectorWith<int64_t>({-1, 0});
  EXPECT_THAT(valuesOf<int64_t>(
                  outputOf({"ReduceSum", {x, axes}, {{"keepdims", int64_t(0)}}, {1}, {{"int64", {3}}}})),
              ElementsAre(60, 92, 124));
}

TEST(ReduceSum, OfNothingIsZero) {
  Tensor x = tensorWith<float>({}, {2, 0}), axes = vectorWith<int64_t>({1});
  EXPECT_THAT(valuesOf<float>(
                  outputOf({"ReduceSum", {x, axes}, {{"keepdims", int64_t(0)}}, {1}, {{"float32", {2}}}})),
              ElementsAre(0, 0));
}

TEST(ReduceLogSumExp, NeitherOverflowsNorLosesInfinities) {
  Tensor x = tensorWith<float>({1000, 1000, -kInfinity, -kInfinity}, {2, 2});
  std::vector<float> found = valuesOf<float>(outputOf(
      {"ReduceLogSumExp", {x}, {{"axes", Ints{1}}, {"keepdims", int64_t(0)}}, {}, {{"float32", {2}}}}));
  EXPECT_FLOAT_EQ(found[0], 1000 + std::log(2.f));
  EXPECT_EQ(found[1], -kInfinity);
}

TEST(ReduceSum, OfHalvesIsRoundedOnce) {
  std::vector<uint16_t> values(4096, 0x3c00); // 4096 ones: a sum in float16 would stop at 2048
  Tensor x = tensorWith(values, {4096}, "float16");
  EXPECT_THAT(
      valuesOf<uint16_t>(outputOf({"ReduceSum", {x}, {{"keepdims", int64_t(0)}}, {}, {{"float16", {}}}})),
      ElementsAre(0x6c00));
}

TEST(ArgMax, FindsTheFirstOrTheLastOfEquals) {
  Tensor x = vectorWith<float>({1, 5, 5, 2});
  auto place = [&](int64_t last) {
    return valuesOf<int64_t>(outputOf(
        {"ArgMax", {x}, {{"select_last_index", last}, {"keepdims", int64_t(0)}}, {}, {{"int64", {}}}}))[0];
  };
  EXPECT_EQ(place(0), 1);
  EXPECT_EQ(place(1), 2);
}

TEST(ArgMax, OfNothingButInfinitiesIsTheFirst) {
  Tensor x = vectorWith<float>({-kInfinity, -kInfinity});
  EXPECT_THAT(valuesOf<int64_t>(outputOf({"ArgMax", {x}, {{"keepdims", int64_t(0)}}, {}, {{"int64", {}}}})),
              ElementsAre(0));
}

TEST(ArgMin, CountsNanAsTheLeast) {
  Tensor x = vectorWith<float>({1, NAN, 0, NAN});
  EXPECT_THAT(valuesOf<int64_t>(outputOf({"ArgMin", {x}, {{"keepdims", int64_t(0)}}, {}, {{"int64", {}}}})),
              ElementsAre(1));
}

TEST(CumSum, RunsBackwardsAndWithoutItself) {
  Tensor x = tensorWith<int32_t>({1, 2, 3, 4, 5, 6}, {2, 3}), axis = tensorWith<int64_t>({-1}, {});
  auto run = [&](int64_t exclusive, int64_t reverse) {
    return valuesOf<int32_t>(outputOf(
        {"CumSum", {x, axis}, {{"exclusive", exclusive}, {"reverse", reverse}}, {1}, {{"int32", {2, 3}}}}));
  };
  EXPECT_THAT(run(0, 0), ElementsAre(1, 3, 6, 4, 9, 15));
  EXPECT_THAT(run(1, 0), ElementsAre(0, 1, 3, 0, 4, 9));
  EXPECT_THAT(run(0, 1), ElementsAre(6, 5, 3, 15, 11, 6));
  EXPECT_THAT(run(1, 1), ElementsAre(5, 3, 0, 11, 6, 0));
}

TEST(TopK, TakesEqualsInOrder) {
  Tensor x = tensorWith<int32_t>({3, 1, 3, 2, 3, 1}, {6}), k = vectorWith<int64_t>({4});
  auto run = [&](int64_t largest) {
    auto results =
        runOperator({"TopK", {x, k}, {{"largest", largest}}, {1}, {{"int32", {4}}, {"int64", {4}}}});
    EXPECT_TRUE(results) << results.error().message;
    return std::make_pair(valuesOf<int32_t>((*results)[0]), valuesOf<int64_t>((*results)[1]));
  };
  EXPECT_THAT(run(1).first, ElementsAre(3, 3, 3, 2));
  EXPECT_THAT(run(1).second, ElementsAre(0, 2, 4, 3));
  EXPECT_THAT(run(0).first, ElementsAre(1, 1, 2, 3));
  EXPECT_THAT(run(0).second, ElementsAre(1, 5, 3, 0));
}

TEST(Softmax, OfLargeNumbersSumsToOne) {
  Tensor x = tensorWith<float>({10000, 10001, -10000, 0}, {2, 2});
  std::vector<float> found = valuesOf<float>(outputOf({"Softmax", {x}, {}, {}, {{"float32", {2, 2}}}}));
  EXPECT_FLOAT_EQ(found[0], 1 / (1 + std::exp(1.f)));
  EXPECT_FLOAT_EQ(found[0] + found[1], 1);
  EXPECT_FLOAT_EQ(found[3], 1);
}

TEST(LayerNormalization, GivesEachOutputMemoryOfItsOwn) {
  // Once the inverse deviation was wrong: results shared a buffer with values in between.
  Tensor x = tensorWith<float>({1, 3, 5, 9}, {2, 2}), scale = vectorWith<float>({1, 1});
  auto results = runOperator({"LayerNormalization",
                              {x, scale},
                              {{"epsilon", 0.f}},
                              {},
                              {{"float32", {2, 2}}, {"float32", {2, 1}}, {"float32", {2, 1}}}});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_THAT(valuesOf<float>((*results)[0]), ElementsAre(-1, 1, -1, 1));
  EXPECT_THAT(valuesOf<float>((*results)[1]), ElementsAre(2, 7));
  EXPECT_THAT(valuesOf<float>((*results)[2]), ElementsAre(1, 0.5f));
}

} // namespace

} // namespace lockstep
