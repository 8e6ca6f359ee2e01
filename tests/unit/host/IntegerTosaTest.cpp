// Integer TOSA on the host against the rules of hw/numbers and plain loops: it judges golden, SystemC and
// RTL, and shares no arithmetic with them.
#include "HostTesting.h"

#include "hw/numbers/Numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace lockstep {
namespace {

using testing::ElementsAreArray;

/// Extremes, the neighbourhood of zero, halves of powers of two, and random values.
std::vector<int32_t> interestingValues() {
  std::vector<int32_t> values = {INT32_MIN, INT32_MIN + 1, INT32_MAX, INT32_MAX - 1};
  for (int32_t i = -9; i <= 9; ++i)
    values.push_back(i);
  for (int bit = 3; bit < 31; ++bit)
    for (int32_t near : {-1, 0, 1})
      values.insert(values.end(), {(1 << bit) + near, -(1 << bit) + near, (3 << (bit - 2)) + near});
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i)
    values.push_back(static_cast<int32_t>(random()) >> (random() % 32));
  return values;
}

std::string rescaleText(const std::string &inType, const std::string &outType, const std::string &shape,
                        const std::string &multipliers, const std::string &shifts, bool perChannel,
                        int inputZeroPoint, int outputZeroPoint) {
  const std::string in = "tensor<" + shape + inType + ">", out = "tensor<" + shape + outType + ">";
  return "func.func @main(%a: " + in + ") -> " + out +
         " {\n %0 = tosa.rescale %a {double_round = false, input_zp = " + std::to_string(inputZeroPoint) +
         " : i32, output_zp = " + std::to_string(outputZeroPoint) +
         " : i32, multiplier = array<i32: " + multipliers + ">, shift = array<i8: " + shifts +
         ">, scale32 = true, per_channel = " + (perChannel ? "true" : "false") + "} : (" + in + ") -> " +
         out + "\n return %0 : " + out + " }";
}

TEST(IntegerTosa, RescalesToInt8AsTheMachineDoes) {
  const std::vector<int32_t> values = interestingValues();
  const std::vector<std::pair<int32_t, unsigned>> scales = {
      {1073741824, 30}, {1073741824, 31}, {1073741824, 38}, {2147483647, 62},
      {1, 2},           {3, 2},           {0, 31},          {1518500250, 40}};
  for (auto [multiplier, shift] : scales)
    for (int zeroPoint : {0, -128, 127, 5}) {
      auto results =
          runText(rescaleText("i32", "i8", std::to_string(values.size()) + "x", std::to_string(multiplier),
                              std::to_string(shift), false, 0, zeroPoint),
                  {tensorOf<int32_t>("int32", {values.size()}, values)});
      std::vector<int8_t> expected;
      for (int32_t value : values)
        expected.push_back(
            rescaleToElement(value, {multiplier, shift, zeroPoint, ElementType::Int8, -128, 127}));
      EXPECT_THAT(valuesOf<int8_t>(results.at(0)), ElementsAreArray(expected)) << multiplier << " " << shift;
    }
}

TEST(IntegerTosa, RescalesToInt32AsTheMachineDoes) {
  const std::vector<int32_t> values = interestingValues();
  for (auto [multiplier, shift] :
       {std::pair(1073741824, 30u), {2147483647, 31u}, {1518500250, 33u}, {7, 2u}}) {
    auto results = runText(rescaleText("i32", "i32", std::to_string(values.size()) + "x",
                                       std::to_string(multiplier), std::to_string(shift), false, 0, 0),
                           {tensorOf<int32_t>("int32", {values.size()}, values)});
    std::vector<int32_t> expected;
    for (int32_t value : values)
      expected.push_back(applyScale32(value, multiplier, shift));
    EXPECT_THAT(valuesOf<int32_t>(results.at(0)), ElementsAreArray(expected)) << multiplier << " " << shift;
  }
}

