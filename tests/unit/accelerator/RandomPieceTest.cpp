// Random pieces: legal, free of races, and golden gives the host's bits.
#include "tests/unit/accelerator/PieceHarness.h"
#include "tests/unit/accelerator/RandomFunction.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

class RandomPieces : public testing::TestWithParam<const char *> {};

TEST_P(RandomPieces, GiveTheHostsBits) {
  const Parameters machine = *loadParameters(GetParam());
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const std::string text = randomFunction(seed, machine.array_rows);
    ASSERT_EQ(judgePiece(text, machine, seed), "") << "seed " << seed << "\n" << text;
  }
}

INSTANTIATE_TEST_SUITE_P(On, RandomPieces, testing::Values("tiny", "small", "base"),
                         [](const auto &info) { return std::string(info.param); });

} // namespace
} // namespace lockstep::test
