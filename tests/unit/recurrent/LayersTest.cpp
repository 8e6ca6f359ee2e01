// Programs of recurrent layers are legal, free of races, short, and give the reference's bits on the golden executor.
#include "tests/unit/recurrent/RecurrentHarness.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

TEST(RecurrentLayers, AGruOfOneBlockHasTheReferencesBits) {
  RecurrentProblem p;
  p.hidden = 4, p.steps = 3, p.shift = usualShift(p);
  EXPECT_EQ(judge(makeLayer(p, 1), machines()[0]), "");
}

TEST(RecurrentLayers, AGruOfRaggedBlocksHasTheReferencesBits) {
  RecurrentProblem p;
  p.hidden = 37, p.batch = 3, p.steps = 4, p.shift = usualShift(p);
  EXPECT_EQ(judge(makeLayer(p, 1), machines()[2]), "");
}

class RandomRecurrentLayers : public testing::TestWithParam<size_t> {};

TEST_P(RandomRecurrentLayers, HaveTheReferencesBits) {
  const Parameters machine = machines()[GetParam()];
  Random random(700 + GetParam());
  for (int round = 0; round < 40; ++round) {
    const RecurrentProblem p = randomLayer(random, machine, machine.name == "base" ? 3 : 6, 5, 5);
    const auto kind = round % 4 == 3 ? RecurrentValueKind::Extreme : RecurrentValueKind::Usual;
    const std::string wrong = judge(makeLayer(p, uint64_t(round), kind), machine);
    if (wrong.rfind("no schedule", 0) != 0)
      EXPECT_EQ(wrong, "") << describe(p) << " on " << machine.name << ", round " << round;
    else
      std::cout << describe(p) << " on " << machine.name << ": " << wrong << "\n";
  }
}

INSTANTIATE_TEST_SUITE_P(OnMachines, RandomRecurrentLayers, testing::Range<size_t>(0, 7));

} // namespace
} // namespace lockstep::test
