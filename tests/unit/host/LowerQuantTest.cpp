// quant.qcast and quant.dcast on the host: ONNX's definitions.
#include "HostTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// x quantized to `quantized` (storage type `storage`), as stored.
Tensor quantize(const std::vector<float> &x, const std::string &storage, const std::string &quantized) {
  const std::string extent = std::to_string(x.size()) + "x";
  const std::string real = "tensor<" + extent + "f32>", type = "tensor<" + extent + quantized + ">";
  const std::string stored = "tensor<" + extent + storage + ">";
  auto results =
      runText("func.func @main(%a: " + real + ") -> " + stored + " {\n %0 = \"quant.qcast\"(%a) : (" + real +
                  ") -> " + type + "\n %1 = \"quant.scast\"(%0) : (" + type + ") -> " + stored +
                  "\n return %1 : " + stored + " }",
              {tensorOf<float>("float32", {x.size()}, x)});
  return results.empty() ? Tensor() : results[0];
}

TEST(LowerQuant, RoundsHalvesToEvenAndSaturates) {
  Tensor result = quantize(
      {0.25f, 0.75f, 1.25f, -0.25f, -0.75f, 63.4f, 63.5f, 1e9f, -64.2f, -1e30f, kInfinity, -kInfinity}, "i8",
      "!quant.uniform<i8:f32, 0.5>");
  EXPECT_THAT(valuesOf<int8_t>(result), ElementsAre(0, 2, 2, 0, -2, 127, 127, 127, -128, -128, 127, -128));
}

TEST(LowerQuant, AddsTheZeroPointAfterRounding) {
  Tensor result = quantize({0.5f, 1.5f, -0.5f, 300, -300}, "i8", "!quant.uniform<u8:f32, 1.0:3>");
  EXPECT_THAT(valuesOf<uint8_t>(result), ElementsAre(3, 5, 3, 255, 0));
}

TEST(LowerQuant, KeepsToNarrowRanges) {
  Tensor result = quantize({-1000, 1000, -126.6f}, "i8", "!quant.uniform<i8<-127:127>:f32, 1.0>");
  EXPECT_THAT(valuesOf<int8_t>(result), ElementsAre(-127, 127, -127));
}

TEST(LowerQuant, SaturatesInt32ExactlyAtItsEnds) {
  Tensor result =
      quantize({2147483520.f, 2147483648.f, -2147483648.f, -3e9f, 5}, "i32", "!quant.uniform<i32:f32, 1.0>");
  EXPECT_THAT(valuesOf<int32_t>(result), ElementsAre(2147483520, INT32_MAX, INT32_MIN, INT32_MIN, 5));
}

TEST(LowerQuant, DividesRatherThanMultiplyingByTheReciprocal) {
  std::vector<float> x;
  std::vector<int8_t> expected;
  const float scale = 0.0123f;
  const volatile float reciprocal = 1 / scale;
  int different = 0;
  for (int i = -120; i < 120; ++i) { // near ties, where the two part
    x.push_back((float(i) + 0.5f) * scale);
    expected.push_back(static_cast<int8_t>(std::nearbyint(x.back() / scale)));
    different += expected.back() != static_cast<int8_t>(std::nearbyint(x.back() * reciprocal));
  }
  EXPECT_GT(different, 0);
  EXPECT_EQ(valuesOf<int8_t>(quantize(x, "i8", "!quant.uniform<i8:f32, 0.0123>")), expected);
}

TEST(LowerQuant, DequantizesPerAxis) {
  auto results = runText(R"(
    func.func @main(%a: tensor<2x3xi8>) -> tensor<2x3xf32> {
      %0 = "quant.scast"(%a) : (tensor<2x3xi8>) -> tensor<2x3x!quant.uniform<i8:f32:1, {0.5, 2.0:-128, 1.0:127}>>
      %1 = "quant.dcast"(%0) : (tensor<2x3x!quant.uniform<i8:f32:1, {0.5, 2.0:-128, 1.0:127}>>) -> tensor<2x3xf32>
      return %1 : tensor<2x3xf32> })",
                         {tensorOf<int8_t>("int8", {2, 3}, {-128, 127, -128, 3, -128, 127})});
  EXPECT_THAT(valuesOf<float>(results.at(0)), ElementsAre(-64, 510, -255, 1.5, 0, 0));
}

TEST(LowerQuant, ReadsUnsignedStorageAsUnsigned) {
  auto results = runText(R"(
    func.func @main(%a: tensor<3xi8>) -> tensor<3xf32> {
      %0 = "quant.scast"(%a) : (tensor<3xi8>) -> tensor<3x!quant.uniform<u8:f32, 0.5:128>>
      %1 = "quant.dcast"(%0) : (tensor<3x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<3xf32>
      return %1 : tensor<3xf32> })",
                         {tensorOf<uint8_t>("int8", {3}, {0, 128, 255})});
  EXPECT_THAT(valuesOf<float>(results.at(0)), ElementsAre(-64, 0, 63.5));
}

TEST(LowerQuant, SaysWhoUsesAQuantizedValueOtherwise) {
  const std::string message = compileError(R"(
    func.func @main(%a: tensor<3xf32>) -> tensor<3x!quant.uniform<i8:f32, 0.5>> {
      %0 = "quant.qcast"(%a) : (tensor<3xf32>) -> tensor<3x!quant.uniform<i8:f32, 0.5>>
      return %0 : tensor<3x!quant.uniform<i8:f32, 0.5>> })");
  EXPECT_THAT(message, HasSubstr("quantized"));
}

} // namespace
} // namespace lockstep
