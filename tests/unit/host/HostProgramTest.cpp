// Modules of every kind that the importers make, from text to results.
#include "HostTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(HostProgram, AddsFloats) {
  auto results =
      runText(R"(
    func.func @main(%a: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<3xf32> {
      %0 = tosa.add %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
      return %0 : tensor<3xf32>
    })",
              {tensorOf<float>("float32", {3}, {1, 2, 3}), tensorOf<float>("float32", {3}, {0.5, 0.25, -3})});
  ASSERT_EQ(results.size(), 1u);
  EXPECT_THAT(valuesOf<float>(results[0]), ElementsAre(1.5, 2.25, 0));
}

TEST(HostProgram, MultipliesMatrices) {
  auto results = runText(R"(
    func.func @main(%a: tensor<1x2x3xf32>, %b: tensor<1x3x2xf32>) -> tensor<1x2x2xf32> {
      %0 = tosa.matmul %a, %b : (tensor<1x2x3xf32>, tensor<1x3x2xf32>) -> tensor<1x2x2xf32>
      return %0 : tensor<1x2x2xf32>
    })",
                         {tensorOf<float>("float32", {1, 2, 3}, {1, 2, 3, 4, 5, 6}),
                          tensorOf<float>("float32", {1, 3, 2}, {1, 0, 0, 1, 1, 1})});
  EXPECT_THAT(valuesOf<float>(results.at(0)), ElementsAre(4, 5, 10, 11));
}

TEST(HostProgram, PassesAnArgumentOnAndReturnsAConstantTwice) {
  auto results = runText(R"(
    func.func @main(%a: tensor<2xi64>) -> (tensor<2xi64>, tensor<i8>, tensor<i8>) {
      %c = arith.constant dense<7> : tensor<i8>
      return %a, %c, %c : tensor<2xi64>, tensor<i8>, tensor<i8>
    })",
                         {tensorOf<int64_t>("int64", {2}, {-1, int64_t{1} << 40})});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_THAT(valuesOf<int64_t>(results[0]), ElementsAre(-1, int64_t{1} << 40));
  EXPECT_THAT(valuesOf<int8_t>(results[1]), ElementsAre(7));
  EXPECT_THAT(valuesOf<int8_t>(results[2]), ElementsAre(7));
}

TEST(HostProgram, KeepsAByteForEachBool) {
  auto results =
      runText(R"(
    func.func @main(%a: tensor<3xf64>, %m: tensor<3xi1>) -> (tensor<3xi1>, tensor<3xi1>) {
      %z = arith.constant dense<0.0> : tensor<3xf64>
      %t = arith.constant dense<[true, false, true]> : tensor<3xi1>
      %0 = arith.cmpf ogt, %a, %z : tensor<3xf64>
      %1 = arith.xori %m, %t : tensor<3xi1>
      return %0, %1 : tensor<3xi1>, tensor<3xi1>
    })",
              {tensorOf<double>("float64", {3}, {-1, 2, 3}), tensorOf<uint8_t>("bool", {3}, {1, 1, 0})});
  EXPECT_THAT(valuesOf<uint8_t>(results.at(0)), ElementsAre(0, 1, 1));
  EXPECT_THAT(valuesOf<uint8_t>(results.at(1)), ElementsAre(0, 1, 1));
}

TEST(HostProgram, RunsLoopsOverTimeWithTensorsThatChange) {
  auto results = runText(R"(
    func.func @main(%x: tensor<5x2xf32>) -> (tensor<2xf32>, tensor<5x2xf32>) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c5 = arith.constant 5 : index
      %h0 = arith.constant dense<0.0> : tensor<2xf32>
      %y0 = tensor.empty() : tensor<5x2xf32>
      %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0, %y = %y0) -> (tensor<2xf32>, tensor<5x2xf32>) {
        %s = tensor.extract_slice %x[%t, 0] [1, 2] [1, 1] : tensor<5x2xf32> to tensor<2xf32>
        %n = tosa.add %s, %h : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
        %w = tensor.insert_slice %n into %y[%t, 0] [1, 2] [1, 1] : tensor<2xf32> into tensor<5x2xf32>
        scf.yield %n, %w : tensor<2xf32>, tensor<5x2xf32>
      }
      return %r#0, %r#1 : tensor<2xf32>, tensor<5x2xf32>
    })",
                         {tensorOf<float>("float32", {5, 2}, {1, 10, 2, 20, 3, 30, 4, 40, 5, 50})});
  EXPECT_THAT(valuesOf<float>(results.at(0)), ElementsAre(15, 150));
  EXPECT_THAT(valuesOf<float>(results.at(1)), ElementsAre(1, 10, 3, 30, 6, 60, 10, 100, 15, 150));
}

