// What the accelerator takes, and why not.
#include "tests/unit/accelerator/FunctionText.h"
#include "tests/unit/accelerator/PieceHarness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mlir/IR/Operation.h>

namespace lockstep::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Matches of the operations of a function, by name.
class Matches {
public:
  explicit Matches(const std::string &text, const Parameters &machine = *loadParameters("base"))
      : parsed(text), target(makeAcceleratorTarget(machine)) {}

  TargetMatch of(const std::string &name) {
    TargetMatch match;
    parsed.main().walk([&](mlir::Operation *operation) {
      if (operation->getName().getStringRef() == "tosa." + name)
        match = target->match(operation);
    });
    return match;
  }
  std::vector<std::string> operationsOf(const std::string &name) {
    std::vector<std::string> names;
    for (mlir::Operation *operation : of(name).operations)
      names.push_back(operation->getName().stripDialect().str());
    return names;
  }
  std::string refusalOf(const std::string &name) { return of(name).refusal; }

private:
  ParsedModule parsed;
  std::shared_ptr<const Target> target;
};

std::string rescaled(const RescaleText &scale) {
  FunctionText f(1);
  const TextValue x = f.argument({1, 4, 8});
  return f.returning({f.rescale(f.matmul(x, f.constant({1, 8, 6})), scale)});
}

TEST(AcceleratorTarget, TakesAProductWithBiasRescaleAndClampAsOneGroup) {
  FunctionText f(1);
  const TextValue x = f.argument({1, 4, 8});
  const TextValue sum = f.add(f.matmul(x, f.constant({1, 8, 6})), f.constant({1, 1, 6}, "i32"));
  Matches matches(f.returning({f.clamp(f.rescaleAtRandom(sum, 8, true), 0, 127)}));
  EXPECT_THAT(matches.operationsOf("matmul"), ElementsAre("matmul", "add", "rescale", "clamp"));
}

TEST(AcceleratorTarget, LeavesWhatOthersReadInTheMiddleOfAGroup) {
  FunctionText f(1);
  const TextValue x = f.argument({1, 4, 8});
  const TextValue sum = f.matmul(x, f.constant({1, 8, 6}));
  Matches matches(f.returning({sum, f.rescaleAtRandom(sum, 8, false)}));
  EXPECT_THAT(matches.operationsOf("matmul"), ElementsAre("matmul"));
}

TEST(AcceleratorTarget, TakesATransposeAlongThatOneProductReads) {
  FunctionText f(1);
  const TextValue a = f.argument({2, 8, 4}), b = f.argument({2, 8, 6});
  Matches matches(f.returning({f.matmul(f.transpose(a, {0, 2, 1}), b)}));
  EXPECT_THAT(matches.operationsOf("transpose"), ElementsAre("transpose", "matmul"));
}

TEST(AcceleratorTarget, TakesAReshapeBetweenTwoLayersOnly) {
  FunctionText f(1);
  const TextValue x = f.argument({4, 8});
  const TextValue h = f.rescaleAtRandom(f.fullyConnected(x, 6), 8, false);
  EXPECT_THAT(Matches(f.returning({f.fullyConnected(f.reshape(h, {2, 12}), 3)})).operationsOf("reshape"),
              ElementsAre("reshape"));
  FunctionText g(1);
  const TextValue y = g.argument({4, 8});
  EXPECT_THAT(Matches(g.returning({g.reshape(g.rescaleAtRandom(g.fullyConnected(y, 6), 8, false), {24})}))
                  .operationsOf("reshape"),
              ElementsAre());
}

/// Two halves of eight channels; `gap` channels are left out between them.
std::string halves(int64_t gap) {
  FunctionText f(1);
  const TextValue x = f.argument({1, 4, 4, 8 + gap});
  const TextValue a = f.conv2d(f.slice(x, {0, 0, 0, 0}, {1, 4, 4, 4}), 3, 1, 1);
  const TextValue b = f.conv2d(f.slice(x, {0, 0, 0, 4 + gap}, {1, 4, 4, 4}), 3, 1, 1);
  return f.returning({f.concat({f.rescale(a, {{1 << 30}, {36}}), f.rescale(b, {{1 << 30}, {36}})}, 3)});
}

TEST(AcceleratorTarget, TakesSlicesConvolutionsAndConcatAsOneGroupOnlyIfTheyCoverAllChannels) {
  EXPECT_EQ(Matches(halves(0)).operationsOf("slice").size(), 7u);
  EXPECT_THAT(Matches(halves(1)).operationsOf("slice"), ElementsAre());
  EXPECT_THAT(Matches(halves(1)).operationsOf("conv2d"), ElementsAre("conv2d", "rescale"));
}

TEST(AcceleratorTarget, GivesInt32SumsWhereItCannotDoTheRescale) {
  RescaleText scale{{1 << 30}, {40}, 0, true};
  Matches doubled(rescaled(scale));
  EXPECT_THAT(doubled.operationsOf("matmul"), ElementsAre("matmul"));
  EXPECT_EQ(doubled.refusalOf("rescale"), "a rescale with double rounding");
  scale.shifts = {31}; // double rounding begins above 31
  EXPECT_THAT(Matches(rescaled(scale)).operationsOf("matmul"), ElementsAre("matmul", "rescale"));
  EXPECT_EQ(Matches(rescaled({{1 << 30}, {1}})).refusalOf("rescale"),
            "a rescale by 2^-1 (the vector unit shifts by 2 to 62)");
}

