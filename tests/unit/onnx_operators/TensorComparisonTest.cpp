// The judge of ONNX's tests: strict where it has to be.
#include "workloads/conformance/TensorComparison.h"

#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace lockstep {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(TensorComparison, IntegersAndBoolsAreExact) {
  EXPECT_THAT(differenceOf(vectorWith<int64_t>({1, 2}), vectorWith<int64_t>({1, 2})), IsEmpty());
  EXPECT_THAT(differenceOf(vectorWith<int64_t>({1, 3}), vectorWith<int64_t>({1, 2})),
              HasSubstr("element 1: 3 instead of 2"));
}

TEST(TensorComparison, FloatsHaveOnnxsTolerance) {
  EXPECT_THAT(differenceOf(vectorWith<float>({1000.9f}), vectorWith<float>({1000})), IsEmpty());
  EXPECT_THAT(differenceOf(vectorWith<float>({1001.1f}), vectorWith<float>({1000})), HasSubstr("differ"));
  EXPECT_THAT(differenceOf(vectorWith<float>({2e-7f}), vectorWith<float>({0})), HasSubstr("differ"));
}

TEST(TensorComparison, NanEqualsNanAlone) {
  EXPECT_THAT(differenceOf(vectorWith<float>({NAN}), vectorWith<float>({NAN})), IsEmpty());
  EXPECT_THAT(differenceOf(vectorWith<float>({1}), vectorWith<float>({NAN})), HasSubstr("differ"));
  EXPECT_THAT(differenceOf(vectorWith<float>({NAN}), vectorWith<float>({1})), HasSubstr("differ"));
  EXPECT_THAT(differenceOf(vectorWith<float>({INFINITY}), vectorWith<float>({-INFINITY})),
              HasSubstr("differ"));
}

TEST(TensorComparison, TypesAndShapesCount) {
  EXPECT_THAT(differenceOf(vectorWith<int32_t>({1}), vectorWith<uint32_t>({1})),
              HasSubstr("int32 [1] instead of uint32 [1]"));
  EXPECT_THAT(differenceOf(tensorWith<float>({1}, {1, 1}), vectorWith<float>({1})),
              HasSubstr("[1, 1] instead of"));
}

TEST(TensorComparison, BrainFloatsMayDifferInTheLastPlace) {
  auto brain = [](uint16_t bits) { return tensorWith<uint16_t>({bits}, {1}, "bfloat16"); };
  EXPECT_THAT(differenceOf(brain(0x3ef6), brain(0x3ef5)), IsEmpty());
  EXPECT_THAT(differenceOf(brain(0x3ef7), brain(0x3ef5)), HasSubstr("differ"));
}

TEST(TensorComparison, HalvesAreReadExactly) {
  EXPECT_EQ(elementAsDouble(tensorWith<uint16_t>({0x0001}, {1}, "float16"), 0), 0x1p-24);
  EXPECT_EQ(elementAsDouble(tensorWith<uint16_t>({0xfbff}, {1}, "float16"), 0), -65504);
  EXPECT_TRUE(std::isnan(elementAsDouble(tensorWith<uint16_t>({0x7e00}, {1}, "float16"), 0)));
}

} // namespace

} // namespace lockstep
