// Does a recurrent layer go the whole way to its row, with the CPU's bits, and is a wrong bit seen?
#include "workloads/driver/recurrent/RecurrentJob.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

RecurrentSpec layer(const std::string &cell, int64_t hidden, int64_t batch, int64_t steps) {
  RecurrentSpec spec;
  spec.cell = cell, spec.hidden = hidden, spec.batch = batch, spec.steps = steps;
  return spec;
}

RecurrentRun runOn(const std::string &machine, RecurrentPart part) {
  RecurrentRun run;
  run.run.hw = machine;
  run.part = part;
  return run;
}

TEST(RecurrentJob, HasTheBitsOfTheCpuInBothParts) {
  for (const char *cell : {"gru", "lstm", "rnn"}) {
    const auto row = runRecurrent(layer(cell, 13, 2, 4), runOn("tiny", RecurrentPart::Both));
    ASSERT_TRUE(bool(row)) << row.error().message;
    EXPECT_EQ((*row)["bits_equal"], true) << *row;
    EXPECT_EQ((*row)["steps_run"], 4);
    EXPECT_GE((*row)["cycles"], (*row)["bound_cycles"]);
    EXPECT_GE((*row)["layer_cycles"], (*row)["cycles"]);
    EXPECT_LE((*row)["program_bytes"], 65536);
    EXPECT_LE((*row)["layer_program_bytes"], 65536 + 64 * 400);
  }
}

/// The chain moves a layer to banks that the one before does not use; it left the vector unit's operands
/// behind.
TEST(RecurrentJob, FindsItsOperandsWhereTheChainOfLayersMovedThem) {
  const auto row = runRecurrent(layer("rnn", 64, 1, 2), runOn("tiny", RecurrentPart::Layer));
  ASSERT_TRUE(bool(row)) << row.error().message;
  EXPECT_EQ((*row)["bits_equal"], true) << *row;
}

/// The chain took a load ahead whose post was also that of a load of tables that stayed: a race.
TEST(RecurrentJob, WaitsForTablesWhosePostIsThatOfALaterLoad) {
  RecurrentSpec spec = layer("lstm", 7, 2, 2);
  spec.input = 20, spec.lengths = true, spec.y_h = false, spec.state = "int8";
  const auto row = runRecurrent(spec, runOn("small", RecurrentPart::Layer));
  ASSERT_TRUE(bool(row)) << row.error().message;
  EXPECT_EQ((*row)["bits_equal"], true) << *row;
}

/// The vector unit cleared the state, which waits for no load, while the projection's last store still read
/// the bank.
TEST(RecurrentJob, ClearsItsStateWhenTheStoresOfTheProjectionAreDone) {
  RecurrentRun run = runOn("small", RecurrentPart::Layer);
  run.run.sets = {"array.rows=32", "array.weight_load_bytes_per_cycle=32", "scratchpad.size_bytes=131072"};
  const auto row = runRecurrent(layer("lstm", 23, 1, 2), run);
  ASSERT_TRUE(bool(row)) << row.error().message;
  EXPECT_EQ((*row)["bits_equal"], true) << *row;
}

TEST(RecurrentJob, RunsOnGoldenAlone) {
  RecurrentRun run = runOn("tiny", RecurrentPart::Layer);
  run.run.engine = EngineKind::Golden;
  const auto row = runRecurrent(layer("gru", 5, 1, 3), run);
  ASSERT_TRUE(bool(row)) << row.error().message;
  EXPECT_EQ((*row)["bits_equal"], true) << *row;
  EXPECT_TRUE((*row)["cycles"].is_null());
}

TEST(RecurrentJob, TakesTheSameCyclesWithoutValues) {
  RecurrentRun run = runOn("tiny", RecurrentPart::Recurrent);
  const auto row = runRecurrent(layer("lstm", 9, 2, 3), run);
  run.run.timing_only = true;
  const auto timed = runRecurrent(layer("lstm", 9, 2, 3), run);
  ASSERT_TRUE(row && timed);
  EXPECT_EQ((*row)["cycles"], (*timed)["cycles"]);
  EXPECT_TRUE((*timed)["bits_equal"].is_null());
}

/// A layer in memory with the CPU's outputs in the place of a machine's.
struct Filled {
  RecurrentCode code;
  ExternalMemory memory;
  RecurrentOutputs expected;
};

