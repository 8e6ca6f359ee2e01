#include "sim/lockstep/LockstepRun.h"

#include <functional>
#include <gtest/gtest.h>

using namespace lockstep;

namespace {

/// Behaves as a test says.
class ScriptedEngine final : public Engine {
public:
  using Script = std::function<Result<RunResult>(ExternalMemory &, const RunOptions &)>;
  explicit ScriptedEngine(Script script) : script(std::move(script)) {}
  Result<RunResult> run(const Program &, ExternalMemory &memory, const RunOptions &options) override {
    return script(memory, options);
  }
  const OnChipState &onChipState() const override { return state; }

  OnChipState state;

private:
  Script script;
};

Result<RunResult> goodRun(ExternalMemory &memory, const RunOptions &options) {
  for (uint64_t i = 0; i < 10; ++i)
    options.events->instruction({Track::Load, i, i, 10 * i, 10 * i + 1, 10 * i + 5});
  memory.find(0x2000, 64)[3] = 9;
  RunResult result;
  result.total_cycles = 96;
  return result;
}

class LockstepRunOf : public ::testing::Test {
protected:
  Result<LockstepReport> compare(ScriptedEngine::Script second) {
    program.program_address = 0x1000;
    program.regions = {{"code", 0x1000, 64, RegionKind::Program}, {"c", 0x2000, 64, RegionKind::Output}};
    auto memory = buildMemory(program);
    ScriptedEngine a(goodRun), b(std::move(second));
    LockstepOptions options;
    options.golden = false;
    return LockstepRun(a, "systemc", b, "rtl").run(program, *memory, options);
  }

  Program program;
};

TEST_F(LockstepRunOf, EqualEnginesIsEqual) {
  auto report = compare(goodRun);
  ASSERT_TRUE(bool(report));
  EXPECT_FALSE(report->difference);
  EXPECT_TRUE(report->cycles_equal);
  EXPECT_TRUE(report->bits_equal);
  EXPECT_EQ(report->equal_events, 10u);
}

TEST_F(LockstepRunOf, AnotherByteDiffersInBitsOnly) {
  auto report = compare([](ExternalMemory &memory, const RunOptions &options) {
    auto result = goodRun(memory, options);
    memory.find(0x2000, 64)[3] = 8;
    return result;
  });
  EXPECT_TRUE(report->cycles_equal);
  EXPECT_FALSE(report->bits_equal);
  EXPECT_EQ(report->difference->sentence, "byte 0x3 of region c is 9 in systemc, 8 in rtl");
}

TEST_F(LockstepRunOf, AnotherCycleDiffersInCyclesOnly) {
  auto report = compare([](ExternalMemory &memory, const RunOptions &options) {
    auto result = goodRun(memory, options);
    result->total_cycles++;
    return result;
  });
  EXPECT_FALSE(report->cycles_equal);
  EXPECT_TRUE(report->bits_equal);
}

TEST_F(LockstepRunOf, AFailureOfOneEngineIsADifference) {
  auto report = compare([](ExternalMemory &memory, const RunOptions &options) -> Result<RunResult> {
    (void)goodRun(memory, options);
    return Error{ErrorKind::Bounds, "bus error"};
  });
  ASSERT_TRUE(bool(report));
  EXPECT_EQ(report->difference->sentence,
            "the program runs to its end after 96 cycles in systemc and fails (bus error) in rtl");
}

TEST_F(LockstepRunOf, ADeadlockOfOneEngineIsToldByTheFirstEventThatItLacks) {
  auto report = compare([](ExternalMemory &, const RunOptions &) -> Result<RunResult> {
    return Error{ErrorKind::Deadlock, "load waits"};
  });
  EXPECT_EQ(report->difference->sentence,
            "load 0 (instruction 0), dispatched in cycle 0 and finished in cycle 5, is in "
            "systemc only; everything before is equal; then rtl fails (load waits)");
}

TEST_F(LockstepRunOf, AnEventDifferenceIsToldBeforeTheFailureThatFollows) {
  auto report = compare([](ExternalMemory &, const RunOptions &options) -> Result<RunResult> {
    options.events->instruction({Track::Load, 0, 0, 0, 2, 5});
    return Error{ErrorKind::Deadlock, "load waits"};
  });
  EXPECT_EQ(report->difference->sentence,
            "load 0 (instruction 0) started in cycle 1 in systemc, 2 in rtl; everything "
            "before is equal; then rtl fails (load waits)");
}

TEST_F(LockstepRunOf, TheSameFailureInBothIsAnError) {
  program.program_address = 0x1000;
  program.regions = {{"code", 0x1000, 64, RegionKind::Program}, {"c", 0x2000, 64, RegionKind::Output}};
  auto memory = buildMemory(program);
  const auto fail = [](ExternalMemory &, const RunOptions &) -> Result<RunResult> {
    return Error{ErrorKind::Deadlock, "load waits"};
  };
  ScriptedEngine a(fail), b(fail);
  LockstepOptions options;
  options.golden = false;
  auto report = LockstepRun(a, "systemc", b, "rtl").run(program, *memory, options);
  ASSERT_FALSE(bool(report));
  EXPECT_EQ(report.error().kind, ErrorKind::Deadlock);
}

TEST_F(LockstepRunOf, AFarRunningEngineIsStoppedAfterADifference) {
  auto report = compare([](ExternalMemory &, const RunOptions &options) -> Result<RunResult> {
    options.events->instruction({Track::Load, 0, 0, 0, 2, 5});
    for (uint64_t i = 1; !*options.stop; ++i)
      options.events->instruction({Track::Load, i, i, 1000 * i, 1000 * i, 1000 * i});
    return Error{ErrorKind::Limit, "stopped"};
  });
  EXPECT_EQ(report->difference->cycle, 1u);
}

} // namespace
