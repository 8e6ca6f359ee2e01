// Recurrent layers one behind the other in one program: legal, free of races, and each has the reference's
// bits.
#include "tests/unit/recurrent/RecurrentHarness.h"

#include "compiler/gemm/LayerChain.h"
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

constexpr uint64_t kConstants = uint64_t{1} << 36, kFurther = uint64_t{1} << 28; // from layer to layer

/// A layer's own program, moved to addresses of its own: constants up there, all else below.
void relocate(Program &program, uint64_t number) {
  const auto moved = [&](uint64_t address) {
    uint64_t base = number * kFurther;
    for (const Region &region : program.regions)
      if (region.kind == RegionKind::Constant && address >= region.address &&
          address < region.address + region.size_bytes)
        base += kConstants;
    return base + address;
  };
  for (Symbol &symbol : program.symbols)
    symbol.address = moved(symbol.address);
  for (DataBlock &block : program.data)
    block.address = moved(block.address);
  std::vector<Region> regions = program.regions;
  for (Region &region : regions) {
    region.address = moved(region.address);
    region.name += std::to_string(number);
  }
  program.regions = std::move(regions);
}

RecurrentAddresses addressesOf(const Program &program) {
  RecurrentAddresses a;
  const std::pair<const char *, uint64_t *> places[] = {{"x", &a.x},
                                                        {"y", &a.y},
                                                        {"y_h", &a.y_h},
                                                        {"y_c", &a.y_c},
                                                        {"initial_h", &a.initial_h},
                                                        {"initial_c", &a.initial_c},
                                                        {"mask", &a.mask},
                                                        {"constants", &a.constants}};
  for (const Symbol &symbol : program.symbols)
    for (const auto &[name, place] : places)
      if (symbol.name == name)
        *place = symbol.address;
  return a;
}

struct ChainedLayers {
  std::vector<Layer> layers;
  std::vector<Program> own; // each with its symbols
  Program program;
};

/// A layer in front of the layer, whose store reads the whole scratchpad up to the very end.
Status appendCopy(const Parameters &machine, uint64_t number, LayerChain &code, Program &program) {
  const auto bytes = uint64_t(machine.scratchpad_size_bytes), from = number * kFurther + kFurther / 2;
  const std::string name = "copy" + std::to_string(number);
  program.regions.push_back({name + "from", from, bytes, RegionKind::Input});
  program.regions.push_back({name + "to", from + kFurther / 4, bytes, RegionKind::Output});
  LoadInstruction load;
  load.external_address = from;
  load.row_bytes = bytes;
  load.chunk_bytes = uint64_t(machine.vectorBytes());
  load.chunk_stride = 1;
  load.count_0 = load.count_1 = load.count_2 = 1;
  load.post_0 = 1;
  StoreInstruction store;
  store.external_address = from + kFurther / 4;
  store.row_bytes = bytes;
  store.chunk_bytes = load.chunk_bytes;
  store.chunk_stride = 1;
  store.count_0 = store.count_1 = store.count_2 = 1;
  store.wait_0 = 1;
  const auto span = code.append({load, store});
  return span ? Status() : span.error();
}

/// `early`: the chain may move layers apart and begin them before the one in front has ended.
Result<ChainedLayers> chainOf(Random &random, const Parameters &machine, int count, bool early) {
  ChainedLayers chain;
  chain.program.parameters = machine;
  LayerChain code = early ? LayerChain(machine, kConstants, 2 * kConstants) : LayerChain();
  for (int i = 0; i < count; ++i) {
    if (Status status = appendCopy(machine, uint64_t(i), code, chain.program); !status)
      return status.error();
    const Layer layer = makeLayer(randomLayer(random, machine, 4, 4, 3), random());
    const auto schedule = scheduleRecurrent(layer.problem, machine);
    if (!schedule)
      return schedule.error();
    Program own = *emitRecurrentProgram(layer.problem, **schedule, machine);
    fill(own, layer, **schedule);
    relocate(own, uint64_t(i));
    if (const auto span = code.append(*emitRecurrent(layer.problem, **schedule, addressesOf(own), machine));
        !span)
      return span.error();
    chain.program.regions.insert(chain.program.regions.end(), own.regions.begin(), own.regions.end());
    chain.program.data.insert(chain.program.data.end(), own.data.begin(), own.data.end());
    chain.layers.push_back(layer);
    chain.own.push_back(std::move(own));
  }
  const std::vector<Instruction> list = code.finish();
  for (const Instruction &instruction : list)
    chain.program.instructions.push_back(*encode(instruction));
  chain.program.program_address = 8 * kConstants;
  chain.program.regions.push_back(
      {"program", 8 * kConstants, list.size() * kInstructionBytes, RegionKind::Program});
  return chain;
}

class RecurrentChains : public testing::TestWithParam<size_t> {};

TEST_P(RecurrentChains, AreLegalAndEachLayerHasTheReferencesBits) {
  const Parameters machine = machines()[GetParam()];
  Random random(60 + GetParam());
  int judged = 0;
  for (int round = 0; round < 12; ++round) {
    const Result<ChainedLayers> chain = chainOf(random, machine, 3, round % 2 == 0);
    if (!chain)
      continue;
    const auto report = checkProgram(chain->program);
    ASSERT_TRUE(report) << report.error().message << ", round " << round;
    Result<ExternalMemory> memory = buildMemory(chain->program);
    ASSERT_TRUE(memory) << memory.error().message;
    Golden golden(machine);
    ASSERT_TRUE(golden.run(chain->program, *memory));
    for (size_t i = 0; i < chain->layers.size(); ++i)
      EXPECT_EQ(differenceOf(chain->own[i], *memory, chain->layers[i]), "")
          << describe(chain->layers[i].problem) << ", layer " << i << " of round " << round;
    ++judged;
  }
  EXPECT_GE(judged, 6);
}

INSTANTIATE_TEST_SUITE_P(OnMachines, RecurrentChains, testing::Range<size_t>(0, machines().size()));

} // namespace
} // namespace lockstep::test
