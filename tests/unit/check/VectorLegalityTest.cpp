// The rules of elementwise, reduce and table: kept at their limits, broken just beyond.
#include "tests/unit/check/BrokenRules.h"

namespace lockstep {
namespace {

constexpr uint64_t kAll16 = 0xffff, kAll20 = 0xfffff, kAll24 = 0xffffff;

/// Operands in the scratchpad, from words 0 and 64 on, so that all types are possible.
ElementwiseInstruction onScratchpad() {
  ElementwiseInstruction e = legalElementwise(0, 64);
  e.a_memory = e.b_memory = e.a_type = e.b_type = 0;
  return e;
}

TEST(VectorLegality, NamesInstructionFieldAndWhatIsAllowed) {
  EXPECT_EQ(after(legalElementwise(), [](auto &f) { f.shift = 63; }),
            "elementwise_c4: instruction 12 (elementwise): shift is 63; allowed: 0 to 62.");
  EXPECT_EQ(after(legalReduce(), [](auto &f) { f.last_columns = 5; }),
            "reduce_c2: instruction 12 (reduce): last_columns is 5; allowed: 1 to 4.");
  EXPECT_EQ(after(legalTable(), [](auto &f) { f.table = 2; }),
            "table_c1: instruction 12 (table): table is 2; allowed: 0 to 1.");
}

TEST(VectorLegality, UnitRulesHoldForAllThree) {
  BREAKS(legalElementwise(), unit_instance = 1, "unit_c1");
  BREAKS(legalReduce(), wait_0 = f.wait_1 = 2, "unit_c2");
  BREAKS(legalTable(), post_2 = 65, "encoding_c3");
}

TEST(VectorLegality, Elementwise_c1) {
  KEEPS(legalElementwise(), operation = 4);
  BREAKS(legalElementwise(), operation = 5, "elementwise_c1");
  BREAKS(legalElementwise(), a_type = 6, "elementwise_c1");
  BREAKS(legalElementwise(), a_type = 7, "elementwise_c1");
  BREAKS(legalElementwise(), b_type = 6, "elementwise_c1");
  BREAKS(legalElementwise(), output_type = 5, "elementwise_c1");
}

TEST(VectorLegality, Elementwise_c2) {
  for (uint64_t type = 0; type <= 5; ++type) {
    ElementwiseInstruction scratchpad = onScratchpad(), accumulator = legalElementwise();
    scratchpad.a_type = accumulator.b_type = type;
    EXPECT_EQ(problem(scratchpad) == "", type <= 4) << type;
    EXPECT_EQ(problem(accumulator) == "", type == 2 || type >= 4) << type;
  }
  BREAKS(onScratchpad(), a_type = 5, "elementwise_c2");
  BREAKS(onScratchpad(), b_type = 5, "elementwise_c2");
  BREAKS(legalElementwise(), a_type = 3, "elementwise_c2");
  BREAKS(legalElementwise(), b_type = 0, "elementwise_c2");
  KEEPS(legalElementwise(), b_type = 7; f.b_memory = 0);
  BREAKS(legalElementwise(), b_type = 7, "elementwise_c2");
  KEEPS(legalElementwise(), output_memory = 1; f.output_address = 64; f.output_type = 2);
  BREAKS(legalElementwise(), output_memory = 1; f.output_address = 64, "elementwise_c2");
}

TEST(VectorLegality, Elementwise_c3) {
  BREAKS(legalElementwise(), count_0 = 0, "elementwise_c3");
  BREAKS(legalElementwise(), count_1 = 0, "elementwise_c3");
  BREAKS(legalElementwise(), count_2 = 0, "elementwise_c3");
}

TEST(VectorLegality, Elementwise_c4) {
  KEEPS(legalElementwise(), multiplier = 0x7fffffff);
  BREAKS(legalElementwise(), multiplier = 0x80000000, "elementwise_c4");
  KEEPS(legalElementwise(), multiplier = 0; f.operation = 2);
  BREAKS(legalElementwise(), operation = 2, "elementwise_c4");
  KEEPS(legalElementwise(), shift = 62);
  BREAKS(legalElementwise(), shift = 63, "elementwise_c4");
}

TEST(VectorLegality, Elementwise_c5) {
  BREAKS(legalElementwise(), clamp_minimum = -32769, "elementwise_c5");
  BREAKS(legalElementwise(), clamp_maximum = 32768, "elementwise_c5");
  BREAKS(legalElementwise(), clamp_minimum = 5; f.clamp_maximum = 4, "elementwise_c5");
  KEEPS(legalElementwise(), clamp_minimum = f.clamp_maximum = 4);
  KEEPS(legalElementwise(), output_type = 4);
  BREAKS(legalElementwise(), output_type = 4; f.clamp_maximum = 32768, "elementwise_c5");
  KEEPS(legalElementwise(), output_type = 2; f.clamp_minimum = INT32_MIN; f.clamp_maximum = INT32_MAX);
  KEEPS(legalElementwise(), output_type = 0; f.clamp_minimum = -128; f.clamp_maximum = 127);
  BREAKS(legalElementwise(), output_type = 0; f.clamp_minimum = -128, "elementwise_c5");
  KEEPS(legalElementwise(), output_type = 1; f.clamp_minimum = 0; f.clamp_maximum = 255);
  BREAKS(legalElementwise(), output_type = 1; f.clamp_minimum = -1; f.clamp_maximum = 255, "elementwise_c5");
  // Of a function's argument, whatever the result.
  KEEPS(legalElementwise(), function = 1; f.output_type = 2);
  BREAKS(legalElementwise(), function = 1; f.output_type = 2; f.clamp_maximum = 32768, "elementwise_c5");
  KEEPS(legalElementwise(), function = 2; f.clamp_minimum = -128; f.clamp_maximum = 127);
  BREAKS(legalElementwise(), function = 2; f.clamp_minimum = -128; f.clamp_maximum = 128, "elementwise_c5");
}

TEST(VectorLegality, Elementwise_c6) {
  KEEPS(legalElementwise(), function = 1; f.table = 1);
  BREAKS(legalElementwise(), function = 3, "elementwise_c6");
  BREAKS(legalElementwise(), function = 1; f.table = 2, "elementwise_c6");
  BREAKS(legalElementwise(), table = 1, "elementwise_c6");
  for (uint64_t type = 0; type <= 4; ++type) {
    ElementwiseInstruction table16 = legalElementwise(), table8 = legalElementwise();
    table16.output_type = table8.output_type = type;
    table16.function = 1, table8.function = 2;
    table8.clamp_minimum = -128, table8.clamp_maximum = 127;
    EXPECT_EQ(problem(table16) == "", type >= 2) << type;
    EXPECT_EQ(problem(table8) == "", type != 1) << type;
  }
  BREAKS(legalElementwise(), function = 1; f.output_type = 0, "elementwise_c6");
  BREAKS(legalElementwise(), function = 2; f.output_type = 1; f.clamp_minimum = 0;
         f.clamp_maximum = 9, "elementwise_c6");
}

TEST(VectorLegality, Elementwise_c7) {
  KEEPS(legalElementwise(124), count_0 = 4);
  BREAKS(legalElementwise(125), count_0 = 4, "elementwise_c7");
  BREAKS(legalElementwise(3), a_stride_0 = -2, "elementwise_c7");
  BREAKS(legalElementwise(0, 125), count_0 = 4, "elementwise_c7");
  BREAKS(legalElementwise(124), a_type = 4, "elementwise_c7"); // the last pair ends in word 128
  KEEPS(legalElementwise(123), a_type = 4);
  BREAKS(legalElementwise(kAll24), count_0 = 1, "elementwise_c7");
  KEEPS(legalElementwise(0, kAll24), b_type = 7; f.b_memory = 0);                         // not used
  BREAKS(onScratchpad(), a_address = 251; f.a_type = 2; f.count_0 = 3, "elementwise_c7"); // 4 words a row
  BREAKS(legalElementwise(), count_0 = f.count_1 = f.count_2 = kAll16;
         f.a_stride_2 = -0x8000, "elementwise_c7");
}

TEST(VectorLegality, Elementwise_c8) {
  KEEPS(legalElementwise(0, 32, 248), count_0 = 4); // rows of 2 words at 248, ..., 254
  BREAKS(legalElementwise(0, 32, 249), count_0 = 4, "elementwise_c8");
  BREAKS(legalElementwise(0, 32, 253), output_type = 2; f.count_0 = 1, "elementwise_c8"); // 4 words
  KEEPS(legalElementwise(0, 32, 252), output_type = 2; f.count_0 = 1);
  BREAKS(legalElementwise(0, 32, 5), output_stride_0 = -2, "elementwise_c8");
  BREAKS(legalElementwise(0, 32, 125), output_type = 2; f.output_memory = 1, "elementwise_c8");
}

TEST(VectorLegality, Elementwise_c9) {
  KEEPS(legalElementwise(0, 4, 8), output_memory = 1; f.output_type = 2);
  BREAKS(legalElementwise(0, 4, 7), output_memory = 1; f.output_type = 2, "elementwise_c9");
  BREAKS(legalElementwise(4, 20, 1), output_memory = f.output_stride_0 = 1;
         f.output_type = 2, "elementwise_c9");
  KEEPS(legalElementwise(4, 20, 0), output_memory = f.output_stride_0 = 1; f.output_type = 2);
  // Intervals count, not words: the results lie between the rows that are read.
  BREAKS(legalElementwise(0, 64, 1), output_memory = 1; f.output_type = 2; f.a_stride_0 = 8;
         f.output_stride_0 = 8, "elementwise_c9");
  KEEPS(onScratchpad(), output_address = 68);
  BREAKS(onScratchpad(), output_address = 67, "elementwise_c9");
  KEEPS(legalElementwise(0, 32, 0), count_0 = 4); // the same words of another memory
}

TEST(VectorLegality, Reduce_c1) {
  for (uint64_t type = 0; type <= 7; ++type) {
    ReduceInstruction scratchpad = legalReduce(), accumulator = legalReduce(0, 64);
    accumulator.a_memory = 1;
    scratchpad.a_type = accumulator.a_type = type;
    EXPECT_EQ(problem(scratchpad) == "", type <= 4) << type;
    EXPECT_EQ(problem(accumulator) == "", type == 2 || type == 4 || type == 5) << type;
  }
  BREAKS(legalReduce(), a_type = 5, "reduce_c1");
  BREAKS(legalReduce(), a_memory = 1, "reduce_c1");
}

TEST(VectorLegality, Reduce_c2) {
  BREAKS(legalReduce(), count_0 = 0, "reduce_c2");
  BREAKS(legalReduce(), count_1 = 0, "reduce_c2");
  BREAKS(legalReduce(), last_columns = 0, "reduce_c2");
  BREAKS(legalReduce(), last_columns = 5, "reduce_c2");
}

TEST(VectorLegality, Reduce_c3) {
  KEEPS(legalReduce(252), count_1 = 4);
  BREAKS(legalReduce(253), count_1 = 4, "reduce_c3");
  BREAKS(legalReduce(252), a_type = 3, "reduce_c3"); // the last row ends in word 256
  BREAKS(legalReduce(), count_0 = 3; f.a_stride_0 = -1, "reduce_c3");
  BREAKS(legalReduce(kAll24), count_1 = 1, "reduce_c3");
}

TEST(VectorLegality, Reduce_c4) {
  KEEPS(legalReduce(0, 124), count_1 = 4);
  BREAKS(legalReduce(0, 125), count_1 = 4, "reduce_c4");
  BREAKS(legalReduce(0, 3), output_stride_1 = -2, "reduce_c4");
  BREAKS(legalReduce(0, kAll20), count_1 = 1, "reduce_c4");
}

TEST(VectorLegality, Reduce_c5) {
  KEEPS(legalReduce(0, 4), a_memory = 1; f.a_type = 2);
  BREAKS(legalReduce(0, 3), a_memory = 1; f.a_type = 2, "reduce_c5");
  BREAKS(legalReduce(0, 4), a_memory = 1; f.a_type = 5, "reduce_c5"); // the last wide row reads word 4
  KEEPS(legalReduce(0, 0), count_1 = 4);
}

TEST(VectorLegality, Table_c1) {
  KEEPS(legalTable(), table = 1);
  BREAKS(legalTable(), table = 2, "table_c1");
}

TEST(VectorLegality, Table_c2) {
  KEEPS(legalTable(192), table = 0);
  BREAKS(legalTable(193), table = 0, "table_c2");
  BREAKS(legalTable(0), table_type = 0, "table_c2"); // 257 words, and there are 256
  BREAKS(legalTable(kAll24), table = 0, "table_c2");
}

TEST(VectorLegality, Table_c2_CountsThePairsOfLanesOfAWord) {
  const Parameters odd = testMachine(9, 4); // four int16 in 9 bytes: 129 words; 29 words of int8
  TableInstruction t;
  t.local_address = 256 - 129;
  EXPECT_EQ(problem(t, odd), "");
  t.local_address = 256 - 128;
  EXPECT_THAT(problem(t, odd), HasSubstr("table_c2"));
  t.table_type = 1, t.local_address = 256 - 29;
  EXPECT_EQ(problem(t, odd), "");
  t.local_address = 256 - 28;
  EXPECT_THAT(problem(t, odd), HasSubstr("table_c2"));
}

} // namespace
} // namespace lockstep