TEST(IntegerTosa, RescalesEachChannelByItsOwnScale) {
  const std::vector<int32_t> values = {100, 100, 100, -7, -7, -7, 1 << 30, 1 << 30, 1 << 30};
  auto results = runText(
      rescaleText("i32", "i8", "3x3x", "1073741824, 1500000000, 2000000000", "30, 33, 36", true, 0, -3),
      {tensorOf<int32_t>("int32", {3, 3}, values)});
  const int32_t multipliers[] = {1073741824, 1500000000, 2000000000};
  const unsigned shifts[] = {30, 33, 36};
  std::vector<int8_t> expected;
  for (size_t i = 0; i < values.size(); ++i)
    expected.push_back(
        rescaleToElement(values[i], {multipliers[i % 3], shifts[i % 3], -3, ElementType::Int8, -128, 127}));
  EXPECT_THAT(valuesOf<int8_t>(results.at(0)), ElementsAreArray(expected));
}

std::vector<int8_t> allBytes() {
  std::vector<int8_t> values;
  for (int i = -128; i < 128; ++i)
    values.push_back(i);
  return values;
}

TEST(IntegerTosa, RescalesInt8LessItsZeroPoint) {
  const std::vector<int8_t> values = allBytes();
  for (const char *outType : {"i8", "i32"}) {
    auto results = runText(rescaleText("i8", outType, "256x", "1518500250", "32", false, -128, 4),
                           {tensorOf<int8_t>("int8", {256}, values)});
    std::vector<int32_t> expected, actual;
    const bool narrow = outType[1] == '8';
    for (int8_t value : values) {
      const int64_t scaled = int64_t{applyScale32(value + 128, 1518500250, 32)} + 4;
      expected.push_back(saturate(scaled, narrow ? ElementType::Int8 : ElementType::Int32));
    }
    if (narrow)
      for (int8_t value : valuesOf<int8_t>(results.at(0)))
        actual.push_back(value);
    else
      actual = valuesOf<int32_t>(results.at(0));
    EXPECT_EQ(actual, expected) << outType;
  }
}

TEST(IntegerTosa, MultipliesWithAShiftThatRoundsHalfUp) {
  const std::vector<int32_t> a = interestingValues();
  std::vector<int32_t> b(a.rbegin(), a.rend());
  const std::string type = "tensor<" + std::to_string(a.size()) + "xi32>";
  for (unsigned shift : {1u, 5u, 31u}) {
    auto results =
        runText("func.func @main(%a: " + type + ", %b: " + type + ") -> " + type +
                    " {\n %0 = tosa.mul %a, %b {shift = " + std::to_string(shift) + " : i8} : (" + type +
                    ", " + type + ") -> " + type + "\n return %0 : " + type + " }",
                {tensorOf<int32_t>("int32", {a.size()}, a), tensorOf<int32_t>("int32", {b.size()}, b)});
    std::vector<int32_t> expected;
    for (size_t i = 0; i < a.size(); ++i)
      expected.push_back(wrap32((int64_t{a[i]} * b[i] + (int64_t{1} << (shift - 1))) >> shift));
    EXPECT_EQ(valuesOf<int32_t>(results.at(0)), expected) << shift;
  }
}

TEST(IntegerTosa, AddsSubtractsAndMultipliesInt32WithWrapAround) {
  const std::vector<int32_t> a = interestingValues();
  std::vector<int32_t> b(a.rbegin(), a.rend());
  const std::string type = "tensor<" + std::to_string(a.size()) + "xi32>";
  const std::string both = " : (" + type + ", " + type + ") -> " + type + "\n";
  auto results =
      runText("func.func @main(%a: " + type + ", %b: " + type + ") -> (" + type + ", " + type + ", " + type +
                  ") {\n %0 = tosa.add %a, %b" + both + " %1 = tosa.sub %a, %b" + both +
                  " %2 = tosa.mul %a, %b {shift = 0 : i8}" + both + " return %0, %1, %2 : " + type + ", " +
                  type + ", " + type + " }",
              {tensorOf<int32_t>("int32", {a.size()}, a), tensorOf<int32_t>("int32", {b.size()}, b)});
  ASSERT_EQ(results.size(), 3u);
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(valuesOf<int32_t>(results[0])[i], wrap32(uint64_t(int64_t{a[i]} + b[i])));
    EXPECT_EQ(valuesOf<int32_t>(results[1])[i], wrap32(uint64_t(int64_t{a[i]} - b[i])));
    EXPECT_EQ(valuesOf<int32_t>(results[2])[i], wrapMul32(a[i], b[i]));
  }
}

