// Matrix products in pieces: golden gives the host's bits.
#include "tests/unit/accelerator/FunctionText.h"
#include "tests/unit/accelerator/PieceHarness.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

Parameters named(const std::string &name) { return *loadParameters(name); }

class Products : public testing::TestWithParam<const char *> {};

TEST_P(Products, WithPerChannelRescaleAndClampGiveTheHostsBits) {
  FunctionText f(1);
  const TextValue x = f.argument({1, 9, 21}), w = f.constant({1, 21, 13});
  const TextValue sum = f.add(f.matmul(x, w, -3, 5), f.constant({1, 1, 13}, "i32"));
  const TextValue y = f.clamp(f.rescaleAtRandom(sum, 21, true), -100, 90);
  EXPECT_EQ(judgePiece(f.returning({y}), named(GetParam()), 1), "");
}

TEST_P(Products, WithoutRescaleGiveInt32Sums) {
  FunctionText f(2);
  const TextValue x = f.argument({1, 5, 12});
  EXPECT_EQ(judgePiece(f.returning({f.matmul(x, f.constant({1, 12, 7}), 11, 0)}), named(GetParam()), 2), "");
}

TEST_P(Products, OfTwoInputsInABatchGiveTheHostsBits) {
  FunctionText f(3);
  const TextValue a = f.argument({3, 6, 10}), b = f.argument({3, 10, 5});
  const TextValue y = f.rescaleAtRandom(f.matmul(a, b, 1, -2), 10, false);
  EXPECT_EQ(judgePiece(f.returning({y}), named(GetParam()), 3), "");
}

TEST_P(Products, InABatchShareBiasAndScales) {
  FunctionText f(7);
  const TextValue a = f.argument({4, 7, 20}), b = f.argument({4, 20, 19});
  const TextValue sum = f.add(f.constant({1, 1, 19}, "i32"), f.matmul(a, b, 1, -2));
  EXPECT_EQ(judgePiece(f.returning({f.rescaleAtRandom(sum, 20, true)}), named(GetParam()), 7), "");
}

TEST_P(Products, TakeTransposedOperandsAsTheyAreStored) {
  FunctionText f(4);
  const TextValue a = f.argument({2, 10, 6}), b = f.argument({2, 5, 10});
  const TextValue product = f.matmul(f.transpose(a, {0, 2, 1}), f.transpose(b, {0, 2, 1}), 1, -2);
  EXPECT_EQ(judgePiece(f.returning({f.rescaleAtRandom(product, 10, false)}), named(GetParam()), 4), "");
}

TEST_P(Products, InAChainWithReshapesAndTwoResultsGiveTheHostsBits) {
  FunctionText f(5);
  const TextValue x = f.argument({4, 30});
  const TextValue h = f.clamp(f.rescaleAtRandom(f.fullyConnected(x, 24, 4), 30, true), 0, 127);
  const TextValue z = f.rescaleAtRandom(f.fullyConnected(h, 10, 0), 24, false);
  const TextValue wide = f.reshape(h, {1, 8, 12});
  const TextValue q = f.matmul(wide, f.constant({1, 12, 6}), 0, 0);
  EXPECT_EQ(judgePiece(f.returning({z, q, h, h}), named(GetParam()), 5), "");
}

TEST_P(Products, OfASingleRowGiveTheHostsBits) {
  FunctionText f(6);
  const TextValue x = f.argument({1, 64});
  const TextValue h = f.rescaleAtRandom(f.fullyConnected(x, 33, 4), 64, true);
  EXPECT_EQ(judgePiece(f.returning({f.fullyConnected(h, 10, 0)}), named(GetParam()), 6), "");
}

INSTANTIATE_TEST_SUITE_P(On, Products, testing::Values("tiny", "small", "base"),
                         [](const auto &info) { return std::string(info.param); });

} // namespace
} // namespace lockstep::test
