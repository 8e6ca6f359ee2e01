#include "compiler/pipeline/Notes.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

TEST(Notes, LayersAndPlacesComeBackFromAPackage) {
  LayerPlan plan;
  plan.label = "conv \"1\"";
  plan.operation = "conv2d 1x8x8x1 -> 1x8x8x16, 3x3";
  plan.mapping = "channels on rows";
  plan.bound_cycles = uint64_t(1) << 40;
  plan.first_instruction = 7;
  plan.instructions = 9;
  Package package;
  noteLayers(package, {{"accelerator_0", {plan, plan}}});
  notePlaces(package, {{"Softmax_3", "tosa.exp", "host", "float32"}});
  PieceLayers layers = layersOf(package);
  ASSERT_EQ(layers.size(), 1u);
  ASSERT_EQ(layers["accelerator_0"].size(), 2u);
  EXPECT_EQ(layers["accelerator_0"][1].label, plan.label);
  EXPECT_EQ(layers["accelerator_0"][1].bound_cycles, plan.bound_cycles);
  EXPECT_EQ(layers["accelerator_0"][1].first_instruction, 7u);
  std::vector<OperatorPlace> places = placesOf(package);
  ASSERT_EQ(places.size(), 1u);
  EXPECT_EQ(places[0].reason, "float32");
}

TEST(Notes, OfSomebodyElseGiveNothing) {
  Package package;
  EXPECT_TRUE(layersOf(package).empty());
  for (const char *note :
       {"", "[", "3", "{\"accelerator_0\": 5}", "[[1]]", "{\"accelerator_0\": [{\"label\": 5}]}"}) {
    package.notes["layers"] = package.notes["places"] = note;
    EXPECT_TRUE(layersOf(package).empty()) << note;
    EXPECT_TRUE(placesOf(package).empty()) << note;
  }
}

} // namespace
