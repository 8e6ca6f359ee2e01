#include "workloads/driver/sweep/SweepSpec.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

Result<std::vector<GemmSpec>> twoRows(const std::string &name) {
  if (name != "deepbench/two")
    return Error{ErrorKind::Usage, "no table " + name};
  GemmSpec first, second;
  first.m = second.m = first.n = second.n = first.k = 1;
  second.k = 2;
  return std::vector<GemmSpec>{first, second};
}

TEST(SweepSpec, CrossesMachinesParametersAndWorkloadsInOrder) {
  auto points = parseSweep("hw: [base, tiny]\n"
                           "timing_only: true\n"
                           "parameters:\n"
                           "  memory.latency_cycles: [20, 100]\n"
                           "  memory.model: dram\n"
                           "workloads:\n"
                           "  - deepbench/two\n"
                           "  - {m: 4, n: 4, k: 4, output: int32, bias: true}\n",
                           "s.yaml", twoRows);
  ASSERT_TRUE(bool(points)) << points.error().message;
  ASSERT_EQ(points->size(), 2u * 2 * 3);
  const SweepPoint &last = points->back();
  EXPECT_EQ(last.run.hw, "tiny");
  EXPECT_TRUE(last.run.timing_only);
  EXPECT_EQ(last.run.sets, (std::vector<std::string>{"memory.latency_cycles=100", "memory.model=dram"}));
  EXPECT_EQ(last.gemm.output, "int32");
  EXPECT_TRUE(last.gemm.bias);
  EXPECT_EQ((*points)[1].gemm.k, 2u);
}

TEST(SweepSpec, PointsSurviveTheirRows) {
  auto points = parseSweep("engine: [golden, lockstep]\nworkloads: [deepbench/two]\n", "s.yaml", twoRows);
  ASSERT_TRUE(bool(points));
  for (const SweepPoint &point : *points) {
    auto back = sweepPointOf(Row::parse(rowOf(point).dump()));
    ASSERT_TRUE(bool(back));
    EXPECT_EQ(rowOf(*back).dump(), rowOf(point).dump());
  }
}

TEST(SweepSpec, ErrorsNameFileAndLine) {
  struct Case {
    const char *yaml, *message;
  };
  const Case cases[] = {
      {"workloads: []\n", "s.yaml:1: `workloads` names no table"},
      {"hw: base\nworklods: [x]\n", "s.yaml:2: the key `worklods` is unknown"},
      {"workloads:\n  - deepbench/nine\n", "s.yaml:2: no table deepbench/nine"},
      {"workloads:\n  - {m: 0, n: 1, k: 1}\n", "s.yaml:2: gemm: m is 0"},
      {"engine: qemu\nworkloads: [deepbench/two]\n", "s.yaml:1: engine `qemu` is unknown"},
      {"timing_only: maybe\nworkloads: [deepbench/two]\n", "s.yaml:1: true or false is wanted"},
      {"parameters: {rows: [1]}\nworkloads: [deepbench/two]\n",
       "s.yaml:1: `rows` is not of the form group.name"},
      {"hw: [a, [b]]\n", "s.yaml:1: a name or a number"},
      {"hw: [a\n", "s.yaml:2:"},
      {"3\n", "s.yaml:1: a sweep is a map"},
  };
  for (const Case &each : cases) {
    auto points = parseSweep(each.yaml, "s.yaml", twoRows);
    ASSERT_FALSE(bool(points)) << each.yaml;
    EXPECT_EQ(points.error().message.find(each.message), 0u) << points.error().message;
  }
}

} // namespace
