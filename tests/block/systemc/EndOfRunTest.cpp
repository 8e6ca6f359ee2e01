// Runs that do not end well: one sentence each, and the next run is not touched.
#include "SmallGemm.h"

#include <gmock/gmock.h>

namespace lockstep {
namespace {

using testing::HasSubstr;

struct SystemCEndOfRun : testing::Test {
  Parameters base;
  std::unique_ptr<Engine> engine = makeSystemCEngine(base);
  RunOptions options;

  Error errorOf(const Program &program) {
    Result<ExternalMemory> memory = buildMemory(program);
    EXPECT_TRUE(memory);
    const auto run = engine->run(program, *memory, options);
    EXPECT_FALSE(run);
    return run ? Error{} : run.error();
  }

  /// A run after an error is as good as the first one.
  void TearDown() override {
    reference::EventLog log;
    const auto run = runTimed(*engine, smallGemm(base), &log);
    ASSERT_TRUE(run);
    EXPECT_EQ(191u, run->total_cycles);
  }
};

TEST_F(SystemCEndOfRun, TellsWhoWaitsForWhatInADeadlock) {
  const Error error = errorOf(ProgramBuilder(base)
                                  .add(syncOf(Unit::Matrix, 7, -1))
                                  .add(syncOf(Unit::Load, -1, -1))
                                  .add(syncOf(Unit::Vector, -1, 7))
                                  .add(syncOf(Unit::Matrix, 7, -1))
                                  .finish());
  EXPECT_EQ(ErrorKind::Deadlock, error.kind);
  EXPECT_THAT(error.message, HasSubstr("matrix waits at instruction 3"));
  EXPECT_THAT(error.message, HasSubstr("for semaphore 7, which vector should post"));
}

TEST_F(SystemCEndOfRun, TellsThatAFullQueueHoldsTheSequencer) {
  ProgramBuilder builder(base);
  for (int i = 0; i < 8; ++i)
    builder.add(syncOf(Unit::Store, 1, -1));
  const Error error = errorOf(builder.finish());
  EXPECT_EQ(ErrorKind::Deadlock, error.kind);
  EXPECT_THAT(error.message, HasSubstr("which nobody should post"));
  EXPECT_THAT(error.message,
              HasSubstr("the sequencer waits at instruction 4 for a place in the queue of store"));
}

TEST_F(SystemCEndOfRun, EndsAtTheLimit) {
  options.max_cycles = 190;
  EXPECT_EQ(ErrorKind::Limit, errorOf(smallGemm(base)).kind);
  options.max_cycles = 191;
  Result<ExternalMemory> memory = buildMemory(smallGemm(base));
  EXPECT_TRUE(engine->run(smallGemm(base), *memory, options));
}

TEST_F(SystemCEndOfRun, EndsLoopsWithoutUnitInstructionsAtTheLimit) {
  options.max_cycles = 100000;
  const Error error =
      errorOf(ProgramBuilder(base).add(loopOf(0xffffffff)).add(setOf(1, 2)).add(EndInstruction{}).finish());
  EXPECT_EQ(ErrorKind::Limit, error.kind);
}

TEST_F(SystemCEndOfRun, ObeysAStopFromOutside) {
  const std::atomic<bool> stop{true};
  options.stop = &stop;
  EXPECT_EQ(ErrorKind::Limit, errorOf(smallGemm(base)).kind);
}

TEST_F(SystemCEndOfRun, ReportsAnIllegalInstructionOnlyIfItIsReached) {
  Program program = ProgramBuilder(base).add(setOf(1, 1)).add(setOf(1, 1)).finish();
  program.instructions[1][0] = 0xff;
  EXPECT_THAT(errorOf(program).message, HasSubstr("stopped with error 1 at instruction 1 "));
  Program behindHalt = ProgramBuilder(base).add(HaltInstruction{}).finish();
  behindHalt.instructions[1][0] = 0xff;
  Result<ExternalMemory> memory = buildMemory(behindHalt);
  EXPECT_TRUE(engine->run(behindHalt, *memory, options));
}

TEST_F(SystemCEndOfRun, ReportsTheLoopStack) {
  EXPECT_THAT(errorOf(ProgramBuilder(base).add(EndInstruction{}).finish()).message,
              HasSubstr("stopped with error 2 at instruction 0"));
  ProgramBuilder deep(base);
  for (int i = 0; i < 9; ++i)
    deep.add(loopOf(2));
  EXPECT_THAT(errorOf(deep.finish()).message, HasSubstr("stopped with error 2 at instruction 8"));
}

TEST_F(SystemCEndOfRun, ReportsAProgramThatRunsBeyondItsEnd) {
  EXPECT_THAT(errorOf(ProgramBuilder(base).add(setOf(1, 1)).finishWithoutHalt()).message,
              HasSubstr("stopped with error 3 at instruction 1"));
}

TEST_F(SystemCEndOfRun, ReportsAProgramOutsideOfMemory) {
  Program program = smallGemm(base);
  Result<ExternalMemory> memory = buildMemory(program);
  program.program_address += uint64_t{1} << 41;
  const auto run = engine->run(program, *memory, options);
  ASSERT_FALSE(run);
  EXPECT_EQ(ErrorKind::Bounds, run.error().kind);
}

TEST_F(SystemCEndOfRun, ReportsAnInstructionThatNoCheckerHasSeen) {
  for (bool values : {false, true}) {
    options.values = values;
    for (const Instruction &instruction :
         {Instruction(LoadInstruction{}), Instruction(FillInstruction{}), Instruction(MatmulInstruction{}),
          Instruction(RequantizeInstruction{}), Instruction(StoreInstruction{})})
      EXPECT_EQ(ErrorKind::Legality, errorOf(ProgramBuilder(base).add(instruction).finish()).kind);
  }
}

TEST_F(SystemCEndOfRun, ReportsTransfersOutsideOfTheirRegions) {
  for (bool values : {false, true}) {
    options.values = values;
    Program outside = smallGemm(base);
    outside.regions[1].address = 0x4000; // of the second load
    EXPECT_THAT(errorOf(outside).message, HasSubstr("stopped with error 5 at instruction 1 "));
    Program readOnly = smallGemm(base);
    readOnly.regions[2].kind = RegionKind::Input; // of the store
    const Error error = errorOf(readOnly);
    EXPECT_EQ(ErrorKind::Bounds, error.kind);
    EXPECT_THAT(error.message, HasSubstr("stopped with error 6 at instruction 4 "));
  }
}

/// Legal, and longer than anybody can wait: 2^47 rows, all the same.
template <typename Transfer> Transfer endless(Transfer transfer) {
  transfer.external_address = 0x3000;
  transfer.row_bytes = 200;
  transfer.chunk_bytes = 16;
  transfer.count_0 = transfer.count_1 = 0xffff;
  transfer.count_2 = 0x7fff;
  return transfer;
}

TEST_F(SystemCEndOfRun, EndsEndlessInstructionsAtTheLimit) {
  MatmulInstruction matmul;
  matmul.last_rows = matmul.last_columns = 1;
  matmul.tile_count_0 = matmul.tile_count_1 = matmul.tile_count_2 = matmul.tile_count_3 = 0xfff;
  matmul.stream_count_0 = matmul.stream_count_1 = 0xffff;
  FillInstruction fill;
  fill.count_0 = fill.count_1 = fill.count_2 = 0xffff;
  RequantizeInstruction requantize;
  requantize.count_0 = requantize.count_1 = 0xffff;
  requantize.last_columns = 1;
  options.max_cycles = 1000000;
  for (const Instruction &instruction :
       {Instruction(endless(LoadInstruction{})), Instruction(fill), Instruction(matmul),
        Instruction(requantize), Instruction(endless(StoreInstruction{}))}) {
    const Error error =
        errorOf(ProgramBuilder(base).region("c", 0x3000, 256, RegionKind::Output).add(instruction).finish());
    EXPECT_EQ(ErrorKind::Limit, error.kind) << error.message;
  }
}

TEST_F(SystemCEndOfRun, ReportsASemaphoreThatOverflows) {
  const Error error = errorOf(
      ProgramBuilder(base).add(loopOf(300)).add(syncOf(Unit::Load, -1, 5)).add(EndInstruction{}).finish());
  EXPECT_THAT(error.message, HasSubstr("a semaphore was posted at its largest count"));
}

} // namespace
} // namespace lockstep
