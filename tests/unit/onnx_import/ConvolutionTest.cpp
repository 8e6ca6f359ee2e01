// Convolutions of all ranks, groups, strides, dilations and pads, against their definition.
#include "tests/unit/onnx_import/Naive.h"
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gtest/gtest.h>

namespace lockstep {

namespace {

std::pair<std::string, std::vector<uint64_t>> float32(const Index &shape) {
  return {"float32", {shape.begin(), shape.end()}};
}

std::vector<GraphAttribute> attributesOf(const NaiveWindow &window, int64_t groups) {
  return {{"strides", window.strides},
          {"dilations", window.dilations},
          {"pads", window.pads()},
          {"group", groups}};
}

/// Extents in which every kernel of the window fits.
Index randomImage(const NaiveWindow &window, int64_t batch, int64_t channels, Random &random) {
  Index shape{batch, channels};
  for (size_t axis = 0; axis < window.rank(); ++axis)
    shape.push_back(window.span(axis) + random.range(0, 4));
  return shape;
}

void checkConv(uint64_t seed, size_t rank, int64_t groups, int64_t channels, int64_t outputs) {
  Random random(seed);
  const NaiveWindow window = randomWindow(rank, random);
  const NaiveTensor x =
      randomTensor(randomImage(window, random.range(1, 2), channels * groups, random), random);
  Index weights{outputs * groups, channels};
  weights.insert(weights.end(), window.kernel.begin(), window.kernel.end());
  const NaiveTensor w = randomTensor(weights, random), bias = randomTensor({outputs * groups}, random);
  const NaiveTensor expected = naiveConv(x, w, bias, window, groups);
  OperatorCase given{"Conv",
                     {x.tensor(), w.tensor(), bias.tensor()},
                     attributesOf(window, groups),
                     {},
                     {float32(expected.shape)}};
  if (seed % 2)
    given.constants = {1, 2};
  EXPECT_EQ(valuesOf<float>(outputOf(given)), expected.values) << "seed " << seed << ", rank " << rank;
}

void checkConvTranspose(uint64_t seed, size_t rank, int64_t groups) {
  Random random(seed);
  NaiveWindow window = randomWindow(rank, random);
  Index extra, shape{random.range(1, 2), 2 * groups};
  for (size_t axis = 0; axis < rank; ++axis) {
    shape.push_back(random.range(3, 5));
    extra.push_back(window.strides[axis] > 1 ? random.range(0, window.strides[axis] - 1) : 0);
    window.begin[axis] = std::min(window.begin[axis], window.span(axis));
    window.end[axis] = std::min<int64_t>(window.end[axis], 1);
  }
  const NaiveTensor x = randomTensor(shape, random);
  Index weights{2 * groups, 3};
  weights.insert(weights.end(), window.kernel.begin(), window.kernel.end());
  const NaiveTensor w = randomTensor(weights, random), bias = randomTensor({3 * groups}, random);
  const NaiveTensor expected = naiveConvTranspose(x, w, bias, window, extra, groups);
  OperatorCase given{"ConvTranspose",
                     {x.tensor(), w.tensor(), bias.tensor()},
                     attributesOf(window, groups),
                     {},
                     {float32(expected.shape)}};
  given.attributes.push_back({"output_padding", extra});
  if (seed % 2)
    given.constants = {1, 2};
  EXPECT_EQ(valuesOf<float>(outputOf(given)), expected.values) << "seed " << seed << ", rank " << rank;
}

TEST(Conv, IsItsDefinitionForRandomWindowsOfOneToThreeAxes) {
  for (uint64_t seed = 0; seed < 24; ++seed)
    checkConv(seed, 1 + seed % 3, 1, 1 + static_cast<int64_t>(seed % 4), 1 + static_cast<int64_t>(seed % 5));
}

TEST(Conv, IsItsDefinitionForGroups) {
  for (uint64_t seed = 100; seed < 112; ++seed)
    checkConv(seed, 1 + seed % 3, 2 + static_cast<int64_t>(seed % 2), 2, 2);
}

TEST(Conv, IsItsDefinitionForDepthwiseWithMultiplier) {
  for (uint64_t seed = 200; seed < 209; ++seed)
    checkConv(seed, 1 + seed % 3, 4, 1, 1 + static_cast<int64_t>(seed % 2));
}

TEST(Conv, OfFloat64IsExactBeyondFloat32) {
  const OperatorCase given{
      "Conv",
      {tensorWith<double>({1e9, 1, -1e9}, {1, 3, 1}), tensorWith<double>({1, 1, 1}, {1, 3, 1})},
      {},
      {},
      {{"float64", {1, 1, 1}}}};
  EXPECT_EQ(valuesOf<double>(outputOf(given)), std::vector<double>{1});
}

TEST(Conv, WithAutoPadSameHasTheOddElementAtTheNamedEnd) {
  const Tensor x = tensorWith<float>({1, 2, 3, 4}, {1, 1, 4}), w = tensorWith<float>({1, 10}, {1, 1, 2});
  OperatorCase given{"Conv", {x, w}, {{"auto_pad", "SAME_UPPER"}}, {}, {{"float32", {1, 1, 4}}}};
  EXPECT_EQ(valuesOf<float>(outputOf(given)), (std::vector<float>{21, 32, 43, 4}));
  given.attributes = {{"auto_pad", "SAME_LOWER"}};
  EXPECT_EQ(valuesOf<float>(outputOf(given)), (std::vector<float>{10, 21, 32, 43}));
}

TEST(Conv, RefusesChannelsAndKernelsThatDoNotFit) {
  const auto errorOf = [](std::vector<uint64_t> x, std::vector<uint64_t> w,
                          std::vector<GraphAttribute> attributes) {
    const auto result = runOperator({"Conv",
                                     {zeroTensor("float32", x), zeroTensor("float32", w)},
                                     attributes,
                                     {},
                                     {{"float32", {1, 4, 1, 1}}}});
    return result ? std::string() : result.error().message;
  };
  EXPECT_NE(errorOf({1, 3, 4, 4}, {4, 2, 4, 4}, {}).find("is not supported: the input has 3 channels"),
            std::string::npos);
  EXPECT_NE(errorOf({1, 4, 4, 4}, {4, 2, 4, 4}, {{"group", int64_t(3)}}).find("3 groups do not divide"),
            std::string::npos);
  EXPECT_NE(errorOf({1, 3, 4, 4}, {4, 3, 5, 5}, {}), "");
}

TEST(ConvTranspose, IsItsDefinitionForRandomWindowsOfOneToThreeAxes) {
  for (uint64_t seed = 300; seed < 324; ++seed)
    checkConvTranspose(seed, 1 + seed % 3, 1);
}

TEST(ConvTranspose, IsItsDefinitionForGroups) {
  for (uint64_t seed = 400; seed < 406; ++seed)
    checkConvTranspose(seed, 1 + seed % 3, 2);
}

TEST(ConvTranspose, WithAnOutputShapeBeyondTheKernelAddsZerosAtTheEnd) {
  const OperatorCase given{"ConvTranspose",
                           {tensorWith<float>({1, 2}, {1, 1, 2}), tensorWith<float>({1, 1}, {1, 1, 2})},
                           {{"strides", std::vector<int64_t>{2}}, {"output_shape", std::vector<int64_t>{5}}},
                           {},
                           {{"float32", {1, 1, 5}}}};
  EXPECT_EQ(valuesOf<float>(outputOf(given)), (std::vector<float>{1, 1, 2, 2, 0}));
}

} // namespace

} // namespace lockstep
