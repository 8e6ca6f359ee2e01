// Are tables of convolutions read, and what is not one refused with file and line?
#include "workloads/deepbench/ConvTable.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

constexpr const char *kHeader = "w,h,c,n,k,s_filter_w,r_filter_h,pad_w,pad_h,wstride,hstride";

std::string errorOf(const std::string &text) {
  const auto rows = parseConvTable(text, "t.csv");
  return rows ? "" : rows.error().message;
}

TEST(ConvTable, OfDeepBenchHas16And107InferenceRows) {
  const auto device = readConvTable("deepbench/conv_inference_device");
  const auto server = readConvTable("deepbench/conv_inference_server");
  ASSERT_TRUE(device && server);
  EXPECT_EQ(device->size(), 16u);
  EXPECT_EQ(server->size(), 107u);
  EXPECT_EQ(device->at(3).wstride, 2);
  EXPECT_EQ(device->at(12).r_filter_h, 3);
  EXPECT_EQ(server->at(0).w, 700);
}

TEST(ConvTable, EachIsReadable) {
  for (const std::string &name : convTables())
    EXPECT_TRUE(bool(readConvTable(name))) << name;
}

TEST(ConvTable, MayHaveGroups) {
  const auto rows =
      parseConvTable(std::string(kHeader) + ",groups\r\n9,8,6,2,12,3,5,1,2,1,2,3\r\n\n", "t.csv");
  ASSERT_TRUE(bool(rows));
  EXPECT_EQ(rows->front().groups, 3);
  EXPECT_EQ(rows->front().hstride, 2);
}

TEST(ConvTable, IsRefusedWithFileAndLine) {
  const std::string header = std::string(kHeader) + "\n";
  EXPECT_EQ(errorOf(header + "1,1,1,1,1,1,1,0,0,1,1\n1,2\n"),
            "t.csv:3: \"1,2\" is not a row of 11 integers.");
  EXPECT_EQ(errorOf(header + "1,1,1,1,1,1,1,0,0,0,1\n").substr(0, 8), "t.csv:2:");
  EXPECT_EQ(errorOf(header + "1,1,1,1,1,1,1,-1,0,1,1\n").substr(0, 8), "t.csv:2:");
  EXPECT_EQ(errorOf(header + "1,1,1,1,1,1,1,0,0,1,99999999999999999999\n"),
            "t.csv:2: \"1,1,1,1,1,1,1,0,0,1,99999999999999999999\" is not a row of 11 integers.");
  EXPECT_EQ(errorOf(std::string(kHeader) + ",groups\n4,4,4,1,4,1,1,0,0,1,1,3\n"),
            "t.csv:2: \"4,4,4,1,4,1,1,0,0,1,1,3\": groups must divide c and k.");
  EXPECT_EQ(errorOf(header), "t.csv: the table has no rows.");
  EXPECT_EQ(errorOf("m,n,k\n").substr(0, 8), "t.csv:1:");
}

TEST(ConvTable, OfAnUnknownNameNamesThoseThereAre) {
  const auto rows = readConvTable("deepbench/conv_nothing");
  ASSERT_FALSE(bool(rows));
  EXPECT_NE(rows.error().message.find("deepbench/conv_inference_device"), std::string::npos);
}

TEST(ConvTable, IsKnownByItsName) {
  EXPECT_TRUE(isConvTable("deepbench/conv_train"));
  EXPECT_TRUE(isConvTable("layers/conv"));
  EXPECT_FALSE(isConvTable("deepbench/gemm_all"));
}

} // namespace
