// Cycles of the vector unit's instructions, worked out by hand from the manual's formulas.
#include "Comparison.h"
#include "sim/systemc/VectorTimeline.h"
#include "tests/support/ProgramBuilder.h"
#include "tests/support/TestMachine.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

enum Type : uint64_t { kInt8 = 0, kUint8 = 1, kInt32 = 2, kInt16 = 3, kPair = 4, kWide = 5, kImmediate = 7 };
enum Memory : uint64_t { kScratchpad = 0, kAccumulator = 1 };

Parameters machine(int64_t rows, int64_t columns, int64_t lanes) {
  Parameters parameters = testMachine(rows, columns);
  parameters.vector_lanes = lanes;
  return parameters;
}

struct Operand {
  uint64_t type, memory;
};
struct Elementwise {
  const char *why;
  int64_t rows, columns, lanes; // of the array; of the vector unit
  Operand a, b, output;
  uint64_t count_0, count_1, count_2;
  uint64_t cycles; // from start to finish
};
void PrintTo(const Elementwise &e, std::ostream *out) { *out << e.why; }

Instruction instructionOf(const Elementwise &e) {
  ElementwiseInstruction i;
  i.a_type = e.a.type;
  i.a_memory = e.a.memory;
  i.b_type = e.b.type;
  i.b_memory = e.b.memory;
  i.output_type = e.output.type;
  i.output_memory = e.output.memory;
  i.output_address = e.output.memory ? 64 : 128;
  i.count_0 = e.count_0;
  i.count_1 = e.count_1;
  i.count_2 = e.count_2;
  i.multiplier = 1;
  return i;
}

/// What the engine says of two such instructions in a row, with values and without: each finishes `cycles`
/// after its start, and the second starts in the cycle after the first one's finish.
void expectCycles(const Instruction &instruction, const Parameters &parameters, uint64_t cycles) {
  const Program program = ProgramBuilder(parameters).add(instruction).add(instruction).finish();
  for (bool values : {true, false}) {
    Result<ExternalMemory> memory = buildMemory(program);
    reference::EventLog log;
    RunOptions options;
    options.values = values;
    options.events = &log;
    const auto run = makeSystemCEngine(parameters)->run(program, *memory, options);
    ASSERT_TRUE(run) << run.error().message;
    const auto &events = log.instructions[static_cast<size_t>(Track::Vector)];
    ASSERT_EQ(2u, events.size());
    EXPECT_EQ(cycles, events[0].finished - events[0].started) << (values ? "with" : "without") << " values";
    EXPECT_EQ(cycles, events[1].finished - events[1].started);
    EXPECT_EQ(std::max(events[0].finished, events[1].dispatched) + 1, events[1].started);
    EXPECT_LE(events[1].finished + 1, run->total_cycles);
  }
}

class ElementwiseCycles : public testing::TestWithParam<Elementwise> {};

// N rows of H cycles: the last issue cycle is start + N H, the last of W words is written 8 + G + W later.
TEST_P(ElementwiseCycles, AreThoseOfTheManual) {
  const Elementwise &e = GetParam();
  expectCycles(instructionOf(e), machine(e.rows, e.columns, e.lanes), e.cycles);
}

