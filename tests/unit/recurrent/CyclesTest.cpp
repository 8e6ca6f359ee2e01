// Cycles of DeepBench's GRUs on the SystemC model, at shortened lengths: of their bounds, and as predicted.
#include "tests/unit/recurrent/RecurrentHarness.h"

#include "sim/engine/Engine.h"

#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

struct Measured {
  double of_bound = 0, predicted_of_cycles = 0;
};

Measured measure(const RecurrentProblem &p, const Parameters &machine) {
  const auto schedule = scheduleRecurrent(p, machine, cellsInMemory());
  EXPECT_TRUE(schedule);
  const Result<Program> program = emitRecurrentProgram(p, **schedule, machine);
  EXPECT_TRUE(program);
  Result<ExternalMemory> memory = buildMemory(*program);
  RunOptions options;
  options.values = false;
  const auto result = makeSystemCEngine(machine)->run(*program, *memory, options);
  EXPECT_TRUE(result);
  const auto cycles = static_cast<double>(result->total_cycles);
  return {static_cast<double>(recurrentBound(p, machine).cycles()) / cycles,
          static_cast<double>(predictedCycles(**schedule)) / cycles};
}

using Case = std::tuple<std::string, const char *>; // machine, latency
class CyclesOfGrus : public testing::TestWithParam<Case> {};

TEST_P(CyclesOfGrus, AreCloseToTheBoundAndToThePrediction) {
  const auto &[name, latency] = GetParam();
  const Parameters machine = *loadParameters(name, {{"memory.latency_cycles", latency}});
  for (int64_t hidden : {512, 1024, 1536, 2048, 2816})
    for (int64_t batch : {1, 4, 32}) {
      RecurrentProblem p;
      p.hidden = hidden, p.batch = batch;
      p.steps = hidden == 512 ? 1 : batch == 32 ? 5 : 60; // DeepBench: 187 to 1,500
      const Measured measured = measure(p, machine);
      EXPECT_GE(measured.of_bound, 0.92) << "hidden " << hidden << ", batch " << batch;
      EXPECT_GE(measured.predicted_of_cycles, 0.93) << "hidden " << hidden << ", batch " << batch;
      EXPECT_LE(measured.predicted_of_cycles, 1.03) << "hidden " << hidden << ", batch " << batch;
    }
}

INSTANTIATE_TEST_SUITE_P(OnMachines, CyclesOfGrus,
                         testing::Combine(testing::Values("base", "recurrent"),
                                          testing::Values("20", "100")));

TEST(CyclesOfLstms, AreCloseToTheBoundWhereStateAndCellsFillTheScratchpad) {
  const Parameters machine = *loadParameters("base");
  for (int64_t batch : {16, 32}) {
    RecurrentProblem p;
    p.cell = CellKind::Lstm, p.hidden = 4096, p.batch = batch, p.steps = 3;
    EXPECT_GE(measure(p, machine).of_bound, 0.96) << "batch " << batch;
  }
}

TEST(CyclesOfSteps, AreThePricePerStepWhateverTheirNumber) {
  const Parameters machine = *loadParameters("base");
  RecurrentProblem p;
  p.hidden = 512;
  const auto cyclesOf = [&](int64_t steps) {
    p.steps = steps;
    return static_cast<double>(recurrentBound(p, machine).cycles()) / measure(p, machine).of_bound;
  };
  const double first = cyclesOf(100), second = cyclesOf(200), third = cyclesOf(400);
  EXPECT_NEAR((third - second) / (second - first), 2.0, 0.001);
}

} // namespace
} // namespace lockstep::test
