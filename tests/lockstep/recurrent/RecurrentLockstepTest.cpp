// Random recurrent layers: SystemC, RTL and golden agree in every event, cycle, counter and byte, and the
// bytes are those of the integer reference. A layer that fails is printed as a command that shows it again.
// Longer: `lockstep recurrent --random COUNT --seed SEED --hw NAME --engine lockstep`.
#include "tests/lockstep/common/EnginePair.h"
#include "workloads/driver/RandomRecurrent.h"
#include "workloads/driver/RecurrentProgram.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

struct Machine {
  std::string name;
  Settings settings;
};

std::string commandOf(const Machine &machine, const RecurrentSpec &spec, bool wholeLayer) {
  std::string text = "lockstep recurrent " + commandOf(spec) + " --engine lockstep --part " +
                     (wholeLayer ? "layer" : "recurrent") + " --hw " + machine.name;
  for (const auto &[name, value] : machine.settings)
    text += " --set " + name + "=" + value;
  return text;
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
  const auto parameters = loadParameters(machine.name, machine.settings);
  ASSERT_TRUE(bool(parameters)) << parameters.error().message;
  auto pair = EnginePair::make(*parameters);
  ASSERT_TRUE(bool(pair)) << pair.error().message;
  for (uint64_t seed = firstSeed; seed < firstSeed + count; ++seed) {
    const RecurrentSpec spec = randomRecurrent(seed, *parameters);
    const bool wholeLayer = seed % 4 == 0;
    ASSERT_EQ(compareOne(*pair, spec, wholeLayer, *parameters), "") << commandOf(machine, spec, wholeLayer);
  }
}

TEST(RecurrentLockstep, HoldsOnTiny) { compareRandom({"tiny", {}}, 1000, 70); }
TEST(RecurrentLockstep, HoldsOnTinyWithALatencyOf100) {
  compareRandom({"tiny", {{"memory.latency_cycles", "100"}}}, 2000, 20);
}
TEST(RecurrentLockstep, HoldsOnTinyWithDram) {
  compareRandom({"tiny", {{"memory.model", "dram"}}}, 3000, 15);
}
TEST(RecurrentLockstep, HoldsOnSmall) { compareRandom({"small", {}}, 4000, 45); }
TEST(RecurrentLockstep, HoldsOnBase) { compareRandom({"base", {}}, 5000, 20); }
TEST(RecurrentLockstep, HoldsOnThreeByFive) {
  compareRandom({"tiny",
                 {{"array.rows", "3"},
                  {"array.columns", "5"},
                  {"array.weight_load_bytes_per_cycle", "5"},
                  {"vector.lanes", "5"},
                  {"scratchpad.size_bytes", "10240"},
                  {"accumulator.size_bytes", "10240"}}},
                6000, 15);
}
TEST(RecurrentLockstep, HoldsOnThirtyTwoByEight) {
  compareRandom({"small",
                 {{"array.rows", "32"},
                  {"array.weight_load_bytes_per_cycle", "32"},
                  {"scratchpad.size_bytes", "131072"}}},
                7000, 15);
}

} // namespace
