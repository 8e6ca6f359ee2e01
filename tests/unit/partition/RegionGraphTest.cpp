#include "compiler/partition/RegionGraph.h"

#include <gtest/gtest.h>

#include <random>

namespace lockstep {
namespace {

struct RandomGraph {
  std::vector<std::set<size_t>> sources;
  std::vector<std::string> kinds;

  explicit RandomGraph(unsigned seed) {
    std::mt19937 random(seed);
    const size_t nodes = 1 + random() % 24;
    for (size_t node = 0; node < nodes; ++node) {
      std::set<size_t> read;
      for (size_t edges = random() % 4; node > 0 && edges > 0; --edges)
        read.insert(random() % node);
      sources.push_back(read);
      kinds.push_back(std::string(1, static_cast<char>('a' + random() % 3)));
      if (random() % 8 == 0)
        kinds.back().clear();
    }
  }
};

TEST(RegionGraph, OfRandomGraphsCanRunInItsOrder) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const RandomGraph random(seed);
    RegionGraph graph;
    for (size_t node = 0; node < random.kinds.size(); ++node)
      graph.add(random.sources[node], random.kinds[node]);
    const std::vector<size_t> order = graph.order();
    ASSERT_EQ(order.size(), graph.numRegions());
    std::vector<size_t> place(order.size());
    for (size_t i = 0; i < order.size(); ++i)
      place[order[i]] = i;
    for (size_t node = 0; node < random.kinds.size(); ++node)
      for (size_t source : random.sources[node])
        ASSERT_LE(place[graph.regionOf(source)], place[graph.regionOf(node)]) << "seed " << seed;
  }
}

TEST(RegionGraph, HoldsOneKindInARegionAndNothingElseWhereNothingMerges) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const RandomGraph random(seed);
    RegionGraph graph;
    for (size_t node = 0; node < random.kinds.size(); ++node)
      graph.add(random.sources[node], random.kinds[node]);
    for (size_t a = 0; a < random.kinds.size(); ++a)
      for (size_t b = 0; b < a; ++b)
        if (graph.regionOf(a) == graph.regionOf(b)) {
          ASSERT_EQ(random.kinds[a], random.kinds[b]) << "seed " << seed;
          ASSERT_FALSE(random.kinds[a].empty()) << "seed " << seed;
        }
  }
}

TEST(RegionGraph, MergesAChainOfOneKindCompletely) {
  RegionGraph graph;
  for (size_t node = 0; node < 5; ++node)
    graph.add(node == 0 ? std::set<size_t>() : std::set<size_t>{node - 1}, "a");
  EXPECT_EQ(graph.numRegions(), 1u);
}

TEST(RegionGraph, DoesNotCloseADiamondAroundAnotherKind) {
  RegionGraph graph;
  const size_t top = graph.add({}, "a");
  graph.add({0}, "b");
  const size_t arm = graph.add({0}, "a");
  const size_t join = graph.add({1, 2}, "a");
  EXPECT_EQ(top, arm);
  EXPECT_NE(join, top) << "the other arm would lie between the region and itself";
}

TEST(RegionGraph, SeesPathsThroughSeveralRegions) {
  RegionGraph graph;
  const size_t first = graph.add({}, "a");
  graph.add({0}, "b");
  graph.add({1}, "c");
  EXPECT_NE(graph.add({2}, "a"), first);
}

} // namespace
} // namespace lockstep
