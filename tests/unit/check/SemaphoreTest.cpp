#include "hw/check/ProgramCheck.h"
#include "tests/unit/check/LegalInstructions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::HasSubstr;

std::string problem(const Program &program) {
  const auto report = checkProgram(program);
  return report ? "" : report.error().message;
}

TEST(Semaphores, Semaphore_c1_RejectsTwoPostingUnits) {
  const Program program = ProgramBuilder(testMachine(4, 4))
                              .add(syncOf(Unit::Load, -1, 5))
                              .add(syncOf(Unit::Matrix, -1, 5))
                              .finish();
  EXPECT_THAT(problem(program), HasSubstr("semaphore_c1: instruction 1 (matrix) posts semaphore 5"));
}

TEST(Semaphores, Semaphore_c1_RejectsTwoWaitingUnits) {
  const Program program = ProgramBuilder(testMachine(4, 4))
                              .add(loopOf(2))
                              .add(syncOf(Unit::Load, -1, 5))
                              .add(EndInstruction{})
                              .add(syncOf(Unit::Vector, 5, -1))
                              .add(syncOf(Unit::Store, 5, -1))
                              .finish();
  EXPECT_THAT(problem(program), HasSubstr("semaphore_c1: instruction 4 (store) waits for semaphore 5"));
}

TEST(Semaphores, Semaphore_c1_RejectsAUnitThatWaitsForItself) {
  const Program program = ProgramBuilder(testMachine(4, 4))
                              .add(syncOf(Unit::Load, -1, 63))
                              .add(syncOf(Unit::Load, 63, -1))
                              .finish();
  EXPECT_THAT(problem(program), HasSubstr("semaphore_c1: "));
}

TEST(Semaphores, Semaphore_c2_RejectsAWaitBeforeItsPost) {
  const Program program = ProgramBuilder(testMachine(4, 4))
                              .add(syncOf(Unit::Load, 0, -1))
                              .add(syncOf(Unit::Store, -1, 0))
                              .finish();
  EXPECT_THAT(problem(program), HasSubstr("semaphore_c2: instruction 0 (load) waits for semaphore 0"));
}

TEST(Semaphores, Semaphore_c2_CountsEachPostOnce) {
  const Program program = ProgramBuilder(testMachine(4, 4))
                              .add(syncOf(Unit::Load, -1, 0))
                              .add(loopOf(2))
                              .add(syncOf(Unit::Store, 0, -1))
                              .add(EndInstruction{})
                              .finish();
  EXPECT_THAT(problem(program), HasSubstr("semaphore_c2: instruction 2"));
}

Program postsAhead(uint64_t posts) {
  return ProgramBuilder(testMachine(4, 4))
      .add(loopOf(3))
      .add(loopOf(posts))
      .add(syncOf(Unit::Load, -1, 0))
      .add(EndInstruction{})
      .add(loopOf(posts))
      .add(syncOf(Unit::Store, 0, -1))
      .add(EndInstruction{})
      .add(EndInstruction{})
      .finish();
}

TEST(Semaphores, Semaphore_c3_Allows127PendingPosts) { EXPECT_EQ(problem(postsAhead(127)), ""); }

TEST(Semaphores, Semaphore_c3_Rejects128PendingPosts) {
  EXPECT_THAT(problem(postsAhead(128)), HasSubstr("semaphore_c3: instruction 2 (load) posts semaphore 0"));
}

TEST(CheckProgram, ReportsWhatWasExecuted) {
  const auto report = checkProgram(postsAhead(10));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->unit_instructions[0], 30u);
  EXPECT_EQ(report->unit_instructions[3], 30u);
  EXPECT_EQ(report->executed_instructions, 1u + 3 * (2 + 20 + 20 + 1) + 1);
}

TEST(CheckProgram, RefusesImpossibleParameters) {
  Program program = postsAhead(1);
  program.parameters.array_rows = 0;
  const auto report = checkProgram(program);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::Parameter);
}

TEST(CheckProgram, GivesUpAtTheLimit) {
  const auto report = checkProgram(postsAhead(100), CheckLimits{50});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::Limit);
}

} // namespace
} // namespace lockstep
