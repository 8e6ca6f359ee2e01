// ONNX's own operator tests, as Debian installs them, through `lockstep conformance`.
#include "tests/e2e/command/Command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace lockstep {

namespace {

std::map<std::string, unsigned> statusesOf(const std::vector<Row> &rows) {
  std::map<std::string, unsigned> counts;
  for (const Row &row : rows)
    ++counts[row["status"].get<std::string>()];
  return counts;
}

TEST(Conformance, NothingIsWrongOnTheHostAndWhatOncePassedPasses) {
  TemporaryFolder folder;
  std::string json = folder.path("rows.json");
  CommandResult result = runCommand({"conformance", "--json", json});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  std::vector<Row> rows = readRows(json);
  EXPECT_GE(rows.size(), 1072u) << "libonnx-testdata has fewer cases than it had";
  std::map<std::string, unsigned> counts = statusesOf(rows);
  EXPECT_EQ(counts["wrong"], 0u) << result.out;
  EXPECT_EQ(counts["crashed"], 0u) << result.out;
  EXPECT_GE(counts["passed"], 963u) << result.out;
  for (const Row &row : rows)
    EXPECT_EQ(row["status"] == "passed", row["reason"] == "") << row;
}

TEST(Conformance, ProductsConvolutionsAndRecurrentLayersOnTheAcceleratorHaveTheReferencesBits) {
  TemporaryFolder folder;
  std::string json = folder.path("rows.json");
  CommandResult result = runCommand({"conformance", "--target", "accelerator", "--json", json});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  std::vector<Row> rows = readRows(json);
  std::map<std::string, unsigned> counts = statusesOf(rows);
  EXPECT_EQ(counts["wrong"], 0u) << result.out;
  EXPECT_EQ(counts["crashed"], 0u) << result.out;
  EXPECT_GE(rows.size(), 83u) << "libonnx-testdata has fewer cases than it had";
  EXPECT_EQ(counts["passed"], rows.size()) << result.out;
  unsigned recurrent = 0;
  for (const Row &row : rows) {
    EXPECT_EQ(row["status"] == "passed", !row["accelerated"].empty() && row["reason"] == "") << row;
    recurrent += row["accelerated"].dump().find("recurrent.") != std::string::npos;
  }
  EXPECT_EQ(recurrent, 12u) << "GRU, LSTM and RNN, four cases each";
}

TEST(Conformance, ACaseThatNamesNoFolderIsAUsageError) {
  CommandResult result = runCommand({"conformance", "--data", "/nonexistent"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, testing::HasSubstr("is no folder"));
}

TEST(Conformance, AFilterThatIsNoExpressionIsAUsageError) {
  CommandResult result = runCommand({"conformance", "--filter", "["});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, testing::HasSubstr("no regular expression"));
}

} // namespace

} // namespace lockstep
