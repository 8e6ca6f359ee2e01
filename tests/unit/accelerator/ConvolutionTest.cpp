// Convolutions in pieces: golden gives the host's bits.
#include "tests/unit/accelerator/FunctionText.h"
#include "tests/unit/accelerator/PieceHarness.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

Parameters named(const std::string &name) { return *loadParameters(name); }

class Convolutions : public testing::TestWithParam<const char *> {};

TEST_P(Convolutions, OfAFirstLayerWithStrideAndPaddingGiveTheHostsBits) {
  FunctionText f(1);
  const TextValue x = f.argument({1, 15, 17, 3});
  const TextValue y = f.rescaleAtRandom(f.conv2d(x, 10, 7, 7, {{3, 3, 3, 3}, {2, 2}, {1, 1}}, 5), 147, true);
  EXPECT_EQ(judgePiece(f.returning({f.clamp(y, -7, 127)}), named(GetParam()), 1), "");
}

TEST_P(Convolutions, DepthwiseGiveTheHostsBits) {
  FunctionText f(2);
  const TextValue x = f.argument({2, 9, 8, 11});
  const TextValue y = f.rescaleAtRandom(f.depthwise(x, 1, 3, 3, {{1, 1, 1, 1}, {1, 1}, {1, 1}}, -4), 9, true);
  EXPECT_EQ(judgePiece(f.returning({y}), named(GetParam()), 2), "");
}

TEST_P(Convolutions, DepthwiseWithSeveralOutputsAChannelGiveTheHostsBits) {
  FunctionText f(3);
  const TextValue x = f.argument({1, 6, 7, 5});
  const TextValue y = f.rescaleAtRandom(f.depthwise(x, 3, 3, 2, {{0, 1, 1, 0}, {2, 1}, {1, 1}}, 9), 6, false);
  EXPECT_EQ(judgePiece(f.returning({y}), named(GetParam()), 3), "");
}

TEST_P(Convolutions, OfASmallNetworkGiveTheHostsBits) {
  FunctionText f(4);
  const TextValue x = f.argument({1, 8, 8, 1});
  const WindowText same{{1, 1, 1, 1}, {1, 1}, {1, 1}}, halving{{1, 1, 1, 1}, {2, 2}, {1, 1}};
  TextValue h = f.clamp(f.rescaleAtRandom(f.conv2d(x, 8, 3, 3, same, -128), 9, true), 0, 127);
  h = f.clamp(f.rescaleAtRandom(f.depthwise(h, 1, 3, 3, halving, 3), 9, true), 0, 127);
  h = f.rescaleAtRandom(f.conv2d(h, 12, 1, 1, {}, 3), 8, true);
  const TextValue flat = f.reshape(h, {1, 4 * 4 * 12});
  EXPECT_EQ(judgePiece(f.returning({f.fullyConnected(flat, 10, -5)}), named(GetParam()), 4), "");
}

/// `groups` slices of the channels, a convolution each, a concat. Zero points of all results are equal.
std::string groupedConvolution(uint64_t seed, int64_t groups, bool perChannel) {
  FunctionText f(seed);
  const TextValue x = f.argument({1, 6, 5, 4 * groups});
  std::vector<TextValue> parts;
  for (int64_t g = 0; g < groups; ++g) {
    const TextValue part = f.slice(x, {0, 0, 0, 4 * g}, {1, 6, 5, 4});
    RescaleText scale{{}, {}, 7};
    for (int64_t i = 0; i < (perChannel ? 3 : 1); ++i) {
      scale.multipliers.push_back(f.pick(1 << 30, 2147483647));
      scale.shifts.push_back(f.pick(38, 39));
    }
    parts.push_back(
        f.clamp(f.rescale(f.conv2d(part, 3, 3, 3, {{1, 1, 1, 1}, {1, 1}, {1, 1}}, 5), scale), -100, 100));
  }
  return f.returning({f.concat(parts, 3)});
}

TEST_P(Convolutions, BetweenSlicesAndAConcatAreOneLayerWithGroups) {
  for (int64_t groups : {2, 5})
    for (bool perChannel : {false, true}) {
      const std::string text = groupedConvolution(7, groups, perChannel);
      EXPECT_EQ(judgePiece(text, named(GetParam()), 7), "") << groups << " groups";
      ParsedModule parsed(text);
      const auto piece = compileAcceleratorPiece(parsed.main(), named(GetParam()));
      ASSERT_TRUE(bool(piece));
      EXPECT_EQ(piece->layers.size(), 1u);
    }
}

TEST_P(Convolutions, WithoutRescaleGiveInt32Sums) {
  FunctionText f(5);
  const TextValue x = f.argument({1, 5, 6, 7});
  EXPECT_EQ(judgePiece(f.returning({f.conv2d(x, 9, 2, 3, {{0, 0, 1, 1}, {1, 1}, {2, 1}}, 1)}),
                       named(GetParam()), 5),
            "");
}

INSTANTIATE_TEST_SUITE_P(On, Convolutions, testing::Values("tiny", "small", "base"),
                         [](const auto &info) { return std::string(info.param); });

} // namespace
} // namespace lockstep::test
