// Cast between all kinds of numbers.
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace lockstep {

namespace {

using testing::ElementsAre;

/// ONNX's TensorProto.DataType.
const std::map<std::string, int64_t> typeCodes = {
    {"float32", 1}, {"uint8", 2},    {"int8", 3},     {"int32", 6},   {"int64", 7},
    {"bool", 9},    {"float16", 10}, {"float64", 11}, {"uint64", 13}, {"bfloat16", 16}};

Tensor cast(const Tensor &x, const std::string &to) {
  return outputOf({"Cast", {x}, {{"to", typeCodes.at(to)}}, {}, {{to, x.shape}}});
}

TEST(Cast, ToIntegersTruncatesTowardsZero) {
  EXPECT_THAT(valuesOf<int32_t>(cast(vectorWith<float>({1.9f, -1.9f, 0.5f}), "int32")),
              ElementsAre(1, -1, 0));
}

TEST(Cast, ToNarrowIntegersWraps) {
  EXPECT_THAT(valuesOf<uint8_t>(cast(vectorWith<float>({-1.f, 256.f, 255.f}), "uint8")),
              ElementsAre(255, 0, 255));
  EXPECT_THAT(valuesOf<int8_t>(cast(vectorWith<int64_t>({128, -129, 5}), "int8")), ElementsAre(-128, 127, 5));
}

TEST(Cast, OfUnsignedNumbersIsNotSigned) {
  EXPECT_THAT(valuesOf<int64_t>(cast(vectorWith<uint8_t>({200}), "int64")), ElementsAre(200));
  EXPECT_THAT(valuesOf<float>(cast(vectorWith<uint64_t>({uint64_t(1) << 63}), "float32")),
              ElementsAre(9223372036854775808.f));
  EXPECT_THAT(valuesOf<uint64_t>(cast(vectorWith<double>({9223372036854775808.0}), "uint64")),
              ElementsAre(uint64_t(1) << 63));
}

TEST(Cast, ToBoolIsNotZero) {
  EXPECT_THAT(cast(vectorWith<float>({0.f, -0.f, 0.25f, NAN}), "bool").bytes, ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(cast(vectorWith<int32_t>({0, 256}), "bool").bytes, ElementsAre(0, 1));
}

TEST(Cast, OfBoolIsZeroOrOne) {
  Tensor x = tensorWith<uint8_t>({0, 1}, {2}, "bool");
  EXPECT_THAT(valuesOf<float>(cast(x, "float32")), ElementsAre(0, 1));
  EXPECT_THAT(valuesOf<int8_t>(cast(x, "int8")), ElementsAre(0, 1));
}

TEST(Cast, ToHalfRoundsTiesToEvenAndKeepsExtremes) {
  Tensor x = vectorWith<float>({1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 65520, 65519, 0x1p-24f, 0x1p-25f});
  EXPECT_THAT(valuesOf<uint16_t>(cast(x, "float16")),
              ElementsAre(0x3c00, 0x3c02, 0x7c00, 0x7bff, 0x0001, 0x0000));
}

TEST(Cast, OfDoubleToHalfRoundsOnce) {
  // Just above a tie of float16: rounding to float32 first would make it the tie, and the result even.
  Tensor x = vectorWith<double>({1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-11, 1 + 3 * 0x1p-11 - 0x1p-40});
  EXPECT_THAT(valuesOf<uint16_t>(cast(x, "float16")), ElementsAre(0x3c01, 0x3c00, 0x3c01));
}

TEST(Cast, ToBrainFloatRoundsTiesToEvenAndKeepsNan) {
  Tensor x = vectorWith<float>({1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 + 0x1.02p-8f, -INFINITY});
  EXPECT_THAT(valuesOf<uint16_t>(cast(x, "bfloat16")), ElementsAre(0x3f80, 0x3f82, 0x3f81, 0xff80));
  uint16_t nan = valuesOf<uint16_t>(cast(vectorWith<float>({NAN}), "bfloat16"))[0];
  EXPECT_EQ(nan & 0x7f80, 0x7f80);
  EXPECT_NE(nan & 0x7f, 0);
}

TEST(Cast, OfHalfAndBrainFloatIsExact) {
  EXPECT_THAT(
      valuesOf<float>(cast(tensorWith<uint16_t>({0x0001, 0xbc00, 0x7bff}, {3}, "float16"), "float32")),
      ElementsAre(0x1p-24f, -1, 65504));
  EXPECT_THAT(valuesOf<double>(cast(tensorWith<uint16_t>({0x3f81, 0x8000}, {2}, "bfloat16"), "float64")),
              ElementsAre(1 + 0x1p-7, -0.0));
}

TEST(Half, SumsAreRoundedOnce) {
  Tensor x = tensorWith<uint16_t>({0x3c00}, {1}, "float16"),
         tiny = tensorWith<uint16_t>({0x1001}, {1}, "float16");
  // 1 + (2^-11 + 2^-21) is just above the tie between 1 and its neighbour.
  EXPECT_THAT(valuesOf<uint16_t>(outputOf({"Add", {x, tiny}, {}, {}, {{"float16", {1}}}})),
              ElementsAre(0x3c01));
}

} // namespace

} // namespace lockstep
