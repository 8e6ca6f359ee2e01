// Layers one behind the other: legal, free of races, and each computes what it computes alone.
#include "tests/unit/gemm/GemmHarness.h"

#include "compiler/gemm/GemmLayer.h"
#include "compiler/gemm/LayerChain.h"
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

/// int8 matrices x0 = input, x1 = x0 w0, ...: products with random schedules.
struct ChainCase {
  std::vector<GemmProblem> problems;
  Program program;
};

constexpr uint64_t kConstants = uint64_t{1} << 30, kConstantsEnd = uint64_t{1} << 31; // weights lie up there

uint64_t addRegion(Program &program, const std::string &name, uint64_t bytes, RegionKind kind) {
  const bool isConstant = kind == RegionKind::Constant;
  uint64_t address = isConstant ? kConstants : 4096;
  for (const Region &region : program.regions)
    if ((region.address >= kConstants) == isConstant)
      address = (region.address + region.size_bytes + 63) / 64 * 64;
  program.regions.push_back({name, address, bytes, kind});
  program.symbols.push_back({name, address, "int8", {bytes}});
  return address;
}

GemmProblem nextProblem(Random &random, const GemmProblem *before, int64_t largest) {
  GemmProblem p = randomProblem(random, largest);
  p.a_type = p.b_type = GemmElement::Int8;
  p.a_zero_point = pick(random, -128, 127), p.b_zero_point = pick(random, -128, 127);
  p.output = GemmOutput::Int8;
  p.output_zero_point = pick(random, -128, 127);
  p.clamp_minimum = -128, p.clamp_maximum = 127;
  p.has_bias = p.per_column = false;
  p.shift = 38;
  if (before)
    p.m = before->m, p.k = before->n, p.a_transposed = false;
  return p;
}

Result<ChainCase> makeChain(Random &random, const Parameters &machine, size_t layers, bool early) {
  ChainCase chain;
  chain.program.parameters = machine;
  LayerChain code = early ? LayerChain(machine, kConstants, kConstantsEnd) : LayerChain();
  GemmAddresses addresses;
  for (size_t i = 0; i < layers; ++i) {
    const GemmProblem p =
        nextProblem(random, i == 0 ? nullptr : &chain.problems.back(), machine.array_rows * 4);
    const Result<GemmSchedule> schedule = randomSchedule(random, p, machine);
    if (!schedule)
      return schedule.error();
    chain.problems.push_back(p);
    addresses.a =
        i == 0 ? addRegion(chain.program, "x0", uint64_t(p.m * p.k), RegionKind::Input) : addresses.c;
    const std::string number = std::to_string(i);
    addresses.b = addRegion(chain.program, "w" + number, uint64_t(p.k * p.n), RegionKind::Constant);
    addresses.c =
        addRegion(chain.program, "x" + std::to_string(i + 1), uint64_t(p.m * p.n), RegionKind::Workspace);
    Result<std::vector<Instruction>> layer = emitGemmLayer(p, *schedule, addresses, machine);
    if (!layer)
      return layer.error();
    if (Result<LayerChain::Span> span = code.append(*layer); !span)
      return span.error();
  }
  const std::vector<Instruction> instructions = code.finish();
  for (const Instruction &instruction : instructions)
    chain.program.instructions.push_back(*encode(instruction));
  const uint64_t bytes = instructions.size() * kInstructionBytes;
  chain.program.program_address = addRegion(chain.program, "program", bytes, RegionKind::Program);
  return chain;
}

std::vector<int8_t> symbolBytes(const Program &program, const ExternalMemory &memory,
                                const std::string &name) {
  for (const Symbol &symbol : program.symbols)
    if (symbol.name == name) {
      const uint8_t *first = memory.find(symbol.address, symbol.shape[0]);
      return {first, first + symbol.shape[0]};
    }
  return {};
}

int64_t at(const std::vector<int8_t> &matrix, int64_t row, int64_t column, int64_t rows, int64_t columns,
           bool transposed) {
  return matrix[static_cast<size_t>(transposed ? column * rows + row : row * columns + column)];
}