TEST(IntegerTosa, LooksUpInt8) {
  std::vector<int8_t> table;
  for (int i = 0; i < 256; ++i)
    table.push_back(static_cast<int8_t>(i * 37 + 11));
  auto results =
      runText(R"(
    func.func @main(%a: tensor<256xi8>, %t: tensor<256xi8>) -> tensor<256xi8> {
      %0 = tosa.table %a, %t : (tensor<256xi8>, tensor<256xi8>) -> tensor<256xi8>
      return %0 : tensor<256xi8> })",
              {tensorOf<int8_t>("int8", {256}, allBytes()), tensorOf<int8_t>("int8", {256}, table)});
  EXPECT_EQ(valuesOf<int8_t>(results.at(0)), table);
}

TEST(IntegerTosa, InterpolatesInt16AtEveryValue) {
  std::vector<int16_t> table, values;
  std::mt19937 random(3);
  for (int i = 0; i < 513; ++i)
    table.push_back(i == 5 ? -32768 : i == 6 ? 32767 : static_cast<int16_t>(random()));
  for (int i = -32768; i < 32768; ++i)
    values.push_back(i);
  auto results =
      runText(R"(
    func.func @main(%a: tensor<65536xi16>, %t: tensor<513xi16>) -> tensor<65536xi32> {
      %0 = tosa.table %a, %t : (tensor<65536xi16>, tensor<513xi16>) -> tensor<65536xi32>
      return %0 : tensor<65536xi32> })",
              {tensorOf<int16_t>("int16", {65536}, values), tensorOf<int16_t>("int16", {513}, table)});
  std::vector<int32_t> expected;
  for (int16_t value : values)
    expected.push_back(lookupTable16(value, table.data()));
  EXPECT_EQ(valuesOf<int32_t>(results.at(0)), expected);
}

TEST(IntegerTosa, ClampsInt8) {
  auto results = runText(R"(
    func.func @main(%a: tensor<256xi8>) -> tensor<256xi8> {
      %0 = tosa.clamp %a {min_int = -100 : i64, max_int = 127 : i64, min_fp = 0.0 : f32, max_fp = 0.0 : f32}
        : (tensor<256xi8>) -> tensor<256xi8>
      return %0 : tensor<256xi8> })",
                         {tensorOf<int8_t>("int8", {256}, allBytes())});
  std::vector<int8_t> expected;
  for (int8_t value : allBytes())
    expected.push_back(std::max<int8_t>(value, -100));
  EXPECT_EQ(valuesOf<int8_t>(results.at(0)), expected);
}

TEST(IntegerTosa, PadsWithTheZeroPoint) {
  auto results = runText(R"(
    func.func @main(%a: tensor<1x2xi8>) -> tensor<2x4xi8> {
      %p = "tosa.const"() {value = dense<[[0, 1], [1, 1]]> : tensor<2x2xi32>} : () -> tensor<2x2xi32>
      %0 = tosa.pad %a, %p {quantization_info = #tosa.pad_quant<input_zp = -7>}
        : (tensor<1x2xi8>, tensor<2x2xi32>) -> tensor<2x4xi8>
      return %0 : tensor<2x4xi8> })",
                         {tensorOf<int8_t>("int8", {1, 2}, {3, 4})});
  EXPECT_THAT(valuesOf<int8_t>(results.at(0)), testing::ElementsAre(-7, 3, 4, -7, -7, -7, -7, -7));
}

TEST(IntegerTosa, ReducesInt32WithWrapAround) {
  auto results = runText(R"(
    func.func @main(%a: tensor<2x3xi32>) -> (tensor<2x1xi32>, tensor<1x3xi32>) {
      %0 = tosa.reduce_sum %a {axis = 1 : i32} : (tensor<2x3xi32>) -> tensor<2x1xi32>
      %1 = tosa.reduce_max %a {axis = 0 : i32} : (tensor<2x3xi32>) -> tensor<1x3xi32>
      return %0, %1 : tensor<2x1xi32>, tensor<1x3xi32> })",
                         {tensorOf<int32_t>("int32", {2, 3}, {INT32_MAX, 1, 2, INT32_MIN, -1, -5})});
  EXPECT_THAT(valuesOf<int32_t>(results.at(0)), testing::ElementsAre(INT32_MIN + 2, INT32_MAX - 5));
  EXPECT_THAT(valuesOf<int32_t>(results.at(1)), testing::ElementsAre(INT32_MAX, 1, 2));
}

} // namespace
} // namespace lockstep