uint8_t *bytesOf(Filled &filled, const std::string &name) {
  for (const Symbol &symbol : filled.code.program.symbols)
    if (symbol.name == name)
      return filled.memory.find(symbol.address, 1);
  return nullptr;
}

Filled filled(const RecurrentSpec &spec) {
  auto machine = loadParameters("tiny", {});
  auto code = compileRecurrent(spec, false, *machine);
  EXPECT_TRUE(bool(code)) << code.error().message;
  Filled result{*code, std::move(*buildMemory(code->program)), {}};
  RecurrentData data = drawRecurrent(spec);
  drawProjections(spec, data);
  fillMemory(result.code, data, result.memory);
  result.expected = recurrentReference(code->problem, data.constants, data.values.inputs());
  for (const auto &[name, values] : {std::pair<std::string, std::vector<int16_t> &>{"y", result.expected.y},
                                     {"y_h", result.expected.y_h},
                                     {"y_c", result.expected.y_c}})
    for (size_t i = 0; i < values.size(); ++i)
      if (spec.output == "int8" && name != "y_c")
        bytesOf(result, name)[i] = uint8_t(values[i]);
      else
        reinterpret_cast<int16_t *>(bytesOf(result, name))[i] = values[i];
  return result;
}

TEST(RecurrentJob, NamesStepRowAndUnitOfAWrongElement) {
  RecurrentSpec spec = layer("lstm", 5, 3, 4);
  spec.y_c = true;
  Filled right = filled(spec);
  EXPECT_EQ(outputDifference(right.code, right.expected, right.memory), "");
  auto *y_c = reinterpret_cast<int16_t *>(bytesOf(right, "y_c"));
  y_c[5 * 2 + 4] += 1;
  EXPECT_EQ(outputDifference(right.code, right.expected, right.memory),
            "y_c: row 2, unit 4 is " + std::to_string(y_c[14]) + " instead of " +
                std::to_string(y_c[14] - 1));
  bytesOf(right, "y")[2 * (5 * 3 * 2 + 5 * 1 + 3)] ^= 1;
  EXPECT_EQ(outputDifference(right.code, right.expected, right.memory).substr(0, 27),
            "y: step 2, row 1, unit 3 is");
}

TEST(RecurrentJob, SeesAWrongBitOfInt8Outputs) {
  RecurrentSpec spec = layer("gru", 5, 1, 2);
  spec.output = "int8";
  Filled right = filled(spec);
  EXPECT_EQ(outputDifference(right.code, right.expected, right.memory), "");
  bytesOf(right, "y_h")[2] ^= 0x80;
  EXPECT_EQ(outputDifference(right.code, right.expected, right.memory).substr(0, 22),
            "y_h: row 0, unit 2 is ");
}

TEST(RecurrentJob, ExplainsScheduleAndBound) {
  const auto text = explainRecurrent(layer("gru", 64, 1, 10), runOn("base", RecurrentPart::Recurrent));
  ASSERT_TRUE(bool(text)) << text.error().message;
  // 10 steps of 12 times 4 tiles that take 16 cycles to load.
  EXPECT_EQ(text->substr(0, 47), "gru 64 b1 t10 on base: bound 7680 cycles (array") << *text;
}

TEST(RecurrentJob, CannotBeWhatTheMachineHasNoRoomFor) {
  RecurrentRun run = runOn("tiny", RecurrentPart::Recurrent);
  run.run.sets = {"vector.tables=1"};
  const auto row = runRecurrent(layer("lstm", 8, 1, 1), run);
  ASSERT_FALSE(bool(row));
  EXPECT_EQ(row.error().kind, ErrorKind::Usage);
  EXPECT_NE(row.error().message.find("table"), std::string::npos) << row.error().message;
}

TEST(RecurrentJob, MakesTheLoopShorterWhereItsProjectionNeedsTheRoom) {
  auto machine = loadParameters("recurrent");
  ASSERT_TRUE(machine);
  RecurrentSpec spec;
  spec.cell = "gru", spec.hidden = 2048, spec.input = 2048, spec.batch = 1, spec.steps = 187;
  auto loop = compileRecurrent(spec, false, *machine), layer = compileRecurrent(spec, true, *machine);
  ASSERT_TRUE(loop && layer);
  EXPECT_LT(layer->loop_instructions, loop->program.instructions.size());
  EXPECT_LE(layer->program.instructions.size(), kMaxLayerInstructions);
}

} // namespace