TEST(HostProgram, CallsPrivateFunctions) {
  auto results = runText(R"(
    func.func private @double(%a: tensor<2xi32>) -> tensor<2xi32> {
      %0 = arith.addi %a, %a : tensor<2xi32>
      return %0 : tensor<2xi32>
    }
    func.func @main(%a: tensor<2xi32>) -> tensor<2xi32> {
      %0 = call @double(%a) : (tensor<2xi32>) -> tensor<2xi32>
      %1 = call @double(%0) : (tensor<2xi32>) -> tensor<2xi32>
      return %1 : tensor<2xi32>
    })",
                         {tensorOf<int32_t>("int32", {2}, {1, -3})});
  EXPECT_THAT(valuesOf<int32_t>(results.at(0)), ElementsAre(4, -12));
}

TEST(HostProgram, ConcatenatesTensors) {
  auto results =
      runText(R"(
    func.func @main(%a: tensor<2x1xi8>, %b: tensor<2x2xi8>) -> tensor<2x3xi8> {
      %0 = tensor.concat dim(1) %a, %b : (tensor<2x1xi8>, tensor<2x2xi8>) -> tensor<2x3xi8>
      return %0 : tensor<2x3xi8>
    })",
              {tensorOf<int8_t>("int8", {2, 1}, {1, 4}), tensorOf<int8_t>("int8", {2, 2}, {2, 3, 5, 6})});
  EXPECT_THAT(valuesOf<int8_t>(results.at(0)), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(HostProgram, SaysWhichInputIsMissingUnknownOrOfAnotherShape) {
  ParsedModule parsed =
      parseModule("func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> { return %a : tensor<2xf32> }");
  auto program = HostProgram::compile(*parsed.module);
  ASSERT_TRUE(program);
  const auto errorOf = [&](const NamedTensors &inputs) {
    auto outputs = program->run(inputs);
    return outputs ? std::string() : outputs.error().message;
  };
  const Tensor good = zeroTensor("float32", {2});
  EXPECT_EQ(errorOf({{"input_0", good}}), "");
  EXPECT_THAT(errorOf({}), HasSubstr("`input_0` is missing"));
  EXPECT_THAT(errorOf({{"input_0", good}, {"x", good}}), HasSubstr("no input `x`"));
  EXPECT_THAT(errorOf({{"input_0", zeroTensor("float32", {3})}}), HasSubstr("[3]"));
  EXPECT_THAT(errorOf({{"input_0", zeroTensor("int32", {2})}}), HasSubstr("int32"));
  EXPECT_THAT(errorOf({{"input_0", {"float32", {2}, {1, 2, 3}}}}), HasSubstr("3 bytes"));
}

TEST(HostProgram, TellsWhatItCannotLower) {
  std::string message = compileError(R"(
    func.func private @nobody(tensor<2xf32>) -> tensor<2xf32>
    func.func @main(%a: tensor<?xf32>) -> tensor<?xf32> { return %a : tensor<?xf32> })");
  EXPECT_THAT(message, HasSubstr("static shape"));
}

TEST(HostProgram, KeepsAnInitialValueForEachResultThatBeginsWithIt) {
  // Both products began in the first result's memory, so the second result was a copy of the first.
  auto results = runText(
      R"(
    func.func @main(%a: tensor<2x2xf32>, %b: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
      %one = arith.constant 1.0 : f32
      %empty = tensor.empty() : tensor<2x2xf32>
      %ones = linalg.fill ins(%one : f32) outs(%empty : tensor<2x2xf32>) -> tensor<2x2xf32>
      %0 = linalg.matmul ins(%a, %b : tensor<2x2xf32>, tensor<2x2xf32>)
                         outs(%ones : tensor<2x2xf32>) -> tensor<2x2xf32>
      %1 = linalg.matmul ins(%b, %a : tensor<2x2xf32>, tensor<2x2xf32>)
                         outs(%ones : tensor<2x2xf32>) -> tensor<2x2xf32>
      return %0, %1 : tensor<2x2xf32>, tensor<2x2xf32>
    })",
      {tensorOf<float>("float32", {2, 2}, {1, 1, 0, 2}), tensorOf<float>("float32", {2, 2}, {1, 2, 3, 4})});
  EXPECT_THAT(valuesOf<float>(results.at(0)), ElementsAre(5, 7, 7, 9));
  EXPECT_THAT(valuesOf<float>(results.at(1)), ElementsAre(2, 6, 4, 12));
}

} // namespace
} // namespace lockstep
