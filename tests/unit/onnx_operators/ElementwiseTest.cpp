// Arithmetic element by element, at its edges.
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep {

namespace {

using testing::ElementsAre;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <typename T>
std::vector<T> binary(const std::string &type, std::vector<T> x, std::vector<T> y,
                      const std::vector<GraphAttribute> &attributes = {}) {
  std::vector<uint64_t> shape{x.size()};
  return valuesOf<T>(
      outputOf({type, {vectorWith(x), vectorWith(y)}, attributes, {}, {{elementTypeFor<T>(), shape}}}));
}

std::vector<float> unary(const std::string &type, const std::vector<float> &x,
                         const std::vector<GraphAttribute> &attributes = {}) {
  return valuesOf<float>(outputOf({type, {vectorWith(x)}, attributes, {}, {{"float32", {x.size()}}}}));
}

template <typename T> class IntegerArithmetic : public testing::Test {};
using IntegerTypes = testing::Types<int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t>;
TYPED_TEST_SUITE(IntegerArithmetic, IntegerTypes);

/// Pairs of small numbers, extremes and zeros.
template <typename T> void pairs(std::vector<T> &x, std::vector<T> &y) {
  constexpr T least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
  for (T a : {least, most, T(0), T(1), T(7), T(-7), T(100)})
    for (T b : {T(3), T(-3), T(1), T(-1), most, least}) {
      x.push_back(a);
      y.push_back(b);
    }
}

template <typename T, typename Expected> void expectEach(const std::string &type, Expected expected) {
  std::vector<T> x, y;
  pairs(x, y);
  std::vector<T> found = binary<T>(type, x, y);
  for (size_t i = 0; i < x.size(); ++i)
    EXPECT_EQ(found[i], expected(x[i], y[i])) << type << " of " << +x[i] << " and " << +y[i];
}

TYPED_TEST(IntegerArithmetic, SumsAndProductsWrapAround) {
  using T = TypeParam;
  expectEach<T>("Add", [](T a, T b) { return T(uint64_t(a) + uint64_t(b)); });
  expectEach<T>("Sub", [](T a, T b) { return T(uint64_t(a) - uint64_t(b)); });
  expectEach<T>("Mul", [](T a, T b) { return T(uint64_t(a) * uint64_t(b)); });
}

TYPED_TEST(IntegerArithmetic, DivisionTruncatesAndNeverTraps) {
  using T = TypeParam;
  auto expected = [](T a, T b) {
    if (b == 0)
      return T(0);
    return std::is_signed_v<T> && b == T(-1) ? T(-uint64_t(a)) : T(a / b);
  };
  expectEach<T>("Div", expected);
}

TYPED_TEST(IntegerArithmetic, ExtremesKnowTheSign) {
  using T = TypeParam;
  expectEach<T>("Max", [](T a, T b) { return std::max(a, b); });
  expectEach<T>("Min", [](T a, T b) { return std::min(a, b); });
}

TYPED_TEST(IntegerArithmetic, ModuloHasTheSignOfTheDivisor) {
  using T = TypeParam;
  expectEach<T>("Mod", [](T a, T b) {
    if (b == 0 || (std::is_signed_v<T> && b == T(-1)))
      return T(0);
    T remainder = T(a % b);
    return remainder != 0 && ((remainder < 0) != (b < 0)) ? T(remainder + b) : remainder;
  });
}

TEST(Mod, HasTheSignOfTheDividendWithFmod) {
  EXPECT_THAT(binary<int32_t>("Mod", {-7, 7, -7, 7}, {3, -3, -3, 0}, {{"fmod", int64_t(1)}}),
              ElementsAre(-1, 1, -1, 0));
  EXPECT_THAT(binary<float>("Mod", {-7.5f, 7.5f}, {2.f, -2.f}, {{"fmod", int64_t(1)}}),
              ElementsAre(-1.5f, 1.5f));
}

TEST(Pow, OfIntegersIsExactBeyondFloat64) {
  EXPECT_THAT(binary<int64_t>("Pow", {3, -3, 2, 7}, {39, 39, 62, 0}),
              ElementsAre(4052555153018976267, -4052555153018976267, int64_t(1) << 62, 1));
}

TEST(Pow, OfIntegersWithNegativeExponentsTruncates) {
  EXPECT_THAT(binary<int32_t>("Pow", {1, -1, -1, 2}, {-5, -5, -4, -1}), ElementsAre(1, -1, 1, 0));
}

TEST(BitShift, ByTheWidthOrMoreGivesZero) {
  EXPECT_THAT(
      binary<uint8_t>("BitShift", {255, 255, 255}, {7, 8, 200}, {{"direction", std::string("RIGHT")}}),
      ElementsAre(1, 0, 0));
  EXPECT_THAT(binary<uint32_t>("BitShift", {1, 1}, {31, 32}, {{"direction", std::string("LEFT")}}),
              ElementsAre(0x80000000u, 0u));
}

TEST(Comparison, OfUnsignedNumbersSeesTheHighBit) {
  Tensor x = vectorWith<uint64_t>({uint64_t(1) << 63, 1}), y = vectorWith<uint64_t>({1, uint64_t(1) << 63});
  EXPECT_THAT(outputOf({"Greater", {x, y}, {}, {}, {{"bool", {2}}}}).bytes, ElementsAre(1, 0));
  EXPECT_THAT(outputOf({"LessOrEqual", {x, y}, {}, {}, {{"bool", {2}}}}).bytes, ElementsAre(0, 1));
}

TEST(Comparison, WithNanIsFalse) {
  Tensor x = vectorWith<float>({NAN, 1}), y = vectorWith<float>({1, NAN});
  for (const char *type : {"Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"})
    EXPECT_THAT(outputOf({type, {x, y}, {}, {}, {{"bool", {2}}}}).bytes, ElementsAre(0, 0)) << type;
}

TEST(Broadcasting, AddsLeadingAxesAndRepeatsExtentsOfOne) {
  Tensor x = tensorWith<int32_t>({1, 2}, {2, 1}), y = vectorWith<int32_t>({10, 20, 30});
  EXPECT_THAT(valuesOf<int32_t>(outputOf({"Add", {x, y}, {}, {}, {{"int32", {2, 3}}}})),
              ElementsAre(11, 21, 31, 12, 22, 32));
  Tensor u = tensorWith<float>({1, 2}, {2, 1}), v = vectorWith<float>({10, 20, 30});
  EXPECT_THAT(valuesOf<float>(outputOf({"Sub", {u, v}, {}, {}, {{"float32", {2, 3}}}})),
              ElementsAre(-9, -19, -29, -8, -18, -28));
}

TEST(Broadcasting, OfAScalarWithNothingIsNothing) {
  Tensor x = tensorWith<float>({}, {0, 3}), y = tensorWith<float>({1}, {});
  EXPECT_TRUE(outputOf({"Mul", {x, y}, {}, {}, {{"float32", {0, 3}}}}).bytes.empty());
}

TEST(Extremes, OfFloatsKeepNan) {
  EXPECT_TRUE(std::isnan(binary<float>("Max", {NAN}, {1})[0]));
  EXPECT_TRUE(std::isnan(binary<float>("Min", {1}, {NAN})[0]));
}

TEST(Relu, KeepsInfinityAndNan) {
  std::vector<float> found = unary("Relu", {-kInfinity, kInfinity, NAN, -1});
  EXPECT_EQ(found[0], 0);
  EXPECT_EQ(found[1], kInfinity);
  EXPECT_TRUE(std::isnan(found[2]));
  EXPECT_EQ(found[3], 0);
}

TEST(Clip, MaximumBelowMinimumWins) {
  Tensor x = vectorWith<float>({-5, 0, 5}), low = tensorWith<float>({2}, {}),
         high = tensorWith<float>({1}, {});
  EXPECT_THAT(valuesOf<float>(outputOf({"Clip", {x, low, high}, {}, {1, 2}, {{"float32", {3}}}})),
              ElementsAre(1, 1, 1));
}

TEST(Round, TakesTiesToEven) {
  EXPECT_THAT(unary("Round", {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.7f}), ElementsAre(0, 2, 2, -0.f, -2, -3));
}

TEST(Sign, OfNanIsNan) {
  std::vector<float> found = unary("Sign", {-3, 0, 8, NAN});
  EXPECT_THAT(std::vector<float>(found.begin(), found.begin() + 3), ElementsAre(-1, 0, 1));
  EXPECT_TRUE(std::isnan(found[3]));
}

TEST(Softplus, DoesNotOverflow) { EXPECT_THAT(unary("Softplus", {1000, -1000}), ElementsAre(1000, 0)); }

TEST(Elu, KeepsSmallNegativeNumbers) { EXPECT_FLOAT_EQ(unary("Elu", {-1e-6f})[0], float(std::expm1(-1e-6))); }

} // namespace

} // namespace lockstep
