// Scheduled GEMMs: SystemC, RTL and golden agree in every event, cycle, counter and byte.
#include "tests/lockstep/common/EnginePair.h"
#include "tests/lockstep/common/GemmRun.h"
#include "tests/lockstep/common/OddMachines.h"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>

using namespace lockstep;

namespace {

Parameters named(const std::string &name,
                 const std::vector<std::pair<std::string, std::string>> &changes = {}) {
  auto parameters = loadParameters(name, changes);
  EXPECT_TRUE(bool(parameters));
  return *parameters;
}

GemmProblem problemOf(int64_t m, int64_t n, int64_t k) {
  GemmProblem problem;
  problem.m = m, problem.n = n, problem.k = k;
  problem.shift = 38;
  return problem;
}

/// Shapes with edges, and between them every option of a GEMM.
std::vector<GemmProblem> problems() {
  std::vector<GemmProblem> list = {problemOf(16, 16, 16), problemOf(1, 1, 1),  problemOf(33, 17, 50),
                                   problemOf(5, 70, 129), problemOf(64, 3, 7), problemOf(20, 37, 33)};
  list[0].output = GemmOutput::Int32;
  list[2].a_transposed = true;
  list[2].has_bias = list[2].per_column = true;
  list[3].b_transposed = true;
  list[3].a_type = GemmElement::Uint8;
  list[3].a_zero_point = 131;
  list[3].has_bias = true;
  list[4].a_transposed = list[4].b_transposed = true;
  list[4].b_zero_point = -77;
  list[4].output = GemmOutput::Uint8;
  list[4].output_zero_point = 120, list[4].clamp_minimum = 3, list[4].clamp_maximum = 250;
  list[5].b_transposed = true;
  list[5].output = GemmOutput::Int16;
  list[5].has_bias = list[5].per_column = true;
  return list;
}

std::string text(const GemmProblem &problem) {
  return std::to_string(problem.m) + " x " + std::to_string(problem.n) + " x " + std::to_string(problem.k);
}

void compareAll(const Parameters &parameters, const RtlVariant &variant = EnginePair::testVariant()) {
  auto pair = EnginePair::make(parameters, variant);
  ASSERT_TRUE(bool(pair)) << pair.error().message;
  uint64_t seed = 1;
  for (const GemmProblem &problem : problems()) {
    auto program = gemmProgram(problem, parameters);
    ASSERT_TRUE(bool(program)) << text(problem) << ": " << program.error().message;
    auto memory = gemmMemory(*program, seed++);
    EXPECT_EQ(differenceOf(pair->compare(*program, *memory)), "") << text(problem);
  }
}

TEST(GemmLockstep, HoldsOnTiny) { compareAll(named("tiny")); }
TEST(GemmLockstep, HoldsOnSmall) { compareAll(named("small")); }
TEST(GemmLockstep, HoldsOnBase) { compareAll(named("base")); }
TEST(GemmLockstep, HoldsOnLarge) { compareAll(named("large")); }
TEST(GemmLockstep, HoldsOnTinyWithDram) { compareAll(named("tiny", {{"memory.model", "dram"}})); }
TEST(GemmLockstep, HoldsOnTinyWithALatencyOf100) {
  compareAll(named("tiny", {{"memory.latency_cycles", "100"}}));
}
TEST(GemmLockstep, HoldsOnTinyWithALatencyOf1) {
  compareAll(named("tiny", {{"memory.latency_cycles", "1"}}));
}
TEST(GemmLockstep, HoldsOnAnArrayOf3x5) { compareAll(oddMachine(3, 5)); }
TEST(GemmLockstep, HoldsOnAnArrayOf4x16) { compareAll(oddMachine(4, 16)); }
TEST(GemmLockstep, HoldsOnAnArrayOf32x8) { compareAll(oddMachine(32, 8)); }

TEST(GemmLockstep, KeepsBitsUnderRandomAxiStalls) {
  const Parameters parameters = named("tiny");
  auto pair = EnginePair::make(parameters);
  ASSERT_TRUE(bool(pair)) << pair.error().message;
  for (uint64_t seed = 1; seed <= 20; ++seed)
    for (const GemmProblem &problem : problems()) {
      auto program = gemmProgram(problem, parameters);
      auto model_memory = gemmMemory(*program, seed), rtl_memory = gemmMemory(*program, seed);
      RunOptions options;
      auto expected = pair->systemc().run(*program, *model_memory, options);
      options.stress_seed = seed;
      auto stressed = pair->rtl().run(*program, *rtl_memory, options);
      ASSERT_TRUE(expected && stressed) << text(problem) << ", seed " << seed;
      EXPECT_GT(stressed->total_cycles, expected->total_cycles);
      const Symbol &c = *std::find_if(program->symbols.begin(), program->symbols.end(),
                                      [](const Symbol &symbol) { return symbol.name == "c"; });
      const uint64_t size = uint64_t(problem.m * problem.n * elementBytes(problem.output));
      EXPECT_EQ(memcmp(model_memory->find(c.address, size), rtl_memory->find(c.address, size), size), 0)
          << text(problem) << ", seed " << seed;
    }
}

} // namespace
