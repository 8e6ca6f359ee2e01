#include "workloads/driver/model/LayerProfile.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

/// Two layers of two instructions each: load and store, load and store of 8 x 2 bytes.
Program twoLayers() {
  LoadInstruction load;
  StoreInstruction store;
  load.row_bytes = store.row_bytes = 8;
  load.count_0 = store.count_0 = 2;
  load.count_1 = store.count_1 = load.count_2 = store.count_2 = 1;
  Program program;
  for (int layer = 0; layer < 2; ++layer) {
    program.instructions.push_back(*encode(load));
    program.instructions.push_back(*encode(store));
  }
  return program;
}

std::vector<LayerPlan> plans() {
  LayerPlan first, second;
  first.label = "first", second.label = "second";
  first.first_instruction = 0, second.first_instruction = 2;
  first.instructions = second.instructions = 2;
  first.bound_cycles = 10;
  return {first, second};
}

InstructionEvent event(Track track, uint64_t instruction, uint64_t started, uint64_t finished) {
  return {track, 0, instruction, started, started, finished};
}

TEST(LayerProfile, CyclesOfAllLayersAddUpToTheWhole) {
  LayerProfile profile(twoLayers(), plans());
  profile.instruction(event(Track::Load, 0, 5, 9));
  profile.instruction(event(Track::Store, 1, 10, 19));
  profile.instruction(event(Track::Load, 2, 15, 29));
  profile.instruction(event(Track::Store, 3, 30, 40));
  std::vector<Row> rows = profileRows(profile, "piece", 50);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]["cycles"], 20);
  EXPECT_EQ(rows[1]["cycles"], 30) << "to the machine's idle";
  EXPECT_EQ(rows[0]["read_bytes"], 16);
  EXPECT_EQ(rows[1]["written_bytes"], 16);
  EXPECT_DOUBLE_EQ(rows[0]["bound_percent"], 50.0);
}

TEST(LayerProfile, CountsCyclesOfOverlappingInstructionsOnce) {
  LayerProfile profile(twoLayers(), plans());
  profile.instruction(event(Track::Load, 0, 0, 9));
  profile.instruction(event(Track::Load, 0, 5, 14));
  EXPECT_EQ(profile.times()[0].busy_cycles[size_t(Unit::Load)], 15u);
  EXPECT_EQ(profile.times()[0].read_bytes, 32u) << "an instruction in a loop counts each time";
}

TEST(LayerProfile, SaysWhichUnitLimitsALayer) {
  LayerProfile profile(twoLayers(), plans());
  profile.instruction(event(Track::Load, 0, 0, 17));
  profile.instruction(event(Track::Store, 1, 18, 19));
  profile.instruction(event(Track::Store, 3, 95, 99));
  std::vector<Row> rows = profileRows(profile, "piece", 100);
  EXPECT_EQ(rows[0]["busiest"], "load");
  EXPECT_EQ(rows[1]["busiest"], "waiting");
}

} // namespace