const Elementwise kElementwise[] = {
    // V = 4, N2 = 2, N4 = 4.
    {"one row, all that is least: H 1, 1 + 8 + 1 + 1",
     4,
     4,
     4,
     {kInt8, kScratchpad},
     {kImmediate, 0},
     {kInt8, kScratchpad},
     1,
     1,
     1,
     11},
    {"bound by RS, both operands in the scratchpad: H = 1 + 2 = 3, 6 x 3 + 8 + 1 + 1",
     4,
     4,
     4,
     {kInt8, kScratchpad},
     {kInt16, kScratchpad},
     {kInt8, kScratchpad},
     3,
     2,
     1,
     28},
    {"a word of each memory in a cycle: H = max(1, 1) = 1, 6 + 8 + 1 + 1",
     4,
     4,
     4,
     {kInt8, kScratchpad},
     {kInt32, kAccumulator},
     {kInt32, kAccumulator},
     3,
     1,
     2,
     16},
    {"bound by RA, wide and pair: H = 4, 5 x 4 + 8 + 1 + 2",
     4,
     4,
     4,
     {kWide, kAccumulator},
     {kPair, kAccumulator},
     {kInt16, kScratchpad},
     5,
     1,
     1,
     31},
    {"RA 2, RS 4: H = 4, 2 x 4 + 8 + 1 + 1",
     4,
     4,
     4,
     {kWide, kAccumulator},
     {kInt32, kScratchpad},
     {kInt32, kAccumulator},
     2,
     1,
     1,
     18},
    {"bound by W, int32 to the scratchpad: H = 4, 7 x 4 + 8 + 1 + 4",
     4,
     4,
     4,
     {kInt8, kScratchpad},
     {kImmediate, 0},
     {kInt32, kScratchpad},
     7,
     1,
     1,
     41},
    {"bound by W, a pair: H = 2, 3 x 2 + 8 + 1 + 2",
     4,
     4,
     4,
     {kUint8, kScratchpad},
     {kInt32, kAccumulator},
     {kPair, kScratchpad},
     3,
     1,
     1,
     17},
    {"bound by G = 4: H = 4, 3 x 4 + 8 + 4 + 1",
     4,
     4,
     1,
     {kInt8, kScratchpad},
     {kUint8, kScratchpad},
     {kUint8, kScratchpad},
     3,
     1,
     1,
     25},
    {"G = 2 beside RS = 4: H = 4, 2 x 4 + 8 + 2 + 2",
     4,
     4,
     2,
     {kPair, kScratchpad},
     {kInt16, kScratchpad},
     {kInt16, kScratchpad},
     2,
     1,
     1,
     20},
    // 8 rows, 2 columns: V = 8, N2 = N4 = 1.
    {"a row of int32 in one word: H = 2, 4 x 2 + 8 + 1 + 1",
     8,
     2,
     2,
     {kInt32, kScratchpad},
     {kInt16, kScratchpad},
     {kInt32, kScratchpad},
     2,
     2,
     1,
     18},
    {"a pair takes two words of any width: H = 2, 1 x 2 + 8 + 2 + 2",
     8,
     2,
     1,
     {kInt16, kScratchpad},
     {kImmediate, 0},
     {kPair, kScratchpad},
     1,
     1,
     1,
     14},
    // 2 rows, 6 columns: V = 6, N2 = 2, N4 = 4; G = 2.
    {"both operands in the accumulator: H = max(2, 1 + 2), 4 x 3 + 8 + 2 + 1",
     2,
     6,
     3,
     {kInt32, kAccumulator},
     {kWide, kAccumulator},
     {kInt32, kAccumulator},
     2,
     1,
     2,
     23},
};
INSTANTIATE_TEST_SUITE_P(SystemC, ElementwiseCycles, testing::ValuesIn(kElementwise));

struct Reduce {
  const char *why;
  int64_t rows, columns, lanes;
  Operand a;
  uint64_t count_0, count_1;
  uint64_t cycles;
};
void PrintTo(const Reduce &r, std::ostream *out) { *out << r.why; }

class ReduceCycles : public testing::TestWithParam<Reduce> {};

// A row of K slices of H cycles, then 4 + G + F until its result is written; rows one after the other.
TEST_P(ReduceCycles, AreThoseOfTheManual) {
  const Reduce &r = GetParam();
  ReduceInstruction i;
  i.a_type = r.a.type;
  i.a_memory = r.a.memory;
  i.output_address = 100;
  i.last_columns = 1;
  i.count_0 = r.count_0;
  i.count_1 = r.count_1;
  expectCycles(i, machine(r.rows, r.columns, r.lanes), r.cycles);
}

