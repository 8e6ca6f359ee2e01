// Random convolutions by every mapping: SystemC, RTL and golden agree in every event, cycle, counter and
// byte, and the bytes are those of plain loops.
#include "tests/lockstep/common/EnginePair.h"
#include "tests/unit/conv/ConvHarness.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace lockstep;
using namespace lockstep::test;

namespace {

Parameters named(const std::string &name,
                 const std::vector<std::pair<std::string, std::string>> &changes = {}) {
  auto parameters = loadParameters(name, changes);
  EXPECT_TRUE(bool(parameters));
  return *parameters;
}

/// Empty, or what differs.
std::string compareOne(EnginePair &pair, Random &random, const ConvProblem &problem,
                       const ConvSchedule &schedule, const Parameters &parameters) {
  const Result<Program> program = emitConvProgram(problem, schedule, parameters);
  if (!program)
    return program.error().message;
  Result<ExternalMemory> memory = buildMemory(*program);
  if (!memory)
    return memory.error().message;
  const ConvInputs inputs = randomInputs(random, problem);
  if (std::string wrong = fillMemory(problem, schedule, inputs, *program, *memory); !wrong.empty())
    return wrong;
  if (std::string difference = differenceOf(pair.compare(*program, *memory)); !difference.empty())
    return difference;
  const std::vector<uint8_t> wanted = expectedConv(problem, inputs, 0);
  const uint8_t *got = symbolBytes(*program, *memory, "output", wanted.size());
  return got && std::memcmp(got, wanted.data(), wanted.size()) == 0
             ? ""
             : "the bytes are not those of plain loops";
}

void compareRandom(const Parameters &parameters, int64_t channels, int count, uint64_t seed) {
  auto pair = EnginePair::make(parameters);
  ASSERT_TRUE(bool(pair)) << pair.error().message;
  Random random(seed);
  for (int i = 0; i < count; ++i) {
    const ConvProblem problem = randomConv(random, channels);
    const auto alternatives = convAlternatives(problem, parameters);
    ASSERT_TRUE(bool(alternatives)) << describe(problem);
    for (const ConvAlternative &alternative : *alternatives) {
      if (!alternative.schedule)
        continue;
      ASSERT_EQ(compareOne(*pair, random, problem, *alternative.schedule, parameters), "")
          << alternative.mapping << ": " << describe(problem);
    }
  }
}

TEST(ConvLockstep, HoldsOnTiny) { compareRandom(named("tiny"), 9, 150, 1); }
TEST(ConvLockstep, HoldsOnTinyWithALatencyOf100) {
  compareRandom(named("tiny", {{"memory.latency_cycles", "100"}}), 9, 60, 2);
}
TEST(ConvLockstep, HoldsOnTinyWithDram) {
  compareRandom(named("tiny", {{"memory.model", "dram"}}), 9, 60, 3);
}
TEST(ConvLockstep, HoldsOnSmall) { compareRandom(named("small"), 17, 60, 4); }
TEST(ConvLockstep, HoldsOnBase) { compareRandom(named("base"), 33, 40, 5); }

} // namespace
