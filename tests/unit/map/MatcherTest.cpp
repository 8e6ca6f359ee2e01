// Which ways to express a computation by the matrix unit are found, and why others are refused.
#include "compiler/map/Matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mlir/IR/MLIRContext.h>

#include <algorithm>

namespace lockstep {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Matching : public testing::Test {
protected:
  /// printWay and, if refused, ": " and the reason.
  std::vector<std::string> ways(const IndexExpression &computation) {
    std::vector<std::string> list;
    for (const MappingWay &way : matched(computation))
      list.push_back(printWay(way, computation) + (way.refusal.empty() ? "" : ": " + way.refusal));
    return list;
  }
  std::vector<MappingWay> matched(const IndexExpression &computation) {
    const ArchitectureGraph machine(*loadParameters("base"));
    return matchUnit(computation, *machine.abilities("matmul").at(0).capability, context);
  }
  IndexExpression product(const GemmProblem &problem, int64_t batch = 1) {
    return productExpression(problem, batch, false, context);
  }

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
};

GemmProblem problemOf(int64_t m, int64_t n, int64_t k) {
  GemmProblem problem;
  problem.m = m, problem.n = n, problem.k = k;
  return problem;
}

ConvProblem image(int64_t extent, int64_t channels, int64_t outputs, int64_t kernel) {
  ConvProblem p;
  p.in_height = p.in_width = extent;
  p.in_channels = channels, p.out_channels = outputs;
  p.kernel_height = p.kernel_width = kernel;
  p.pad_top = p.pad_bottom = p.pad_left = p.pad_right = kernel / 2;
  return p;
}

TEST_F(Matching, TheMatrixUnitIsAProductOfTwoOperandsOverOneReduction) {
  const ArchitectureGraph machine(*loadParameters("base"));
  const IndexExpression unit = capabilityExpression(*machine.abilities("matmul").at(0).capability, context);
  EXPECT_EQ(printExpression(unit), "y[m, n] += x[m, k] * w[k, n], m 1, n 16, k 16");
}

TEST_F(Matching, AProductMapsBothWaysRound) {
  EXPECT_THAT(
      ways(product(problemOf(32, 48, 64))),
      ElementsAre("rows k, columns n, streams m, b in the array",
                  "rows k, columns m, streams n, a in the array, streamed operand turned, stationary operand "
                  "turned, result turned"));
}

TEST_F(Matching, TransposedOperandsAreTurnedOnTheWay) {
  GemmProblem p = problemOf(32, 48, 64);
  p.a_transposed = p.b_transposed = true;
  EXPECT_THAT(ways(product(p)), Contains("rows k, columns n, streams m, b in the array, streamed operand "
                                         "turned, stationary operand turned"));
}

TEST_F(Matching, ABatchIsLoopedOver) {
  EXPECT_THAT(ways(product(problemOf(32, 48, 64), 5)),
              Contains("rows k, columns n, streams m, loops b, b in the array"));
}

TEST_F(Matching, Int32ResultsCannotBeTurned) {
  GemmProblem p = problemOf(32, 48, 64);
  p.output = GemmOutput::Int32;
  EXPECT_THAT(ways(product(p)),
              Contains(HasSubstr("a in the array, streamed operand turned, stationary operand turned: "
                                 "int32 results cannot be turned")));
}

TEST_F(Matching, ADotProductUsesRowsOnlyAndAnOuterProductNone) {
  EXPECT_THAT(ways(product(problemOf(1, 1, 64))), Contains("rows k, b in the array"));
  EXPECT_THAT(ways(product(problemOf(20, 30, 1))), Contains("columns n, streams m, b in the array"));
}

TEST_F(Matching, AMatrixTimesAVectorFillsTheArrayFromTheMatrix) {
  const MappingWay best = matched(product(problemOf(1, 64, 64))).front();
  EXPECT_FALSE(best.stationary_is_left);
  EXPECT_EQ(best.array_cycles, 16u);
}

TEST_F(Matching, AConvolutionHasItsChannelsOrAWindowsRowOnTheRows) {
  const std::vector<std::string> all = ways(convolutionExpression(image(28, 8, 32, 3), context));
  EXPECT_EQ(all.front(), "rows s c, columns k, streams y x, loops r, weights in the array");
  EXPECT_THAT(all, Contains("rows c, columns k, streams y x, loops r s, weights in the array"));
  EXPECT_THAT(
      all,
      Contains("rows r s c, columns k, streams y x, weights in the array: its rows are no dense run of in"));
}

TEST_F(Matching, DilationTearsAWindowsRowApart) {
  ConvProblem p = image(28, 8, 32, 3);
  p.dilation_w = 2;
  EXPECT_THAT(ways(convolutionExpression(p, context)),
              Not(Contains(testing::StartsWith("rows s c, columns k, streams y x, loops r, w"))));
}

TEST_F(Matching, AKernelAsWideAsTheImageIsOneDenseRun) {
  ConvProblem p = image(7, 8, 32, 7);
  p.pad_top = p.pad_bottom = p.pad_left = p.pad_right = 0;
  EXPECT_EQ(ways(convolutionExpression(p, context)).front(), "rows r s c, columns k, weights in the array");
}

TEST_F(Matching, PaddingTearsPixelsOfSeveralRowsApart) {
  ConvProblem p = image(8, 4, 16, 3);
  EXPECT_THAT(
      ways(convolutionExpression(p, context)),
      Not(Contains(testing::StartsWith("rows c, columns y x, streams k, loops r s, in in the array"))));
  p.kernel_height = p.kernel_width = 1;
  p.pad_top = p.pad_bottom = p.pad_left = p.pad_right = 0;
  EXPECT_THAT(
      ways(convolutionExpression(p, context)),
      Contains("rows c, columns y x, streams k, in in the array, stationary operand turned, result turned"));
}

TEST_F(Matching, DepthwiseChannelsLieOnADiagonal) {
  ConvProblem p = image(14, 1, 1, 3);
  p.groups = 32;
  const std::vector<std::string> all = ways(convolutionExpression(p, context));
  EXPECT_THAT(
      all,
      Contains(
          "rows g, columns g, streams y x, loops r s, weights in the array, zeros off the diagonal of g"));
  EXPECT_THAT(
      all, Contains("rows r s, streams y x, loops g, weights in the array: its rows are no dense run of in"));
}

TEST_F(Matching, GroupsAreLoopedOverOrMergedToABlockDiagonal) {
  ConvProblem p = image(14, 8, 8, 3);
  p.groups = 4;
  const std::vector<MappingWay> all = matched(convolutionExpression(p, context));
  const auto cyclesOf = [&](const std::string &text) {
    const IndexExpression e = convolutionExpression(p, context);
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const MappingWay &way) { return printWay(way, e) == text; });
    return found == all.end() ? 0 : found->array_cycles;
  };
  EXPECT_EQ(cyclesOf("rows c, columns k, streams y x, loops g r s, weights in the array"), 14u * 14 * 9 * 4);
  EXPECT_EQ(
      cyclesOf(
          "rows g c, columns g k, streams y x, loops r s, weights in the array, zeros off the diagonal of g"),
      14u * 14 * 9 * 2);
}

TEST_F(Matching, AnArraysShareIsItsUsefulMultiplyAccumulates) {
  const MappingWay way = matched(product(problemOf(10, 24, 16))).front(); // 24 columns in two tiles of 16
  EXPECT_EQ(way.array_cycles, 20u);
  EXPECT_DOUBLE_EQ(way.array_share, 0.75);
}

} // namespace
} // namespace lockstep
