// The least cycles of the vector unit's instructions: passes through the lanes, or words of one memory.
#include "hw/golden/Work.h"
#include "tests/support/TestMachine.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

/// 6 columns, 3 lanes (G = 2), words of 6 bytes: rows of int16 have 2 words, of int32 4.
Parameters machine() {
  Parameters parameters = testMachine(4, 6);
  parameters.vector_lanes = 3;
  EXPECT_TRUE(checkParameters(parameters));
  return parameters;
}

int64_t least(const Instruction &instruction) {
  return static_cast<int64_t>(leastCycles(instruction, machine()));
}

ElementwiseInstruction rows(uint64_t aMemory, uint64_t aType, uint64_t bMemory, uint64_t bType,
                            uint64_t outputMemory, uint64_t outputType) {
  ElementwiseInstruction e;
  e.a_memory = aMemory, e.a_type = aType, e.b_memory = bMemory, e.b_type = bType;
  e.output_memory = outputMemory, e.output_type = outputType;
  e.count_0 = 5, e.count_1 = 3, e.count_2 = 2;
  return e;
}

TEST(LeastCycles, OfElementwiseAreThoseOfTheBusiestPort) {
  EXPECT_EQ(least(rows(0, 0, 0, 7, 0, 0)), 30 * 2); // the lanes
  EXPECT_EQ(least(rows(0, 3, 0, 3, 0, 0)), 30 * 4); // both operands through the scratchpad's port
  EXPECT_EQ(least(rows(0, 3, 1, 2, 0, 0)), 30 * 2); // one through either
  EXPECT_EQ(least(rows(1, 5, 1, 2, 1, 2)), 30 * 3);
  EXPECT_EQ(least(rows(0, 0, 0, 7, 0, 2)), 30 * 4); // the results
  EXPECT_EQ(least(rows(0, 0, 0, 7, 1, 2)), 30 * 2);
}

TEST(LeastCycles, OfReduceAreThoseOfItsSlices) {
  ReduceInstruction r;
  r.count_0 = 4, r.count_1 = 3;
  EXPECT_EQ(least(r), 12 * 2);
  r.a_type = 2;
  EXPECT_EQ(least(r), 12 * 4);
}

TEST(LeastCycles, OfATableAreOneForEachEntry) {
  TableInstruction t;
  EXPECT_EQ(least(t), 513);
  t.table_type = 1;
  EXPECT_EQ(least(t), 256);
}

TEST(LeastCycles, OfRequantizeCountTheWordsOfARow) {
  RequantizeInstruction q;
  q.count_0 = 7, q.count_1 = 2;
  EXPECT_EQ(least(q), 14 * 2);
  q.output_type = 2;
  EXPECT_EQ(least(q), 14 * 4);
  q.output_type = 3;
  EXPECT_EQ(least(q), 14 * 2);
}

} // namespace
} // namespace lockstep
