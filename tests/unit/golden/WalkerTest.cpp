#include "hw/golden/Walker.h"
#include "tests/support/ProgramBuilder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

FillInstruction fillAt(uint64_t address, uint64_t addressRegister = 0) {
  FillInstruction fill;
  fill.local_address = address;
  fill.local_register = addressRegister;
  return fill;
}

struct Walk {
  std::vector<uint64_t> addresses; // of the fills
  std::string error;
};

Walk walk(const Program &program, uint64_t limit = 1000) {
  const auto decoded = decodeProgram(program);
  if (!decoded)
    return {{}, decoded.error().message};
  Walker walker(*decoded, program.arguments, limit);
  Walk result;
  while (true) {
    const auto item = walker.next();
    if (!item)
      result.error = item.error().message;
    if (!item || !*item)
      return result;
    EXPECT_EQ((*item)->number, result.addresses.size());
    result.addresses.push_back(std::get<FillInstruction>(*(*item)->instruction).local_address);
  }
}

TEST(Walker, YieldsResolvedInstructionsOfNestedLoops) {
  const Program program = ProgramBuilder({})
                              .add(setOf(9, 0))
                              .add(loopOf(2))
                              .add(loopOf(3))
                              .add(fillAt(100, 9))
                              .add(addOf(9, 9, 1))
                              .add(EndInstruction{})
                              .add(addOf(9, 9, 10, 13))
                              .add(EndInstruction{})
                              .add(fillAt(7))
                              .finish();
  EXPECT_THAT(walk(program).addresses, ElementsAre(100, 101, 102, 100, 101, 102, 7));
}

TEST(Walker, TakesCountsAndAddressesFromArguments) {
  const Program program = ProgramBuilder({})
                              .argument(0, 3)
                              .argument(7, 50)
                              .add(loopOf(0, 1))
                              .add(fillAt(1, 8))
                              .add(EndInstruction{})
                              .finish();
  EXPECT_THAT(walk(program).addresses, ElementsAre(51, 51, 51));
}

TEST(Walker, StaysAtHalt) {
  const Program program = ProgramBuilder({}).add(HaltInstruction{}).add(fillAt(1)).finish();
  const auto decoded = decodeProgram(program);
  ASSERT_TRUE(decoded);
  Walker walker(*decoded, program.arguments);
  for (int i = 0; i < 3; ++i) {
    const auto item = walker.next();
    ASSERT_TRUE(item);
    EXPECT_EQ(*item, nullptr);
  }
}

TEST(Walker, Sequencer_c1_RejectsLoopsThatAreNotNested) {
  EXPECT_THAT(walk(ProgramBuilder({}).add(EndInstruction{}).finish()).error,
              HasSubstr("sequencer_c1: instruction 0"));
  ProgramBuilder deep({});
  for (int i = 0; i < 9; ++i)
    deep.add(loopOf(1));
  EXPECT_THAT(walk(deep.finish()).error, HasSubstr("sequencer_c1: instruction 8"));
  EXPECT_THAT(walk(ProgramBuilder({}).add(loopOf(1)).finish()).error,
              HasSubstr("sequencer_c1: instruction 1"));
}

TEST(Walker, Sequencer_c2_RejectsACountOfZeroAfterTheSum) {
  const Program program =
      ProgramBuilder({}).argument(0, ~uint64_t{0}).add(loopOf(1, 1)).add(EndInstruction{}).finish();
  EXPECT_THAT(walk(program).error, HasSubstr("sequencer_c2: instruction 0"));
}

TEST(Walker, Sequencer_c3_RejectsWritesToRegisterZero) {
  EXPECT_THAT(walk(ProgramBuilder({}).add(setOf(0, 1)).finish()).error, HasSubstr("sequencer_c3"));
  EXPECT_THAT(walk(ProgramBuilder({}).add(addOf(0, 1, 1)).finish()).error, HasSubstr("sequencer_c3"));
}

TEST(Walker, Sequencer_c4_RejectsAProgramThatRunsPastItsEnd) {
  EXPECT_THAT(walk(ProgramBuilder({}).add(fillAt(1)).finishWithoutHalt()).error,
              HasSubstr("sequencer_c4: instruction 1"));
}

TEST(Walker, Sync_c1_RejectsAnUnknownUnit) {
  SyncInstruction sync;
  sync.unit = 4;
  EXPECT_THAT(walk(ProgramBuilder({}).add(sync).finish()).error, HasSubstr("sync_c1: instruction 0"));
}

TEST(Walker, StopsAtTheLimit) {
  const Program program = ProgramBuilder({}).add(loopOf(0xffffffff)).add(EndInstruction{}).finish();
  EXPECT_THAT(walk(program, 500).error, HasSubstr("more than the allowed 500 instructions"));
}

TEST(Walker, AllowsExactlyTheLimit) {
  const Program program = ProgramBuilder({}).add(fillAt(1)).add(fillAt(2)).finish(); // and the halt
  EXPECT_EQ(walk(program, 3).error, "");
  EXPECT_THAT(walk(program, 2).error, HasSubstr("more than the allowed 2 instructions"));
}

TEST(DecodeProgram, NamesTheInstructionThatIsIllegal) {
  Program program = ProgramBuilder({}).add(fillAt(1)).finish();
  program.instructions[1][0] = 0xff;
  EXPECT_THAT(walk(program).error, HasSubstr("Instruction 1: "));
}

} // namespace
} // namespace lockstep