const Reduce kReduce[] = {
    {"4 lanes, F = 2: 1 + 4 + 1 + 2", 4, 4, 4, {kInt8, kScratchpad}, 1, 1, 8},
    {"rows in sequence: 3 x (5 + 4 + 1 + 2)", 4, 4, 4, {kInt32, kAccumulator}, 5, 3, 36},
    {"bound by RS = 4: 2 x (3 x 4 + 4 + 1 + 2)", 4, 4, 4, {kInt32, kScratchpad}, 3, 2, 38},
    {"bound by RA = 2: 3 x 2 + 4 + 1 + 2", 4, 4, 4, {kPair, kAccumulator}, 3, 1, 13},
    {"one lane, G = 4, F = 0: 2 x (3 x 4 + 4 + 4 + 0)", 4, 4, 1, {kInt16, kScratchpad}, 3, 2, 40},
    {"3 lanes, F = 2, G = 2: 2 x 2 + 4 + 2 + 2", 2, 6, 3, {kInt32, kAccumulator}, 2, 1, 12},
    {"5 lanes, F = 3, G = 1: 1 x 2 + 4 + 1 + 3", 2, 5, 5, {kInt16, kScratchpad}, 1, 1, 10},
};
INSTANTIATE_TEST_SUITE_P(SystemC, ReduceCycles, testing::ValuesIn(kReduce));

// Entry e is written in start + 4 + e: the last one, 512 or 255, in start + 516 or start + 259.
TEST(TableCycles, AreOneForEachEntry) {
  Parameters parameters = machine(4, 4, 2);
  parameters.scratchpad_size_bytes = 4 * 128 * 4; // 257 words of two entries
  TableInstruction table;
  table.local_address = 3;
  expectCycles(table, parameters, 516);
  table.table_type = 1;
  table.table = 1;
  expectCycles(table, parameters, 259);
}

// int16 results, V = 4, N2 = 2: H = max(G, 2). Per channel and block: NP = 3 parameter rows, then rows of H
// cycles, the last word 6 cycles after the last issue.
//   G = 1: block 0: parameters 1..3, rows 4..9 (3 of 2 cycles); block 1: 9 + 7 = 16..18, rows 19..24, written
//   in 30. G = 4: block 0: parameters 1..3, rows 4..15; block 1: 22..24, rows 25..36, written in 42.
TEST(RequantizeCycles, OfInt16AreThoseOfTheirWords) {
  RequantizeInstruction q;
  q.output_type = 3;
  q.has_bias = q.per_channel = 1;
  q.parameter_address = 64;
  q.last_columns = 2;
  q.shift = 2;
  q.count_0 = 3;
  q.count_1 = 2;
  expectCycles(q, machine(4, 4, 4), 30);
  expectCycles(q, machine(4, 4, 1), 42);
  q.has_bias = q.per_channel = 0; // rows 1..12, written in 18
  expectCycles(q, machine(4, 4, 2), 18);
}

// Different kinds one behind the other: none starts before the one before has finished.
TEST(VectorUnit, WorksOnOneInstructionAtATime) {
  const Parameters parameters = machine(4, 4, 4);
  ReduceInstruction reduce;
  reduce.a_memory = 1;
  reduce.a_type = kInt32;
  reduce.output_address = 9;
  reduce.last_columns = 4;
  reduce.count_0 = reduce.count_1 = 1;
  const Program program = ProgramBuilder(parameters)
                              .add(instructionOf(kElementwise[1]))
                              .add(reduce)
                              .add(syncOf(Unit::Vector, -1, -1))
                              .add(instructionOf(kElementwise[0]))
                              .finish();
  reference::EventLog log;
  ASSERT_TRUE(runTimed(*makeSystemCEngine(parameters), program, &log));
  const auto &events = log.instructions[static_cast<size_t>(Track::Vector)];
  ASSERT_EQ(4u, events.size());
  const uint64_t cycles[] = {28, 8, 1, 11};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(cycles[i], events[i].finished - events[i].started) << i;
    EXPECT_EQ(i == 0 ? events[i].dispatched + 1 : std::max(events[i - 1].finished, events[i].dispatched) + 1,
              events[i].started)
        << i;
  }
}

} // namespace
} // namespace lockstep
