// Quantize and dequantize by ONNX's definitions, with scales that are known and ones that are not.
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gtest/gtest.h>
#include <limits>

namespace lockstep {

namespace {

const std::vector<std::vector<size_t>> kKnownOrNot{{}, {1, 2}};

TEST(QuantizeLinear, RoundsTiesToEvenAndSaturates) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const std::vector<size_t> &constants : kKnownOrNot) {
    const OperatorCase given{
        "QuantizeLinear",
        {vectorWith<float>({0.25f, 0.75f, 1.25f, -0.25f, -0.75f, 1000, -1000, infinity, -infinity}),
         tensorWith<float>({0.5f}, {}), tensorWith<int8_t>({1}, {})},
        {},
        constants,
        {{"int8", {9}}}};
    EXPECT_EQ(valuesOf<int8_t>(outputOf(given)), (std::vector<int8_t>{1, 3, 3, 1, -1, 127, -128, 127, -128}));
  }
}

TEST(QuantizeLinear, GivesUnsignedBytesWithoutZeroPoint) {
  for (const std::vector<size_t> &constants : {std::vector<size_t>{}, {1}}) {
    const OperatorCase given{"QuantizeLinear",
                             {vectorWith<float>({-1, 3, 700}), tensorWith<float>({2}, {})},
                             {},
                             constants,
                             {{"uint8", {3}}}};
    EXPECT_EQ(valuesOf<uint8_t>(outputOf(given)), (std::vector<uint8_t>{0, 2, 255}));
  }
}

TEST(QuantizeLinear, HasAScaleForEachIndexOfItsAxis) {
  for (const std::vector<size_t> &constants : kKnownOrNot) {
    const OperatorCase given{
        "QuantizeLinear",
        {tensorWith<float>({4, 8, 12, 16}, {2, 2}), vectorWith<float>({1, 4}), vectorWith<uint8_t>({0, 100})},
        {{"axis", int64_t(-2)}},
        constants,
        {{"uint8", {2, 2}}}};
    EXPECT_EQ(valuesOf<uint8_t>(outputOf(given)), (std::vector<uint8_t>{4, 8, 103, 104}));
  }
}

TEST(DequantizeLinear, SubtractsTheZeroPointOfSignedAndUnsignedBytes) {
  for (const std::vector<size_t> &constants : kKnownOrNot) {
    const OperatorCase given{
        "DequantizeLinear",
        {vectorWith<uint8_t>({0, 128, 255}), tensorWith<float>({0.5f}, {}), tensorWith<uint8_t>({128}, {})},
        {},
        constants,
        {{"float32", {3}}}};
    EXPECT_EQ(valuesOf<float>(outputOf(given)), (std::vector<float>{-64, 0, 63.5f}));
  }
}

TEST(DequantizeLinear, TakesInt32WithScalesAlongAnAxis) {
  for (const std::vector<size_t> &constants : {std::vector<size_t>{}, {1}}) {
    const OperatorCase given{
        "DequantizeLinear",
        {tensorWith<int32_t>({1 << 24, -6, 10, -2000000000}, {2, 2}), vectorWith<float>({0.5f, 2})},
        {{"axis", int64_t(0)}},
        constants,
        {{"float32", {2, 2}}}};
    EXPECT_EQ(valuesOf<float>(outputOf(given)), (std::vector<float>{8388608, -3, 20, -4e9f}));
  }
}

TEST(QLinearMatMul, IsTheProductOfWhatItsOperandsStandFor) {
  for (const std::vector<size_t> &constants : {std::vector<size_t>{}, {1, 2, 3, 4, 5, 6, 7}}) {
    const OperatorCase given{"QLinearMatMul",
                             {tensorWith<uint8_t>({130, 128, 126, 132}, {2, 2}),
                              tensorWith<float>({0.5f}, {}), tensorWith<uint8_t>({128}, {}),
                              tensorWith<int8_t>({4, -8, 2, 6}, {2, 2}), tensorWith<float>({0.25f}, {}),
                              tensorWith<int8_t>({0}, {}), tensorWith<float>({1}, {}),
                              tensorWith<int8_t>({-5}, {})},
                             {},
                             constants,
                             {{"int8", {2, 2}}}};
    // [[1, 0], [-1, 2]] [[1, -2], [0.5, 1.5]] = [[1, -2], [0, 5]]
    EXPECT_EQ(valuesOf<int8_t>(outputOf(given)), (std::vector<int8_t>{-4, -7, -5, 0}));
  }
}

TEST(QLinearConv, AddsABiasAtTheProductOfTheScales) {
  for (const std::vector<size_t> &constants : {std::vector<size_t>{}, {1, 2, 3, 4, 5, 6, 7, 8}}) {
    const OperatorCase given{
        "QLinearConv",
        {tensorWith<uint8_t>({2, 4}, {1, 1, 2}), tensorWith<float>({0.5f}, {}), tensorWith<uint8_t>({0}, {}),
         tensorWith<int8_t>({2, 3}, {2, 1, 1}), vectorWith<float>({1, 2}), vectorWith<int8_t>({0, 0}),
         tensorWith<float>({1}, {}), tensorWith<uint8_t>({10}, {}), vectorWith<int32_t>({4, -3})},
        {},
        constants,
        {{"uint8", {1, 2, 2}}}};
    // [1, 2] times 2 plus 4 * 0.5, times 6 minus 3 * 1
    EXPECT_EQ(valuesOf<uint8_t>(outputOf(given)), (std::vector<uint8_t>{14, 16, 13, 19}));
  }
}

TEST(DynamicQuantizeLinear, IsTheFunctionThatOnnxDefines) {
  const auto results = runOperator({"DynamicQuantizeLinear",
                                    {vectorWith<float>({-1, 0, 254})},
                                    {},
                                    {},
                                    {{"uint8", {3}}, {"float32", {}}, {"uint8", {}}}});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(valuesOf<uint8_t>((*results)[0]), (std::vector<uint8_t>{0, 1, 255}));
  EXPECT_EQ(valuesOf<float>((*results)[1]), std::vector<float>{1});
  EXPECT_EQ(valuesOf<uint8_t>((*results)[2]), std::vector<uint8_t>{1});
}

} // namespace

} // namespace lockstep
