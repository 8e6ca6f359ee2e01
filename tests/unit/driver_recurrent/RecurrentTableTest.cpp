// Are tables of recurrent layers read, and what is not one refused with file and line?
#include "workloads/deepbench/RecurrentTable.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace lockstep;

namespace {

std::string errorOf(const std::string &text) {
  const auto rows = parseRecurrentTable(text, "t.csv");
  return rows ? "" : rows.error().message;
}

TEST(RecurrentTable, OfDeepBenchHas125Rows) {
  const auto rows = readRecurrentTable("deepbench/rnn_all");
  ASSERT_TRUE(bool(rows)) << rows.error().message;
  const auto count = [&](const std::string &type) {
    return std::count_if(rows->begin(), rows->end(),
                         [&](const RecurrentTableRow &row) { return row.type == type; });
  };
  EXPECT_EQ(rows->size(), 125u);
  EXPECT_EQ(count("gru"), 73);
  EXPECT_EQ(count("lstm"), 38);
  EXPECT_EQ(count("vanilla"), 14);
}

TEST(RecurrentTable, KeepsTheColumnsOfARow) {
  const auto rows = parseRecurrentTable("type,hidden,batch,timesteps\r\ngru,2816,4,1500\r\n\n", "t.csv");
  ASSERT_TRUE(bool(rows)) << rows.error().message;
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().type, "gru");
  EXPECT_EQ(rows->front().hidden, 2816);
  EXPECT_EQ(rows->front().batch, 4);
  EXPECT_EQ(rows->front().timesteps, 1500);
}

TEST(RecurrentTable, IsRefusedWithFileAndLine) {
  const std::string header = "type,hidden,batch,timesteps\n";
  EXPECT_EQ(errorOf(header + "gru,1,1,1\nmut,1,1,1\n"),
            "t.csv:3: \"mut,1,1,1\" is not a row of gru, lstm or vanilla and three positive integers.");
  EXPECT_EQ(errorOf(header + "gru,1,1\n").substr(0, 8), "t.csv:2:");
  EXPECT_EQ(errorOf(header + "gru,0,1,1\n"),
            "t.csv:2: \"gru,0,1,1\": hidden and batch must be 1 to 65536, timesteps 1 to 16777216.");
  EXPECT_EQ(errorOf(header + "gru,65537,1,1\n").substr(0, 8), "t.csv:2:");
  EXPECT_EQ(errorOf(header + "gru,1,1,99999999999999999999\n").substr(0, 8), "t.csv:2:");
  EXPECT_EQ(errorOf(header), "t.csv: the table has no rows.");
  EXPECT_EQ(errorOf("m,n,k\n").substr(0, 8), "t.csv:1:");
}

TEST(RecurrentTable, OfAnUnknownNameNamesThoseThereAre) {
  const auto rows = readRecurrentTable("deepbench/rnn_nothing");
  ASSERT_FALSE(bool(rows));
  EXPECT_NE(rows.error().message.find("deepbench/rnn_inference_server"), std::string::npos);
}

TEST(RecurrentTable, IsKnownByItsName) {
  EXPECT_TRUE(isRecurrentTable("deepbench/rnn_train"));
  EXPECT_FALSE(isRecurrentTable("layers/conv"));
}

} // namespace
