// Which mappings are listed, in which order, and why not?
#include "compiler/conv/ConvSchedule.h"
#include "compiler/conv/ConvScheduler.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

ConvProblem layer(int64_t extent, int64_t channels, int64_t outputs, int64_t kernel, int64_t pad,
                  int64_t stride) {
  ConvProblem p;
  p.in_height = p.in_width = extent;
  p.in_channels = channels, p.out_channels = outputs;
  p.kernel_height = p.kernel_width = kernel;
  p.pad_top = p.pad_bottom = p.pad_left = p.pad_right = pad;
  p.stride_h = p.stride_w = stride;
  return p;
}

Parameters base() { return *loadParameters("base", {{"memory.latency_cycles", "100"}}); }

std::vector<ConvAlternative> listed(const ConvProblem &problem, const Parameters &machine) {
  const auto list = convAlternatives(problem, machine);
  EXPECT_TRUE(bool(list));
  return list ? *list : std::vector<ConvAlternative>();
}

const ConvAlternative &named(const std::vector<ConvAlternative> &list, const std::string &mapping) {
  return *std::find_if(list.begin(), list.end(),
                       [&](const ConvAlternative &a) { return a.mapping == mapping; });
}

double percentOfBound(const ConvProblem &problem, const ConvAlternative &alternative) {
  return 100.0 * static_cast<double>(boundCycles(problem, base())) /
         static_cast<double>(alternative.predicted_cycles);
}

TEST(ConvMapping, ListsTheBestFirstAndRefusedOnesLastWithAReason) {
  for (const ConvProblem &problem :
       {layer(14, 64, 48, 3, 1, 1), layer(9, 3, 20, 5, 2, 2), layer(8, 40, 24, 1, 0, 1)}) {
    const auto list = listed(problem, base());
    ASSERT_EQ(list.size(), 4u);
    uint64_t before = 0;
    bool refused = false;
    for (const ConvAlternative &alternative : list) {
      EXPECT_EQ(alternative.refusal.empty(), bool(alternative.schedule));
      EXPECT_FALSE(refused && alternative.schedule);
      refused = !alternative.schedule;
      if (refused)
        continue;
      EXPECT_GE(alternative.predicted_cycles, std::max(before, boundCycles(problem, base())));
      EXPECT_GT(alternative.array_share, 0);
      EXPECT_LE(alternative.array_share, 1);
      before = alternative.predicted_cycles;
    }
  }
}

TEST(ConvMapping, IsTheSameEachTime) {
  const ConvProblem problem = layer(14, 64, 48, 3, 1, 1);
  const auto first = listed(problem, base()), second = listed(problem, base());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].mapping, second[i].mapping);
    EXPECT_EQ(first[i].predicted_cycles, second[i].predicted_cycles);
    EXPECT_EQ(first[i].schedule ? explain(*first[i].schedule) : "",
              second[i].schedule ? explain(*second[i].schedule) : "");
  }
}

TEST(ConvMapping, OfAPointwiseLayerIsAProductToo) {
  EXPECT_TRUE(named(listed(layer(8, 40, 24, 1, 0, 1), base()), "matrix product").schedule);
  EXPECT_EQ(named(listed(layer(8, 40, 24, 1, 0, 2), base()), "matrix product").refusal,
            "the kernel is neither 1x1 with stride 1 nor as large as the image");
  EXPECT_EQ(named(listed(layer(8, 40, 24, 1, 1, 1), base()), "matrix product").refusal,
            "the image is padded");
}

TEST(ConvMapping, OfAKernelAsLargeAsTheImageIsAProductOfImages) {
  EXPECT_TRUE(named(listed(layer(7, 40, 24, 7, 0, 1), base()), "matrix product").schedule);
}

TEST(ConvMapping, OfAFirstLayerPutsWindowsOnRows) {
  const ConvProblem problem = layer(224, 3, 64, 7, 3, 2);
  const auto list = listed(problem, base());
  EXPECT_EQ(list.front().mapping, "windows on rows");
  EXPECT_NEAR(list.front().array_share, 147.0 / 160, 1e-9); // taps of ten tiles of 16 rows
  EXPECT_GE(percentOfBound(problem, list.front()), 91);
  EXPECT_NEAR(named(list, "channels on rows").array_share, 3.0 / 16, 1e-9);
}

TEST(ConvMapping, OfADepthwiseLayerPutsPositionsOnRows) {
  ConvProblem problem = layer(112, 1, 1, 3, 1, 1);
  problem.groups = 64;
  const auto list = listed(problem, base());
  EXPECT_EQ(list.front().mapping, "positions on rows");
  EXPECT_NEAR(list.front().array_share, 3 * 14 / 256.0, 1e-9);              // 3 taps of 14 pixels
  EXPECT_NEAR(named(list, "channels on rows").array_share, 1.0 / 16, 1e-9); // a diagonal
  EXPECT_GE(percentOfBound(problem, list.front()), 28);
}

TEST(ConvMapping, OfGroupsMergesThemUntilTheArrayIsFull) {
  ConvProblem problem = layer(20, 4, 4, 3, 1, 1);
  problem.groups = 8;
  const auto list = listed(problem, base());
  EXPECT_EQ(named(list, "channels on rows").schedule->patch.merged % 4, 0);
  EXPECT_NEAR(named(list, "channels on rows").array_share, 1.0 / 4, 1e-9);
}

TEST(ConvMapping, ReachesAlmostTheBoundWhereChannelsFillTheArray) {
  for (const ConvProblem &problem : {layer(56, 256, 128, 1, 0, 2), layer(28, 512, 128, 1, 0, 1),
                                     layer(7, 512, 512, 3, 1, 1), layer(14, 1024, 512, 1, 0, 2)})
    EXPECT_GE(percentOfBound(problem, listed(problem, base()).front()), 99);
}

TEST(ConvMapping, IsRefusedWhereEvenTheSmallestBlockDoesNotFit) {
  Parameters machine = *loadParameters("tiny");
  machine.scratchpad_size_bytes = 256; // 8 banks of 8 words
  const auto list = listed(layer(40, 4, 4, 33, 0, 1), machine);
  for (const ConvAlternative &alternative : list)
    EXPECT_NE(alternative.refusal, "") << alternative.mapping;
}

} // namespace
} // namespace lockstep
