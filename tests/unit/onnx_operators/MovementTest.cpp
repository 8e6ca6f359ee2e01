// Slices, pads, gathers and scatters at the edges of their tensors.
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace lockstep {

namespace {

using testing::ElementsAre;
using Ints = std::vector<int64_t>;

Ints sliced(int64_t start, int64_t end, int64_t step, uint64_t size) {
  Tensor x = vectorWith<int64_t>({0, 1, 2, 3, 4});
  OperatorCase given{"Slice",
                     {x, vectorWith<int64_t>({start}), vectorWith<int64_t>({end}), vectorWith<int64_t>({0}),
                      vectorWith<int64_t>({step})},
                     {},
                     {1, 2, 3, 4},
                     {{"int64", {size}}}};
  return valuesOf<int64_t>(outputOf(given));
}

TEST(Slice, CountsNegativePlacesFromTheEndAndStopsAtTheEdges) {
  constexpr int64_t least = std::numeric_limits<int64_t>::min(), most = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(sliced(-3, most, 1, 3), ElementsAre(2, 3, 4));
  EXPECT_THAT(sliced(least, most, 2, 3), ElementsAre(0, 2, 4));
  EXPECT_THAT(sliced(most, least, -2, 3), ElementsAre(4, 2, 0));
  EXPECT_THAT(sliced(-2, -5, -1, 3), ElementsAre(3, 2, 1));
  EXPECT_THAT(sliced(3, 1, 1, 0), ElementsAre());
  EXPECT_THAT(sliced(1, most, most, 1), ElementsAre(1));
}

Ints padded(const std::string &mode, int64_t before, int64_t after, const Ints &values) {
  uint64_t size = uint64_t(int64_t(values.size()) + before + after);
  OperatorCase given{"Pad",
                     {vectorWith(values), vectorWith<int64_t>({before, after}), tensorWith<int64_t>({9}, {})},
                     {{"mode", mode}},
                     {1},
                     {{"int64", {size}}}};
  return valuesOf<int64_t>(outputOf(given));
}

TEST(Pad, FillsReflectsAndRepeats) {
  EXPECT_THAT(padded("constant", 1, 2, {1, 2}), ElementsAre(9, 1, 2, 9, 9));
  EXPECT_THAT(padded("edge", 2, 1, {1, 2, 3}), ElementsAre(1, 1, 1, 2, 3, 3));
  EXPECT_THAT(padded("reflect", 2, 2, {1, 2, 3}), ElementsAre(3, 2, 1, 2, 3, 2, 1));
}

TEST(Pad, ReflectsMoreThanOnce) {
  EXPECT_THAT(padded("reflect", 3, 1, {1, 2}), ElementsAre(2, 1, 2, 1, 2, 1));
}

TEST(Pad, CutsWhereCountsAreNegative) {
  EXPECT_THAT(padded("constant", -1, 1, {1, 2, 3}), ElementsAre(2, 3, 9));
  EXPECT_THAT(padded("edge", 1, -2, {1, 2, 3}), ElementsAre(1, 1));
}

TEST(Gather, CountsNegativeIndicesFromTheEnd) {
  Tensor x = tensorWith<int32_t>({1, 2, 3, 4, 5, 6}, {3, 2}), indices = tensorWith<int64_t>({-1, 0}, {2});
  EXPECT_THAT(valuesOf<int32_t>(outputOf({"Gather", {x, indices}, {}, {}, {{"int32", {2, 2}}}})),
              ElementsAre(5, 6, 1, 2));
}

TEST(Gather, StaysInsideOfTheTensorWhateverTheIndex) {
  Tensor x = vectorWith<int32_t>({1, 2, 3}), indices = vectorWith<int64_t>({1000000, -1000000});
  EXPECT_THAT(valuesOf<int32_t>(outputOf({"Gather", {x, indices}, {}, {}, {{"int32", {2}}}})),
              ElementsAre(3, 1));
}

TEST(Gather, OfOneConstantIndexDropsTheAxis) {
  Tensor x = tensorWith<float>({1, 2, 3, 4}, {2, 2}), index = tensorWith<int64_t>({-1}, {});
  EXPECT_THAT(
      valuesOf<float>(outputOf({"Gather", {x, index}, {{"axis", int64_t(1)}}, {1}, {{"float32", {2}}}})),
      ElementsAre(2, 4));
}

TEST(ScatterElements, OfDuplicatesTheLastOneCounts) {
  Tensor x = vectorWith<float>({0, 0, 0}), indices = vectorWith<int64_t>({1, 1, -1}),
         updates = vectorWith<float>({5, 6, 7});
  EXPECT_THAT(
      valuesOf<float>(outputOf({"ScatterElements", {x, indices, updates}, {}, {}, {{"float32", {3}}}})),
      ElementsAre(0, 6, 7));
}

TEST(ScatterElements, AddsEveryDuplicate) {
  Tensor x = vectorWith<int32_t>({1, 1}), indices = vectorWith<int64_t>({0, 0}),
         updates = vectorWith<int32_t>({5, 6});
  EXPECT_THAT(valuesOf<int32_t>(outputOf({"ScatterElements",
                                          {x, indices, updates},
                                          {{"reduction", std::string("add")}},
                                          {},
                                          {{"int32", {2}}}})),
              ElementsAre(12, 1));
}

TEST(ScatterNd, LeavesItsInputAlone) {
  Tensor x = vectorWith<int64_t>({1, 2, 3}), indices = tensorWith<int64_t>({2}, {1, 1}),
         updates = vectorWith<int64_t>({9});
  EXPECT_THAT(valuesOf<int64_t>(outputOf({"ScatterND", {x, indices, updates}, {}, {}, {{"int64", {3}}}})),
              ElementsAre(1, 2, 9));
  EXPECT_THAT(valuesOf<int64_t>(x), ElementsAre(1, 2, 3));
}

TEST(OneHot, IsOffWhereTheIndexIsOutside) {
  Tensor indices = vectorWith<int64_t>({1, -1, 5}), depth = tensorWith<int64_t>({3}, {}),
         values = vectorWith<int32_t>({0, 7});
  EXPECT_THAT(valuesOf<int32_t>(outputOf({"OneHot", {indices, depth, values}, {}, {1}, {{"int32", {3, 3}}}})),
              ElementsAre(0, 7, 0, 0, 0, 7, 0, 0, 0));
}

TEST(Transpose, OfAConstantIsAConstant) {
  Tensor x = tensorWith<int8_t>({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_THAT(valuesOf<int8_t>(outputOf({"Transpose", {x}, {}, {0}, {{"int8", {3, 2}}}})),
              ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST(Split, GivesEmptyParts) {
  Tensor x = vectorWith<float>({1, 2}), sizes = vectorWith<int64_t>({0, 2});
  auto results = runOperator({"Split", {x, sizes}, {}, {1}, {{"float32", {0}}, {"float32", {2}}}});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_TRUE((*results)[0].bytes.empty());
  EXPECT_THAT(valuesOf<float>((*results)[1]), ElementsAre(1, 2));
}

} // namespace

} // namespace lockstep
