// Random convolutions by every mapping: SystemC, RTL and golden agree in every event, cycle, counter and
// byte, and the bytes are those of plain loops.
#include "tests/lockstep/common/EnginePair.h"
#include "tests/unit/conv/ConvHarness.h"

#include <cmath>
#include <cstring>
#include <functional>
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

/// Within 2 %, on `fixed` memory with a port so wide that fetches are little of what it carries.
bool isPredicted(const ConvSchedule &schedule, const LockstepReport &report, const Parameters &parameters) {
  if (parameters.memory_model != MemoryModelKind::Fixed || parameters.memory_read_bytes_per_cycle < 8)
    return true;
  const auto predicted = static_cast<double>(schedule.predicted_cycles);
  const auto cycles = static_cast<double>(report.first.total_cycles);
  return std::abs(predicted - cycles) <= 20 + 0.02 * cycles;
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
  const Result<LockstepReport> report = pair.compare(*program, *memory);
  if (std::string difference = differenceOf(report); !difference.empty())
    return difference;
  if (!isPredicted(schedule, *report, parameters))
    return "predicted are " + std::to_string(schedule.predicted_cycles) + " cycles instead of " +
           std::to_string(report->first.total_cycles);
  const std::vector<uint8_t> wanted = expectedConv(problem, inputs, 0);
  const uint8_t *got = symbolBytes(*program, *memory, "output", wanted.size());
  return got && std::memcmp(got, wanted.data(), wanted.size()) == 0
             ? ""
             : "the bytes are not those of plain loops";
}

using Make = std::function<ConvProblem(Random &)>;

void compareMany(const Parameters &parameters, const Make &make, int count, uint64_t seed) {
  auto pair = EnginePair::make(parameters);
  ASSERT_TRUE(bool(pair)) << pair.error().message;
  Random random(seed);
  for (int i = 0; i < count; ++i) {
    const ConvProblem problem = make(random);
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

void compareRandom(const Parameters &parameters, int64_t channels, int count, uint64_t seed) {
  compareMany(
      parameters, [&](Random &random) { return randomConv(random, channels); }, count, seed);
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

TEST(ConvLockstep, HoldsForDepthwiseLayersOnTiny) {
  compareMany(
      named("tiny"), [](Random &random) { return randomDepthwise(random, 9); }, 30, 6);
}
TEST(ConvLockstep, HoldsForDepthwiseLayersOnBase) {
  compareMany(
      named("base"), [](Random &random) { return randomDepthwise(random, 40); }, 15, 7);
}
TEST(ConvLockstep, HoldsForFirstLayersOnTiny) {
  compareMany(
      named("tiny"), [](Random &random) { return randomFirstLayer(random); }, 30, 8);
}
TEST(ConvLockstep, HoldsForFirstLayersOnBase) {
  compareMany(
      named("base"), [](Random &random) { return randomFirstLayer(random); }, 15, 9);
}

} // namespace
