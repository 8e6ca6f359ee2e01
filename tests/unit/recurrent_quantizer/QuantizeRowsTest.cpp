#include "compiler/recurrent/RecurrentQuantizer.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>

namespace lockstep {
namespace {

TEST(QuantizeRows, OfZerosAndOfTheSmallestFloatsHavePositiveScales) {
  const float matrix[] = {0, 0, FLT_TRUE_MIN, -FLT_TRUE_MIN, FLT_MIN, -FLT_MAX};
  const QuantizedRows rows = quantizeRows(matrix, 3, 2);
  for (float scale : rows.scales)
    EXPECT_GT(scale, 0);
  EXPECT_EQ(rows.values, (std::vector<int8_t>{0, 0, 0, 0, 0, -127}));
}

TEST(QuantizeRows, SurviveWhatIsNoNumber) {
  const float matrix[] = {NAN, INFINITY, -INFINITY, 2};
  EXPECT_EQ(quantizeRows(matrix, 1, 4).values, (std::vector<int8_t>{0, 127, -127, 127}));
}

} // namespace
} // namespace lockstep