TEST(AcceleratorTarget, GivesInt32SumsWhereTheSummandIsNoBias) {
  FunctionText f(1);
  const TextValue x = f.argument({1, 4, 8});
  const TextValue sum = f.add(f.matmul(x, f.constant({1, 8, 6})), f.constant({1, 4, 1}, "i32"));
  Matches matches(f.returning({sum}));
  EXPECT_THAT(matches.operationsOf("matmul"), ElementsAre("matmul"));
}

TEST(AcceleratorTarget, SaysWhichTypesItDoesNotMultiply) {
  const std::string text =
      R"(func.func @main(%a: tensor<1x4x8xf32>, %b: tensor<1x8x6xf32>) -> tensor<1x4x6xf32> {
    %0 = "tosa.matmul"(%a, %b) : (tensor<1x4x8xf32>, tensor<1x8x6xf32>) -> tensor<1x4x6xf32>
    return %0 : tensor<1x4x6xf32> })";
  EXPECT_EQ(Matches(text).refusalOf("matmul"),
            "the matrix unit does not multiply float32 by float32 to float32");
}

TEST(AcceleratorTarget, RefusesConvolutionsWhoseWeightsAreNotConstant) {
  const std::string text =
      R"(func.func @main(%x: tensor<1x4x4x8xi8>, %w: tensor<6x1x1x8xi8>) -> tensor<1x4x4x6xi32> {
    %b = "tosa.const"() {value = dense<0> : tensor<6xi32>} : () -> tensor<6xi32>
    %0 = "tosa.conv2d"(%x, %w, %b) {pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>,
        dilation = array<i64: 1, 1>, quantization_info = #tosa.conv_quant<input_zp = 0, weight_zp = 0>} :
        (tensor<1x4x4x8xi8>, tensor<6x1x1x8xi8>, tensor<6xi32>) -> tensor<1x4x4x6xi32>
    return %0 : tensor<1x4x4x6xi32> })";
  EXPECT_EQ(Matches(text).refusalOf("conv2d"), "the weights are not constant");
}

TEST(AcceleratorTarget, RefusesWhatNoScheduleFitsOnAMachineWithTwoBanks) {
  FunctionText f(1);
  const TextValue x = f.argument({1, 6, 6, 8});
  const std::string text = f.returning({f.conv2d(x, 8, 3, 3, {{1, 1, 1, 1}, {1, 1}, {1, 1}})});
  const Parameters small =
      *loadParameters("tiny", {{"scratchpad.banks", "2"}, {"scratchpad.size_bytes", "1024"}});
  EXPECT_EQ(Matches(text, small).refusalOf("conv2d"), "no schedule fits the machine's memories");
  EXPECT_THAT(Matches(text).operationsOf("conv2d"), ElementsAre("conv2d"));
}

TEST(AcceleratorTarget, SaysWhatNoUnitComputes) {
  FunctionText f(1);
  const TextValue a = f.argument({4, 8}, "i32"), b = f.argument({4, 8}, "i32");
  EXPECT_EQ(Matches(f.returning({f.add(a, b)})).refusalOf("add"), "no unit of the machine computes add");
}

TEST(AcceleratorTarget, GeneratesAProgramFileWithSymbolsForArgumentsAndResults) {
  FunctionText f(1);
  const TextValue x = f.argument({4, 8});
  ParsedModule parsed(f.returning({f.fullyConnected(x, 6)}));
  const auto bytes = makeAcceleratorTarget(*loadParameters("tiny"))->generate(parsed.main());
  ASSERT_TRUE(bool(bytes)) << bytes.error().message;
  const Result<Program> program = parseProgram(*bytes, "test");
  ASSERT_TRUE(bool(program)) << program.error().message;
  ASSERT_EQ(program->symbols.size(), 2u);
  EXPECT_EQ(program->symbols[0].name, "in_0");
  EXPECT_EQ(program->symbols[1].name, "out_0");
  EXPECT_EQ(program->symbols[1].element_type, "int32");
}

TEST(AcceleratorPieces, WithForeignOperationsAreRefusedByName) {
  FunctionText f(1);
  const TextValue a = f.argument({4, 8}, "i32"), b = f.argument({4, 8}, "i32");
  ParsedModule parsed(f.returning({f.add(a, b)}));
  const auto piece = compileAcceleratorPiece(parsed.main(), *loadParameters("tiny"));
  ASSERT_FALSE(bool(piece));
  EXPECT_EQ(piece.error().kind, ErrorKind::Model);
  EXPECT_THAT(piece.error().message, HasSubstr("add (tosa.add): is not an operation of the accelerator"));
}

TEST(AcceleratorPieces, TellForEachLayerWhatWasTakenAndWhatElseThereWas) {
  FunctionText f(1);
  const TextValue x = f.argument({4, 8});
  ParsedModule parsed(f.returning({f.rescaleAtRandom(f.fullyConnected(x, 6), 8, false)}));
  const auto piece = compileAcceleratorPiece(parsed.main(), *loadParameters("base"));
  ASSERT_TRUE(bool(piece)) << piece.error().message;
  EXPECT_THAT(printMapped(*piece), HasSubstr("c[0, m, n] += a[0, m, k] * b[0, n, k], m 4, n 6, k 8"));
  EXPECT_THAT(printMapped(*piece), HasSubstr("cycles, taken"));
  EXPECT_THAT(printScheduled(*piece), HasSubstr("cycles predicted, bound"));
  EXPECT_GT(piece->layers.at(0).instructions, 0u);
}

} // namespace
} // namespace lockstep::test
