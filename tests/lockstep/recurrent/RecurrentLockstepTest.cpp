// Random recurrent layers: SystemC, RTL and golden agree in every event, cycle, counter and byte, and the
// bytes are those of the integer reference. A layer that fails is printed as a command that shows it again.
// Longer: `lockstep recurrent --random COUNT --seed SEED --hw NAME --engine lockstep`.
#include "tests/lockstep/common/EnginePair.h"
#include "tests/lockstep/common/OddMachines.h"
#include "workloads/driver/recurrent/RandomRecurrent.h"
#include "workloads/driver/recurrent/RecurrentProgram.h"

#include <fstream>
#include <gtest/gtest.h>

using namespace lockstep;

namespace {

struct Machine {
  Parameters parameters;
  std::string options; // of the command that shows a layer again
};

Machine named(const std::string &name, const std::string &parameter = "", const std::string &value = "") {
  const bool changed = !parameter.empty();
  auto parameters = changed ? loadParameters(name, {{parameter, value}}) : loadParameters(name, {});
  EXPECT_TRUE(bool(parameters));
  return {*parameters, "--hw " + name + (changed ? " --set " + parameter + "=" + value : "")};
}

/// Without a name: its configuration is left in a file.
Machine odd(int64_t rows, int64_t columns) {
  const Parameters parameters = oddMachine(rows, columns);
  const std::string file = testing::TempDir() + "recurrent_" + parameters.name + ".yaml";
  std::ofstream(file) << printParameters(parameters);
  return {parameters, "--hw " + file};
}

/// Empty, or what differs.
std::string compareOne(EnginePair &pair, const RecurrentSpec &spec, bool wholeLayer,
                       const Parameters &parameters) {
  auto code = compileRecurrent(spec, wholeLayer, parameters);
  if (!code)
    return code.error().message;
  auto memory = buildMemory(code->program);
  if (!memory)
    return memory.error().message;
  RecurrentData data = drawRecurrent(spec);
  if (!wholeLayer)
    drawProjections(spec, data);
  fillMemory(*code, data, *memory);
  if (std::string difference = differenceOf(pair.compare(code->program, *memory)); !difference.empty())
    return difference;
  RecurrentInputs inputs = data.values.inputs();
  if (wholeLayer) {
    if (std::string difference = projectionDifference(*code, *memory); !difference.empty())
      return difference;
    inputs.x = projectionsIn(*code, *memory);
  }
  return outputDifference(*code, recurrentReference(code->problem, data.constants, inputs, true), *memory);
}

/// Every fourth layer is a whole one, with the projection of its input.
void compareRandom(const Machine &machine, uint64_t firstSeed, uint64_t count) {
  auto pair = EnginePair::make(machine.parameters);
  ASSERT_TRUE(bool(pair)) << pair.error().message;
  for (uint64_t seed = firstSeed; seed < firstSeed + count; ++seed) {
    const RecurrentSpec spec = randomRecurrent(seed, machine.parameters);
    const bool wholeLayer = seed % 4 == 0;
    ASSERT_EQ(compareOne(*pair, spec, wholeLayer, machine.parameters), "")
        << "lockstep recurrent " << commandOf(spec) << " --engine lockstep --part "
        << (wholeLayer ? "layer " : "recurrent ") << machine.options;
  }
}

TEST(RecurrentLockstep, HoldsOnTiny) { compareRandom(named("tiny"), 1000, 70); }
TEST(RecurrentLockstep, HoldsOnTinyWithALatencyOf100) {
  compareRandom(named("tiny", "memory.latency_cycles", "100"), 2000, 20);
}
TEST(RecurrentLockstep, HoldsOnTinyWithDram) {
  compareRandom(named("tiny", "memory.model", "dram"), 3000, 15);
}
TEST(RecurrentLockstep, HoldsOnSmall) { compareRandom(named("small"), 4000, 45); }
TEST(RecurrentLockstep, HoldsOnBase) { compareRandom(named("base"), 5000, 20); }
TEST(RecurrentLockstep, HoldsOnThreeByFive) { compareRandom(odd(3, 5), 6000, 15); }
TEST(RecurrentLockstep, HoldsOnThirtyTwoByEight) { compareRandom(odd(32, 8), 7000, 15); }

} // namespace
