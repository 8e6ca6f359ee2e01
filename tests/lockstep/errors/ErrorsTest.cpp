// Programs that cannot run to their end, with nothing checked before: SystemC and RTL fail with the same kind
// of error, and nothing hangs.
#include "tests/lockstep/common/EnginePair.h"
#include "tests/support/ProgramBuilder.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

Parameters tiny() {
  auto parameters = loadParameters("tiny");
  EXPECT_TRUE(bool(parameters));
  return *parameters;
}

ProgramBuilder builder() {
  ProgramBuilder result(tiny());
  result.region("input", 0x1000, 256, RegionKind::Input).region("output", 0x2000, 256, RegionKind::Output);
  return result;
}

RtlVariant withoutAssertions() {
  RtlVariant variant = EnginePair::testVariant();
  variant.assertions = false;
  return variant;
}

class BothEngines : public ::testing::Test {
protected:
  /// Runs on both; expects the kind, and returns both messages.
  std::string failWith(ErrorKind kind, const Program &program, uint64_t max_cycles = 100000) {
    auto engines = EnginePair::make(tiny(), withoutAssertions());
    EXPECT_TRUE(bool(engines));
    std::string messages;
    for (Engine *engine : {&engines->systemc(), &engines->rtl()}) {
      auto memory = buildMemory(program);
      RunOptions options;
      options.max_cycles = max_cycles;
      auto result = engine->run(program, *memory, options);
      EXPECT_FALSE(bool(result));
      EXPECT_TRUE(!result && result.error().kind == kind) << (result ? "no error" : result.error().message);
      messages += result ? "" : result.error().message + "\n";
    }
    return messages;
  }
};

LoadInstruction loadOf(uint64_t address, uint64_t bytes) {
  LoadInstruction load;
  load.external_address = address;
  load.row_bytes = bytes;
  load.chunk_bytes = 4;
  load.chunk_stride = 1;
  load.count_0 = load.count_1 = load.count_2 = 1;
  return load;
}

StoreInstruction storeOf(uint64_t address, uint64_t bytes) {
  StoreInstruction store;
  store.external_address = address;
  store.row_bytes = bytes;
  store.chunk_bytes = 4;
  store.chunk_stride = 1;
  store.count_0 = store.count_1 = store.count_2 = 1;
  return store;
}

TEST_F(BothEngines, StopAtAnIllegalOpcode) {
  Program program = builder().add(HaltInstruction{}).finish();
  program.instructions[0][0] = 0x7f;
  failWith(ErrorKind::Legality, program);
}

TEST_F(BothEngines, StopAtAReservedBit) {
  Program program = builder().add(syncOf(Unit::Load, -1, -1)).finish();
  program.instructions[0][63] = 0x80;
  failWith(ErrorKind::Legality, program);
}

TEST_F(BothEngines, StopAtAnEndWithoutALoop) {
  failWith(ErrorKind::Legality, builder().add(EndInstruction{}).finish());
}

TEST_F(BothEngines, StopAtTheNinthNestedLoop) {
  ProgramBuilder program = builder();
  for (unsigned i = 0; i < 9; ++i)
    program.add(loopOf(2));
  failWith(ErrorKind::Legality, program.finish());
}

TEST_F(BothEngines, StopBeyondTheLastInstruction) {
  failWith(ErrorKind::Legality, builder().add(setOf(9, 5)).finishWithoutHalt());
}

TEST_F(BothEngines, StopAtAFetchOutsideOfMemory) {
  Program program = builder().finish();
  program.program_address = 0x7000000;
  auto memory = buildMemory(builder().finish());
  auto engines = EnginePair::make(tiny(), withoutAssertions());
  for (Engine *engine : {&engines->systemc(), &engines->rtl()}) {
    auto result = engine->run(program, *memory, RunOptions());
    ASSERT_FALSE(bool(result));
    EXPECT_EQ(result.error().kind, ErrorKind::Bounds) << result.error().message;
  }
}

TEST_F(BothEngines, StopAtALoadOutsideOfMemory) {
  failWith(ErrorKind::Bounds, builder().add(loadOf(0x5000, 16)).finish());
}

TEST_F(BothEngines, StopAtAStoreOutsideOfMemory) {
  failWith(ErrorKind::Bounds, builder().add(storeOf(0x5000, 16)).finish());
}

TEST_F(BothEngines, StopAtAStoreToAnInput) {
  failWith(ErrorKind::Bounds, builder().add(storeOf(0x1000, 16)).finish());
}

TEST_F(BothEngines, StopAtAStoreThatLeavesItsRegion) {
  failWith(ErrorKind::Bounds, builder().add(storeOf(0x20f8, 16)).finish());
}

TEST_F(BothEngines, ReportADeadlockWithWhoWaitsForWhat) {
  Program program = builder().add(syncOf(Unit::Matrix, 3, 4)).add(syncOf(Unit::Load, 4, 3)).finish();
  const std::string messages = failWith(ErrorKind::Deadlock, program);
  EXPECT_NE(messages.find("matrix"), std::string::npos) << messages;
  EXPECT_NE(messages.find("semaphore 3"), std::string::npos) << messages;
  EXPECT_NE(messages.find("semaphore 4"), std::string::npos) << messages;
}

TEST_F(BothEngines, ReportADeadlockBehindAFullQueue) {
  ProgramBuilder program = builder();
  for (unsigned i = 0; i < 10; ++i)
    program.add(syncOf(Unit::Vector, 7, -1));
  failWith(ErrorKind::Deadlock, program.finish());
}

TEST_F(BothEngines, StopAtTheLimitOfCycles) {
  ProgramBuilder program = builder();
  program.add(loopOf(0xffffffff)).add(setOf(9, 1)).add(EndInstruction{});
  failWith(ErrorKind::Limit, program.finish(), 20000);
}

TEST_F(BothEngines, StopAtASemaphoreThatOverflows) {
  ProgramBuilder program = builder();
  program.add(loopOf(300)).add(syncOf(Unit::Load, -1, 5)).add(EndInstruction{});
  failWith(ErrorKind::Legality, program.finish());
}

TEST_F(BothEngines, AgreeOnTheLastCycleThatALimitAllows) {
  Program program = builder().add(loadOf(0x1000, 64)).finish();
  auto engines = EnginePair::make(tiny(), withoutAssertions());
  RunOptions options;
  auto memory = buildMemory(program);
  const uint64_t total = engines->systemc().run(program, *memory, options)->total_cycles;
  for (Engine *engine : {&engines->systemc(), &engines->rtl()})
    for (uint64_t limit : {total - 1, total}) {
      options.max_cycles = limit;
      EXPECT_EQ(bool(engine->run(program, *memory, options)), limit == total);
    }
}

} // namespace
