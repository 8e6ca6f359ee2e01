// Are predicted cycles those of the SystemC model?
#include "compiler/gemm/GemmScheduler.h"
#include "sim/engine/Engine.h"

#include <gtest/gtest.h>

#include <ostream>

namespace lockstep {
namespace {

struct Shape {
  int64_t m, n, k;
  bool a_transposed, b_transposed;
  int64_t latency;
  GemmOutput output = GemmOutput::Int8;
  bool per_column = false;
};

std::ostream &operator<<(std::ostream &out, const Shape &s) {
  return out << s.m << "x" << s.n << "x" << s.k << (s.a_transposed ? " at" : "")
             << (s.b_transposed ? " bt" : "") << " latency " << s.latency << " " << elementTypeName(s.output);
}

class Predictions : public testing::TestWithParam<Shape> {};

TEST_P(Predictions, AreWithinTwoPerMilleOfTheSystemCModel) {
  const Shape shape = GetParam();
  Parameters machine = *loadParameters("base");
  machine.memory_latency_cycles = shape.latency;
  GemmProblem problem;
  problem.m = shape.m, problem.n = shape.n, problem.k = shape.k;
  problem.a_transposed = shape.a_transposed, problem.b_transposed = shape.b_transposed;
  problem.output = shape.output;
  problem.has_bias = problem.per_column = shape.per_column;
  const Result<GemmSchedule> schedule = scheduleGemm(problem, machine);
  ASSERT_TRUE(schedule);
  const Result<Program> program = emitGemm(problem, *schedule, machine);
  ASSERT_TRUE(program);
  Result<ExternalMemory> memory = buildMemory(*program);
  ASSERT_TRUE(memory);
  RunOptions options;
  options.values = false;
  const Result<RunResult> run = makeSystemCEngine(machine)->run(*program, *memory, options);
  ASSERT_TRUE(run) << run.error().message;
  const auto measured = static_cast<double>(run->total_cycles);
  EXPECT_NEAR(static_cast<double>(schedule->predicted_cycles), measured, measured / 500)
      << explain(*schedule);
}

// SystemC elaborates once for each process: ctest runs each of these alone.
INSTANTIATE_TEST_SUITE_P(
    OfTheBaseMachine, Predictions,
    testing::Values(Shape{16, 16, 16, false, false, 20}, Shape{64, 64, 64, false, false, 20},
                    Shape{100, 37, 211, false, false, 20}, Shape{128, 256, 256, false, false, 200},
                    Shape{35, 700, 2048, false, false, 100}, Shape{256, 16, 5000, true, false, 100},
                    Shape{7, 24, 819, true, true, 20}, Shape{1, 96, 1024, false, true, 20},
                    Shape{100, 37, 211, false, true, 20, GemmOutput::Int16, true},
                    Shape{64, 384, 128, false, true, 100, GemmOutput::Int16, true},
                    Shape{33, 1, 65, false, true, 20, GemmOutput::Int16}));

} // namespace
} // namespace lockstep