/// One layer in plain mathematics.
std::vector<int8_t> layerResult(const GemmProblem &p, const std::vector<int8_t> &a,
                                const std::vector<int8_t> &b) {
  std::vector<int8_t> c;
  for (int64_t m = 0; m < p.m; ++m)
    for (int64_t n = 0; n < p.n; ++n) {
      int64_t sum = 0;
      for (int64_t k = 0; k < p.k; ++k)
        sum += (at(a, m, k, p.m, p.k, p.a_transposed) - p.a_zero_point) *
               (at(b, k, n, p.k, p.n, p.b_transposed) - p.b_zero_point);
      const int64_t scaled = (sum * p.multiplier + (int64_t{1} << (p.shift - 1))) >> p.shift;
      c.push_back(
          static_cast<int8_t>(std::clamp(scaled + p.output_zero_point, p.clamp_minimum, p.clamp_maximum)));
    }
  return c;
}

TEST(Chain, LoadsWeightsOfTheNextLayerBeforeTheBarrier) {
  const Parameters machine = *loadParameters("base");
  const auto loadsBeforeTheSecondLayersWait = [&](bool early) {
    GemmProblem p;
    p.m = p.n = p.k = 16;
    p.shift = 38;
    LayerChain code = early ? LayerChain(machine, kConstants, kConstantsEnd) : LayerChain();
    const GemmSchedule schedule = *scheduleGemmWith(false, p, machine);
    EXPECT_TRUE(bool(code.append(*emitGemmLayer(p, schedule, {4096, kConstants, 8192, 0, 0}, machine))));
    EXPECT_TRUE(
        bool(code.append(*emitGemmLayer(p, schedule, {8192, kConstants + 256, 12288, 0, 0}, machine))));
    int loads = 0;
    for (const Instruction &instruction : code.finish()) {
      if (unitOf(instruction) == Unit::Load && waitsOf(instruction).count > 0)
        break;
      loads += std::holds_alternative<LoadInstruction>(instruction);
    }
    return loads;
  };
  EXPECT_EQ(loadsBeforeTheSecondLayersWait(false), 2);
  EXPECT_EQ(loadsBeforeTheSecondLayersWait(true), 3);
}

class Chains : public testing::TestWithParam<size_t> {};

TEST_P(Chains, OfRandomSchedulesAreLegalAndGiveThePlainProducts) {
  const Parameters machine = machines()[GetParam()];
  Random random(77 + GetParam());
  int judged = 0;
  for (int round = 0; round < 60; ++round) {
    Result<ChainCase> chain = makeChain(random, machine, 2 + random() % 4, round % 2 == 0);
    if (!chain)
      continue;
    ++judged;
    const Result<CheckReport> report = checkProgram(chain->program);
    ASSERT_TRUE(bool(report)) << "round " << round << ": " << report.error().message;
    Result<ExternalMemory> memory = buildMemory(chain->program);
    ASSERT_TRUE(bool(memory));
    for (const Symbol &symbol : chain->program.symbols)
      if (symbol.name == "x0" || symbol.name[0] == 'w')
        for (uint64_t i = 0; i < symbol.shape[0]; ++i)
          memory->find(symbol.address, symbol.shape[0])[i] = static_cast<uint8_t>(random());
    ASSERT_TRUE(bool(Golden(machine).run(chain->program, *memory)));
    for (size_t i = 0; i < chain->problems.size(); ++i)
      ASSERT_EQ(symbolBytes(chain->program, *memory, "x" + std::to_string(i + 1)),
                layerResult(chain->problems[i], symbolBytes(chain->program, *memory, "x" + std::to_string(i)),
                            symbolBytes(chain->program, *memory, "w" + std::to_string(i))))
          << "round " << round << ", layer " << i << ": " << describe(chain->problems[i]);
  }
  EXPECT_GT(judged, 30);
}

INSTANTIATE_TEST_SUITE_P(OnEveryMachine, Chains, testing::Range<size_t>(0, machines().size()));

} // namespace
} // namespace lockstep::test
