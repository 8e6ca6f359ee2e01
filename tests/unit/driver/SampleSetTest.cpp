#include "workloads/driver/model/SampleSet.h"
#include "compiler/tensor/TensorFile.h"
#include "tests/unit/driver/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

using namespace lockstep;

namespace {

Tensor floats(const std::vector<uint64_t> &shape, float first = 0) {
  std::vector<float> values(elementCount(shape));
  std::iota(values.begin(), values.end(), first);
  Tensor tensor = zeroTensor("float32", shape);
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

std::vector<float> valuesOf(const Tensor &tensor) {
  std::vector<float> values(tensor.bytes.size() / 4);
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

NamedTensors input(const std::string &name, const std::vector<uint64_t> &shape) {
  return {{name, {"float32", shape, {}}}};
}

TEST(MatchInputs, GoesByNameThenByWhatIsLeft) {
  NamedTensors arrays = {{"label", {"int64", {2}, std::vector<uint8_t>(16)}}, {"pictures", floats({2, 3})}};
  auto matched = matchInputs(arrays, input("image", {1, 3}));
  ASSERT_TRUE(bool(matched));
  EXPECT_EQ((*matched)[0].name, "image");
  EXPECT_EQ((*matched)[0].tensor.shape, (std::vector<uint64_t>{2, 3}));
}

TEST(MatchInputs, RefusesToGuessBetweenTwoArrays) {
  NamedTensors arrays = {{"a", floats({1, 3})}, {"b", floats({1, 3})}};
  auto matched = matchInputs(arrays, input("image", {1, 3}));
  ASSERT_FALSE(bool(matched));
  EXPECT_NE(matched.error().message.find("image"), std::string::npos);
  EXPECT_NE(matched.error().message.find("a float32 [1, 3], b float32 [1, 3]"), std::string::npos);
}

TEST(MatchInputs, RefusesAnotherType) {
  NamedTensors arrays = {{"image", {"float64", {1, 3}, std::vector<uint8_t>(24)}}};
  EXPECT_FALSE(bool(matchInputs(arrays, input("image", {1, 3}))));
}

TEST(SampleSet, CutsSamplesIntoRunsAndFillsUpTheLastOne) {
  NamedTensors arrays = {{"x", floats({5, 2}, 1)}}; // 1 2, 3 4, ... 9 10
  auto set = SampleSet::make(arrays, input("x", {2, 2}));
  ASSERT_TRUE(bool(set));
  EXPECT_EQ(set->numRuns(), 3u);
  EXPECT_EQ(set->numSamples(), 5u);
  EXPECT_EQ(valuesOf(set->run(1)[0].tensor), (std::vector<float>{5, 6, 7, 8}));
  EXPECT_EQ(valuesOf(set->run(2)[0].tensor), (std::vector<float>{9, 10, 0, 0}));
}

TEST(SampleSet, TakesARowForEachRunIfTheModelHasNoBatch) {
  auto set = SampleSet::make({{"x", floats({3, 4})}}, input("x", {4}));
  ASSERT_TRUE(bool(set));
  EXPECT_EQ(set->numRuns(), 3u);
  EXPECT_EQ(set->run(2)[0].tensor.shape, (std::vector<uint64_t>{4}));
  EXPECT_EQ(valuesOf(set->run(2)[0].tensor), (std::vector<float>{8, 9, 10, 11}));
}

TEST(SampleSet, RefusesShapesThatDoNotFitAndUnequalNumbersOfSamples) {
  EXPECT_FALSE(bool(SampleSet::make({{"x", floats({5, 3})}}, input("x", {1, 2}))));
  EXPECT_FALSE(bool(SampleSet::make({{"x", floats({0, 2})}}, input("x", {1, 2}))));
  NamedTensors two = {{"x", floats({4, 2})}, {"y", floats({3, 2})}};
  EXPECT_FALSE(bool(SampleSet::make(two, {{"x", {"float32", {1, 2}, {}}}, {"y", {"float32", {1, 2}, {}}}})));
}

TEST(SampleSet, HasARunForEachSampleWhereInputsTakeDifferentNumbersOfRows) {
  const NamedTensors inputs = {{"steps", {"float32", {2, 3}, {}}}, {"lengths", {"float32", {3}, {}}}};
  auto set = SampleSet::make({{"steps", floats({4, 3})}, {"lengths", floats({6})}}, inputs);
  ASSERT_TRUE(bool(set)) << set.error().message;
  EXPECT_EQ(set->numRuns(), 2u);
  EXPECT_EQ(set->numSamples(), 2u);
  EXPECT_EQ(set->samplesPerRun(), 1u);
  EXPECT_EQ(valuesOf(set->run(1)[0].tensor), (std::vector<float>{6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(valuesOf(set->run(1)[1].tensor), (std::vector<float>{3, 4, 5}));
  const NamedTensors first = set->arrays(1);
  EXPECT_EQ(first[0].tensor.bytes, floats({2, 3}).bytes);
  EXPECT_EQ(first[1].tensor.bytes, floats({3}).bytes);
  EXPECT_FALSE(bool(SampleSet::make({{"steps", floats({4, 3})}, {"lengths", floats({3})}}, inputs)));
  EXPECT_FALSE(bool(SampleSet::make({{"steps", floats({3, 3})}, {"lengths", floats({6})}}, inputs)));
}

TEST(SampleSet, KeepsTheFirstSamples) {
  auto set = SampleSet::make({{"x", floats({5, 2})}}, input("x", {2, 2}));
  ASSERT_TRUE(bool(set));
  set->keep(3);
  EXPECT_EQ(set->numRuns(), 2u);
  EXPECT_EQ(set->numSamples(), 3u);
}

TEST(OutputCollector, PutsSamplesBehindEachOtherWithoutTheFilling) {
  auto set = SampleSet::make({{"x", floats({3, 1})}}, input("x", {2, 1}));
  ASSERT_TRUE(bool(set));
  OutputCollector collector(*set);
  collector.add({{"y", floats({2, 2}, 0)}, {"sum", floats({3}, 7)}});
  collector.add({{"y", floats({2, 2}, 4)}, {"sum", floats({3}, 9)}});
  EXPECT_EQ(collector.arrays()[0].tensor.shape, (std::vector<uint64_t>{3, 2}));
  EXPECT_EQ(valuesOf(collector.arrays()[0].tensor), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(collector.arrays()[1].tensor.shape, (std::vector<uint64_t>{2, 3}))
      << "no batch: a row for each run";
}

TEST(Accuracy, CountsTheSamplesWhoseLargestScoreIsTheirLabels) {
  Tensor scores = floats({2, 3}); // the last class is always the largest
  auto predictions = predictionsOf(scores);
  ASSERT_TRUE(bool(predictions));
  EXPECT_EQ(*predictions, (std::vector<int64_t>{2, 2}));
  EXPECT_DOUBLE_EQ(*accuracyOf(*predictions, {2, 1}), 50.0);
  EXPECT_FALSE(bool(accuracyOf(*predictions, {2})));
}

TEST(Accuracy, ReadsLabelsOfEveryIntegerType) {
  EXPECT_EQ(*labelsOf({"int8", {2}, {0xff, 3}}), (std::vector<int64_t>{-1, 3}));
  EXPECT_EQ(*labelsOf({"uint8", {1}, {0xff}}), (std::vector<int64_t>{255}));
  EXPECT_EQ(*labelsOf({"int32", {1}, {0xfe, 0xff, 0xff, 0xff}}), (std::vector<int64_t>{-2}));
  EXPECT_FALSE(bool(labelsOf(floats({2}))));
}

TEST(ReadArrays, PutsFilesOfOneNameBehindEachOther) {
  TemporaryFolder folder;
  ASSERT_TRUE(bool(writeTensor(floats({2, 2}), folder.path("a.npy"))));
  ASSERT_TRUE(bool(writeTensor(floats({1, 2}, 8), folder.path("b.npy"))));
  auto arrays = readArrays({"x=" + folder.path("a.npy"), "x=" + folder.path("b.npy")});
  ASSERT_TRUE(bool(arrays));
  EXPECT_EQ(valuesOf((*arrays)[0].tensor), (std::vector<float>{0, 1, 2, 3, 8, 9}));
  ASSERT_TRUE(bool(writeTensor(floats({1, 3}), folder.path("c.npy"))));
  EXPECT_FALSE(bool(readArrays({folder.path("a.npy"), folder.path("c.npy")})));
  EXPECT_FALSE(bool(readArrays({folder.path("none.npy")})));
}

} // namespace
