#include "workloads/driver/support/Row.h"
#include "tests/unit/driver/TemporaryFolder.h"
#include "workloads/driver/gemm/GemmSpec.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

TEST(Row, ShowsRatesWithThreeDigits) {
  EXPECT_EQ(showRate(0), "0");
  EXPECT_EQ(showRate(999), "999");
  EXPECT_EQ(showRate(1234), "1.23k");
  EXPECT_EQ(showRate(56.78e6), "56.8M");
  EXPECT_EQ(showRate(432e9), "432G");
}

TEST(Row, ShowsADashForWhatDoesNotApply) {
  Row row = {{"cycles", nullptr}};
  EXPECT_EQ(showCell(row, {"cycles", "cycles", 9, Show::Integer}), "-");
  EXPECT_EQ(showCell(row, {"absent", "absent", 9, Show::Integer}), "-");
}

TEST(Row, ShowsADifferenceLoudly) {
  Row row = {{"bits_equal", false}, {"cycles_equal", true}};
  EXPECT_EQ(showCell(row, {"bits_equal", "bits", 5, Show::YesNo}), "DIFFER");
  EXPECT_EQ(showCell(row, {"cycles_equal", "cyc.", 5, Show::YesNo}), "equal");
}

TEST(Row, AlignsHeaderAndCells) {
  Row row = {{"m", 5124}, {"cycles", 1234567}};
  EXPECT_EQ(showHeader(gemmColumns()).size(), showRow(row, gemmColumns()).size());
}

TEST(Row, WritesAJsonArrayWithOneObjectForEachRow) {
  TemporaryFolder folder;
  ASSERT_TRUE(bool(writeJson({{{"m", 1}}, {{"m", 2}}}, folder.path("rows.json"))));
  auto text = readText(folder.path("rows.json"));
  ASSERT_TRUE(bool(text));
  EXPECT_EQ(*text, "[\n{\"m\":1},\n{\"m\":2}\n]\n");
}

TEST(Row, WritesCsvWithQuotesWhereNeeded) {
  TemporaryFolder folder;
  ASSERT_TRUE(
      bool(writeCsv({{{"a", 1}, {"b", "x,\"y\""}}, {{"a", nullptr}}}, {"a", "b"}, folder.path("rows.csv"))));
  EXPECT_EQ(*readText(folder.path("rows.csv")), "a,b\n1,\"x,\"\"y\"\"\"\n,\n");
}

TEST(Row, NamesTheFileThatCannotBeWritten) {
  Status status = writeText("x", "/nowhere/at/all");
  ASSERT_FALSE(bool(status));
  EXPECT_NE(status.error().message.find("/nowhere/at/all"), std::string::npos);
}

} // namespace
