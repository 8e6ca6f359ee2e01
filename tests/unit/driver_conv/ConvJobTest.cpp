// Does a convolution go the whole way to its row, by each mapping, with the CPU's bits?
#include "workloads/driver/conv/ConvJob.h"
#include "workloads/driver/support/WorkerPool.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace lockstep;

namespace {

ConvSpec conv(const ConvTableRow &shape) {
  ConvSpec spec;
  spec.shape = shape;
  return spec;
}

RunSpec runOn(const std::string &machine) {
  RunSpec run;
  run.hw = machine;
  return run;
}

const ConvTableRow kSmall{11, 9, 5, 2, 13, 3, 3, 1, 1, 1, 2, 1};

TEST(ConvJob, HasTheBitsOfTheCpuByEachMapping) {
  for (const std::string mapping : {"", "channels on rows", "windows on rows"}) {
    ConvSpec spec = conv(kSmall);
    spec.options.bias = spec.options.per_column = true;
    spec.options.a_zero_point = -9;
    const auto row = runConv(spec, runOn("tiny"), mapping);
    ASSERT_TRUE(bool(row)) << row.error().message;
    EXPECT_EQ((*row)["bits_equal"], true) << *row;
    EXPECT_TRUE(mapping.empty() || (*row)["mapping"] == mapping);
    EXPECT_GE((*row)["cycles"], (*row)["bound_cycles"]);
  }
}

TEST(ConvJob, RefusesAMappingThatIsUnknownOrImpossible) {
  const auto unknown = runConv(conv(kSmall), runOn("tiny"), "magic");
  ASSERT_FALSE(bool(unknown));
  EXPECT_NE(unknown.error().message.find("there are"), std::string::npos);
  const auto impossible = runConv(conv(kSmall), runOn("tiny"), "matrix product");
  ASSERT_FALSE(bool(impossible));
  EXPECT_NE(impossible.error().message.find("the image is padded"), std::string::npos);
}

TEST(ConvJob, ListsMappingsWithCostsAndReasons) {
  const auto text = explainConv(conv(kSmall), runOn("base"));
  ASSERT_TRUE(bool(text));
  for (const char *part :
       {"2x9x11x5 3x3 s2x1 p1 k13 on base: bound ", "channels on rows: ", "windows on rows: ",
        "matrix product: no, the image is padded", "positions on rows: no, "})
    EXPECT_NE(text->find(part), std::string::npos) << part << "\n" << *text;
}

/// Timing-only SystemC runs of a whole table, in processes of their own as `bench` does.
std::vector<double> percentsOf(const std::string &table) {
  RunSpec run = runOn("base");
  run.sets = {"memory.latency_cycles=100"};
  run.timing_only = true;
  const auto shapes = readConvTable(table);
  std::vector<PoolJob> jobs;
  for (const ConvTableRow &shape : *shapes)
    jobs.push_back({labelOf(conv(shape)), memoryOfConv(conv(shape), run)});
  std::vector<double> percents;
  WorkerPool({}).run(
      jobs, [&](size_t i) { return runConv(conv((*shapes)[i]), run, ""); }, [](size_t) {},
      [&](size_t i, Result<Row> row) {
        EXPECT_TRUE(bool(row)) << jobs[i].label;
        if (row)
          percents.push_back((*row)["bound_percent"].get<double>());
      });
  return percents;
}

TEST(ConvJob, DeviceTableReaches99PercentOfTheBoundOnBase) {
  double logarithms = 0;
  const std::vector<double> percents = percentsOf("deepbench/conv_inference_device");
  ASSERT_EQ(percents.size(), 16u);
  for (double percent : percents)
    logarithms += std::log(percent);
  EXPECT_GE(std::exp(logarithms / 16), 99);
}

} // namespace
