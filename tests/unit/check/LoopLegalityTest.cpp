// Rules that an instruction keeps in the first iterations of a loop and breaks in a later one.
#include "hw/check/ProgramCheck.h"
#include "tests/unit/check/LegalInstructions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::HasSubstr;

/// The instruction `times` times, register 9 growing by `step` from 0.
template <typename Struct> std::string inLoop(const Struct &instruction, uint64_t times, int64_t step) {
  Parameters parameters = testMachine(4, 4);
  parameters.array_weight_load_bytes_per_cycle = 8; // two words
  const auto report = checkProgram(ProgramBuilder(parameters)
                                       .region("in", kInput, kRegionBytes, RegionKind::Input)
                                       .region("out", kOutput, kRegionBytes, RegionKind::Output)
                                       .add(loopOf(times))
                                       .add(instruction)
                                       .add(addOf(9, 9, step))
                                       .add(EndInstruction{})
                                       .finish());
  return report ? "" : report.error().message;
}

TEST(LoopLegality, FindsTheIterationThatLeavesTheScratchpad) {
  LoadInstruction load = legalLoad(10, 2);
  load.local_register = 9;
  EXPECT_EQ(inLoop(load, 62, 4), ""); // the last one at words 254 and 255
  EXPECT_THAT(inLoop(load, 63, 4), HasSubstr("load_c3: instruction 1 (load): local_address leads to 259"));
  EXPECT_EQ(inLoop(load, 11, -1), "");
  EXPECT_THAT(inLoop(load, 12, -1), HasSubstr("load_c3"));
}

TEST(LoopLegality, FindsTheIterationThatGoesBelowWordZero) {
  LoadInstruction load = legalLoad(10, 3);
  load.local_register = 9, load.local_stride_0 = -1;
  EXPECT_EQ(inLoop(load, 9, -1), ""); // the last one at words 2, 1 and 0
  EXPECT_THAT(inLoop(load, 10, -1), HasSubstr("load_c3: instruction 1 (load): local_address leads to -1"));
}

TEST(LoopLegality, FindsTheIterationThatLeavesTheRegion) {
  LoadInstruction load = legalLoad();
  load.external_register = 9;
  EXPECT_EQ(inLoop(load, 1024, 4), "");
  EXPECT_THAT(inLoop(load, 1025, 4), HasSubstr("load_c4: instruction 1"));
  EXPECT_EQ(inLoop(load, 2, kOutput - kInput), ""); // another region is as good
  EXPECT_THAT(inLoop(load, 2, -1), HasSubstr("load_c4"));
}

TEST(LoopLegality, FindsTheIterationThatStoresToAnInput) {
  StoreInstruction store = legalStore();
  store.external_register = 9;
  EXPECT_THAT(inLoop(store, 2, static_cast<int64_t>(kInput) - static_cast<int64_t>(kOutput)),
              HasSubstr("store_c4"));
}

TEST(LoopLegality, FindsTheIterationThatIsNotAligned) {
  MatmulInstruction m = legalMatmul();
  m.stationary_register = 9;
  EXPECT_EQ(inLoop(m, 4, 2), "");
  EXPECT_THAT(inLoop(m, 2, 1), HasSubstr("matmul_c5"));
}

TEST(LoopLegality, FindsTheIterationThatMixesBanks) {
  MatmulInstruction m = legalMatmul();
  m.streamed_register = 9;
  EXPECT_EQ(inLoop(m, 6, 12), "");
  EXPECT_THAT(inLoop(m, 7, 12), HasSubstr("matmul_c8")); // words 72 to 75, and the weights at 64
}

TEST(LoopLegality, FindsTheIterationThatLeavesTheAccumulator) {
  RequantizeInstruction q = legalRequantize();
  q.has_bias = 1, q.parameter_register = 9, q.parameter_address = 100;
  EXPECT_EQ(inLoop(q, 28, 1), "");
  EXPECT_THAT(inLoop(q, 29, 1),
              HasSubstr("requantize_c5: instruction 1 (requantize): parameter_address leads to 128"));
  q = legalRequantize();
  q.local_register = 9; // no parameter rows: the result is the second access
  EXPECT_THAT(inLoop(q, 126, 1), HasSubstr("requantize_c6"));
  EXPECT_EQ(inLoop(q, 125, 1), "");
}

TEST(LoopLegality, FindsTheIterationWhereElementwiseLeavesItsMemory) {
  ElementwiseInstruction e = legalElementwise();
  e.a_register = 9;
  EXPECT_EQ(inLoop(e, 125, 1), "");
  EXPECT_THAT(inLoop(e, 126, 1),
              HasSubstr("elementwise_c7: instruction 1 (elementwise): a_address leads to 128"));
  e.a_register = 0, e.b_register = 9;
  EXPECT_THAT(inLoop(e, 94, 1), HasSubstr("elementwise_c7: instruction 1 (elementwise): b_address"));
  e.b_register = 0, e.output_register = 9;
  EXPECT_EQ(inLoop(e, 121, 1), "");
  EXPECT_THAT(inLoop(e, 122, 1), HasSubstr("elementwise_c8"));
  e.b_type = 7, e.b_memory = 0; // no words of b: the result is the second access
  EXPECT_EQ(inLoop(e, 121, 1), "");
  EXPECT_THAT(inLoop(e, 122, 1), HasSubstr("elementwise_c8"));
}

TEST(LoopLegality, FindsTheIterationWhereResultsMeetAnOperand) {
  ElementwiseInstruction e = legalElementwise(0, 32, 8);
  e.output_memory = 1, e.output_type = 2, e.output_stride_0 = 1, e.output_register = 9;
  EXPECT_EQ(inLoop(e, 21, 1), "");
  EXPECT_THAT(inLoop(e, 22, 1), HasSubstr("elementwise_c9: instruction 1 (elementwise): output_address"));
  ReduceInstruction r = legalReduce(20, 0);
  r.a_memory = 1, r.a_type = 2, r.a_register = 9;
  EXPECT_EQ(inLoop(r, 17, -1), "");
  EXPECT_THAT(inLoop(r, 18, -1), HasSubstr("reduce_c5"));
}

TEST(LoopLegality, FindsTheIterationWhereReduceAndTableLeaveTheirMemories) {
  ReduceInstruction r = legalReduce();
  r.output_register = 9;
  EXPECT_EQ(inLoop(r, 125, 1), "");
  EXPECT_THAT(inLoop(r, 126, 1), HasSubstr("reduce_c4"));
  TableInstruction t = legalTable();
  t.local_register = 9;
  EXPECT_EQ(inLoop(t, 193, 1), "");
  EXPECT_THAT(inLoop(t, 194, 1), HasSubstr("table_c2"));
}

} // namespace
} // namespace lockstep
