// The RTL's assertions are on in test builds: instructions that break a rule, run without the checker, are
// stopped by the assertion with the rule's label.
#include "hw/numbers/Numbers.h"
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

MatmulInstruction goodMatmul() {
  MatmulInstruction i;
  i.last_rows = i.last_columns = 4;
  i.tile_count_0 = i.tile_count_1 = i.tile_count_2 = i.tile_count_3 = 1;
  i.stream_count_0 = 4;
  i.stream_count_1 = 1;
  i.streamed_address = 256; // the second bank
  i.stream_streamed_stride_0 = i.stream_accumulator_stride_0 = 1;
  return i;
}

RequantizeInstruction goodRequantize() {
  RequantizeInstruction i;
  i.multiplier = 1 << 30;
  i.shift = 31;
  i.clamp_minimum = -128, i.clamp_maximum = 127;
  i.last_columns = 4;
  i.count_0 = i.count_1 = 1;
  return i;
}

ElementwiseInstruction goodElementwise() {
  ElementwiseInstruction i;
  i.a_type = i.b_type = i.output_type = uint64_t(LaneType::Int16);
  i.b_address = 16, i.output_address = 256;
  i.multiplier = 1;
  i.clamp_minimum = INT16_MIN, i.clamp_maximum = INT16_MAX;
  i.count_0 = 4, i.count_1 = i.count_2 = 1;
  i.a_stride_0 = i.b_stride_0 = i.output_stride_0 = 2;
  return i;
}

ReduceInstruction goodReduce() {
  ReduceInstruction i;
  i.a_memory = 1, i.a_type = uint64_t(LaneType::Int32);
  i.count_0 = 3, i.count_1 = 2;
  i.a_stride_0 = 1, i.a_stride_1 = 3, i.output_stride_1 = 1;
  i.output_address = 64;
  i.last_columns = 2;
  return i;
}

/// The error of a run on the RTL with nothing checked before, or "none".
std::string messageOf(const Instruction &instruction, bool assertions) {
  RtlVariant variant = EnginePair::testVariant();
  variant.assertions = assertions;
  auto engine = makeRtlEngine(tiny(), variant);
  if (!engine)
    return engine.error().message;
  ProgramBuilder builder(tiny());
  builder.region("data", 0x1000, 4096, RegionKind::Output);
  const Program program = builder.add(instruction).finish();
  auto memory = buildMemory(program);
  RunOptions options;
  options.max_cycles = 100000;
  auto result = (*engine)->run(program, *memory, options);
  return result ? "none" : result.error().message;
}

struct Case {
  const char *label;
  Instruction instruction;
};

std::vector<Case> illegalRows() {
  std::vector<Case> cases;
  const auto elementwise = [&](const char *label, auto change) {
    ElementwiseInstruction i = goodElementwise();
    change(i);
    cases.push_back({label, i});
  };
  elementwise("elementwise_c1", [](auto &i) { i.operation = 5; });
  elementwise("elementwise_c2", [](auto &i) { i.a_memory = 1; }); // int16 in the accumulator
  elementwise("elementwise_c3", [](auto &i) { i.count_2 = 0; });
  elementwise("elementwise_c4", [](auto &i) { i.operation = 2; }); // a product with a multiplier
  elementwise("elementwise_c5", [](auto &i) { i.clamp_maximum = 32768; });
  elementwise("elementwise_c6", [](auto &i) { i.function = 1, i.table = 7; });
  elementwise("elementwise_c7", [](auto &i) { i.b_address = 0x10000; });
  elementwise("elementwise_c8", [](auto &i) { i.output_address = 0x10000; });
  elementwise("elementwise_c9", [](auto &i) { i.output_address = 7; }); // the last word of a
  const auto reduce = [&](const char *label, auto change) {
    ReduceInstruction i = goodReduce();
    change(i);
    cases.push_back({label, i});
  };
  reduce("reduce_c1", [](auto &i) { i.a_type = uint64_t(LaneType::Int16); });
  reduce("reduce_c2", [](auto &i) { i.last_columns = 5; });
  reduce("reduce_c3", [](auto &i) { i.a_address = 0x10000; });
  reduce("reduce_c4", [](auto &i) { i.output_address = 0x10000; });
  reduce("reduce_c5", [](auto &i) { i.output_address = 5; });
  TableInstruction table_c1, table_c2;
  table_c1.table = 5;
  table_c2.local_address = 0x10000;
  cases.push_back({"table_c1", table_c1});
  cases.push_back({"table_c2", table_c2});
  return cases;
}

std::vector<Case> illegalInstructions() {
  MatmulInstruction matmul_c4 = goodMatmul(), matmul_c8 = goodMatmul(), matmul_c1 = goodMatmul();
  matmul_c4.last_rows = 5;
  matmul_c8.streamed_address = 8; // in the bank of the stationary words
  matmul_c1.streamed_type = 2;
  matmul_c8.tile_count_0 = 16,
  matmul_c8.stationary_stride = 4; // so that loader and stream are at work at once
  RequantizeInstruction requantize_c3 = goodRequantize(), requantize_c4 = goodRequantize();
  requantize_c3.last_columns = 0;
  requantize_c4.clamp_minimum = 5, requantize_c4.clamp_maximum = 4;
  RequantizeInstruction requantize_c7 = goodRequantize();
  requantize_c7.output_type = 3, requantize_c7.transpose = 1;
  StoreInstruction store_c2;
  store_c2.external_address = 0x1000;
  store_c2.row_bytes = 8, store_c2.chunk_bytes = 5;
  store_c2.count_0 = store_c2.count_1 = store_c2.count_2 = 1;
  SyncInstruction unit_c2;
  unit_c2.post_0 = unit_c2.post_1 = 3;
  std::vector<Case> cases = illegalRows();
  cases.insert(cases.end(), {{"matmul_c1", matmul_c1},
                             {"matmul_c4", matmul_c4},
                             {"matmul_c8", matmul_c8},
                             {"requantize_c3", requantize_c3},
                             {"requantize_c4", requantize_c4},
                             {"requantize_c7", requantize_c7},
                             {"store_c2", store_c2},
                             {"unit_c2", unit_c2}});
  return cases;
}

TEST(RtlAssertions, StopARunWithTheLabelOfTheBrokenRule) {
  for (const Case &broken : illegalInstructions()) {
    const std::string message = messageOf(broken.instruction, true);
    EXPECT_NE(message.find(broken.label), std::string::npos) << broken.label << ": " << message;
    EXPECT_NE(message.find("An assertion of the RTL failed in cycle"), std::string::npos) << message;
  }
}

TEST(RtlAssertions, AreSilentOnLegalInstructions) {
  EXPECT_EQ(messageOf(goodMatmul(), true), "none");
  EXPECT_EQ(messageOf(goodRequantize(), true), "none");
  EXPECT_EQ(messageOf(goodElementwise(), true), "none");
  EXPECT_EQ(messageOf(goodReduce(), true), "none");
  EXPECT_EQ(messageOf(TableInstruction(), true), "none");
}

TEST(RtlAssertions, AreOffInBuildsWithoutThem) {
  for (const Case &broken : illegalInstructions())
    EXPECT_EQ(messageOf(broken.instruction, false).find("assertion"), std::string::npos) << broken.label;
}

} // namespace
