// Does the CPU's reference agree with plain loops, and does it see a single wrong byte?
#include "workloads/reference/ConvReference.h"
#include "tests/unit/conv/ConvHarness.h"

#include <gtest/gtest.h>

using namespace lockstep;
using namespace lockstep::test;

namespace {

ConvOperands operandsOf(const ConvInputs &inputs) {
  return {reinterpret_cast<const uint8_t *>(inputs.input.data()),
          reinterpret_cast<const uint8_t *>(inputs.weights.data()), inputs.bias.data(),
          inputs.multiplier.data(), inputs.shift.data()};
}

TEST(ConvReference, AgreesWithPlainLoopsAndSeesEveryWrongByte) {
  Random random(31);
  for (int i = 0; i < 60; ++i) {
    ConvProblem problem = randomConv(random, 12);
    problem.output_pixel_stride = 0; // so that all bytes count
    const ConvInputs inputs = randomInputs(random, problem);
    std::vector<uint8_t> output = expectedConv(problem, inputs, 0);
    const ConvComparison equal = compareConv(problem, operandsOf(inputs), output.data());
    ASSERT_TRUE(equal.equal) << describe(problem) << ": " << equal.difference;
    EXPECT_GT(equal.plain_pixels_checked, 0u);
    const auto at = static_cast<size_t>(pick(random, 0, static_cast<int64_t>(output.size()) - 1));
    output[at] ^= 1;
    const ConvComparison wrong = compareConv(problem, operandsOf(inputs), output.data());
    EXPECT_FALSE(wrong.equal) << describe(problem) << ", byte " << at;
    EXPECT_NE(wrong.difference.find("image "), std::string::npos) << wrong.difference;
  }
}

TEST(ConvReference, NamesThePixel) {
  ConvProblem problem;
  problem.in_height = 3, problem.in_width = 4, problem.output = GemmOutput::Int32;
  Random random(1);
  const ConvInputs inputs = randomInputs(random, problem);
  std::vector<uint8_t> output = expectedConv(problem, inputs, 0);
  output[4 * 6] ^= 1; // y 1, x 2
  EXPECT_EQ(compareConv(problem, operandsOf(inputs), output.data()).difference.substr(0, 25),
            "image 0, y 1, x 2, group ");
}

} // namespace
