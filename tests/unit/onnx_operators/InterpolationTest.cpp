// Resize along one axis: places and weights.
#include "compiler/onnx/IndexingInterpolation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace lockstep {

namespace {

using testing::Each;
using testing::ElementsAre;

Interpolation interpolation(const std::string &mode, const std::string &coordinates, int64_t input,
                            int64_t output) {
  ResizeRule rule;
  rule.mode = mode;
  rule.coordinate_transformation_mode = coordinates;
  return interpolate(rule, {input, output, double(output) / double(input)});
}

TEST(Interpolation, NearestDoublesEachElement) {
  EXPECT_THAT(interpolation("nearest", "half_pixel", 2, 4).places, ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(interpolation("nearest", "asymmetric", 2, 4).places, ElementsAre(0, 0, 1, 1));
}

TEST(Interpolation, NearestModesDifferAtHalves) {
  std::vector<std::vector<int64_t>> places;
  for (const char *mode : {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}) {
    ResizeRule rule;
    rule.coordinate_transformation_mode = "asymmetric";
    rule.nearest_mode = mode;
    places.push_back(interpolate(rule, {3, 4, 4.0 / 3}).places); // 0, 0.75, 1.5, 2.25
  }
  EXPECT_THAT(places[0], ElementsAre(0, 1, 1, 2));
  EXPECT_THAT(places[1], ElementsAre(0, 1, 2, 2));
  EXPECT_THAT(places[2], ElementsAre(0, 0, 1, 2));
  EXPECT_THAT(places[3], ElementsAre(0, 1, 2, 2));
}

TEST(Interpolation, LinearWithAlignedCornersKeepsThem) {
  Interpolation how = interpolation("linear", "align_corners", 3, 5);
  ASSERT_EQ(how.taps, 2);
  std::vector<double> positions;
  for (size_t i = 0; i < 5; ++i)
    positions.push_back(how.weights[2 * i] * double(how.places[2 * i]) +
                        how.weights[2 * i + 1] * double(how.places[2 * i + 1]));
  EXPECT_THAT(positions, ElementsAre(0, 0.5, 1, 1.5, 2));
}

TEST(Interpolation, WeightsSumToOne) {
  for (const char *mode : {"linear", "cubic"})
    for (bool exclude : {false, true}) {
      ResizeRule rule;
      rule.mode = mode;
      rule.exclude_outside = exclude;
      Interpolation how = interpolate(rule, {5, 13, 2.6});
      for (size_t i = 0; i < 13; ++i)
        EXPECT_NEAR(std::accumulate(&how.weights[i * size_t(how.taps)],
                                    &how.weights[(i + 1) * size_t(how.taps)], 0.0),
                    1, 1e-12);
      EXPECT_THAT(how.places, Each(testing::AllOf(testing::Ge(0), testing::Le(4))));
    }
}

TEST(Interpolation, CropTellsWhatLiesOutside) {
  ResizeRule rule;
  rule.coordinate_transformation_mode = "tf_crop_and_resize";
  Interpolation how = interpolate(rule, {4, 3, 0.75, -0.5, 1.5}); // places -1.5, 1.5, 4.5
  EXPECT_THAT(how.outside, ElementsAre(1, 0, 1));
}

} // namespace

} // namespace lockstep
