// float16 and bfloat16 on the host: each operation rounds once, ties to even.
#include "HostTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep {
namespace {

using testing::ElementsAre;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<uint16_t> truncated(const std::vector<double> &values, const std::string &element) {
  const std::string extent = std::to_string(values.size()) + "x";
  auto results = runText("func.func @main(%a: tensor<" + extent + "f64>) -> tensor<" + extent + element +
                             "> {\n %0 = arith.truncf %a : tensor<" + extent + "f64> to tensor<" + extent +
                             element + ">\n return %0 : tensor<" + extent + element + "> }",
                         {tensorOf<double>("float64", {values.size()}, values)});
  return results.empty() ? std::vector<uint16_t>() : valuesOf<uint16_t>(results[0]);
}

TEST(SmallFloat, Float64ToFloat16RoundsOnce) {
  // 1 + 2^-11 lies in the middle between 1 and the next number; a little above it must round up, although
  // float32 would forget the difference.
  EXPECT_THAT(truncated({1 + std::ldexp(1, -11), 1 + std::ldexp(1, -11) + std::ldexp(1, -40), 65519.999,
                         65520, -0.0, std::ldexp(1, -24), std::ldexp(1, -25), std::ldexp(1.001, -25),
                         kInfinity, 1 - std::ldexp(1, -13)},
                        "f16"),
              ElementsAre(0x3c00, 0x3c01, 0x7bff, 0x7c00, 0x8000, 1, 0, 1, 0x7c00, 0x3c00));
}

TEST(SmallFloat, Float64ToBfloat16RoundsOnce) {
  EXPECT_THAT(
      truncated({1 + std::ldexp(1, -8), 1 + std::ldexp(1, -8) + std::ldexp(1, -40), 1 + 3 * std::ldexp(1, -8),
                 -kInfinity, 3.39e38, 3.4e38, std::ldexp(1, -133), std::ldexp(1, -134)},
                "bf16"),
      ElementsAre(0x3f80, 0x3f81, 0x3f82, 0xff80, 0x7f7f, 0x7f80, 1, 0));
}

TEST(SmallFloat, AddsFloat16AndRoundsEachSum) {
  auto results = runText(R"(
    func.func @main(%a: tensor<2xf16>, %b: tensor<2xf16>) -> tensor<2xf16> {
      %0 = arith.addf %a, %b : tensor<2xf16>
      %1 = arith.addf %0, %b : tensor<2xf16>
      return %1 : tensor<2xf16> })",
                         {tensorOf<uint16_t>("float16", {2}, {0x6800 /* 2048 */, 0x3c00 /* 1 */}),
                          tensorOf<uint16_t>("float16", {2}, {0x3c00 /* 1 */, 0x3c00})});
  // 2048 + 1 is a tie that goes to 2048, twice.
  EXPECT_THAT(valuesOf<uint16_t>(results.at(0)), ElementsAre(0x6800, 0x4200));
}

TEST(SmallFloat, MultipliesBfloat16AndRoundsEachProduct) {
  auto results = runText(R"(
    func.func @main(%a: tensor<2xbf16>, %b: tensor<2xbf16>) -> tensor<2xbf16> {
      %0 = arith.mulf %a, %b : tensor<2xbf16>
      return %0 : tensor<2xbf16> })",
                         {tensorOf<uint16_t>("bfloat16", {2}, {0x3f81 /* 1 + 2^-7 */, 0x4000}),
                          tensorOf<uint16_t>("bfloat16", {2}, {0x3f81, 0xc040 /* -3 */})});
  EXPECT_THAT(valuesOf<uint16_t>(results.at(0)), ElementsAre(0x3f82, 0xc0c0));
}

} // namespace
} // namespace lockstep
